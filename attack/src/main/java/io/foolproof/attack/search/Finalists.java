package io.foolproof.attack.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The points that came closest to fooling a randomised model, a few for each sample. Each was
 * chosen because its draw was lucky, or its mean of a few draws: the best of many noisy values is
 * too good (the winner's curse). So all are evaluated again, on many fresh draws, and what those
 * say decides which is handed on.
 */
final class Finalists {
  /** How many points of a sample are evaluated again. */
  private static final int MOST = 5;

  /** Fresh draws for each. */
  private static final int DRAWS = 40;

  /** Points of each sample, the lowest margins first. */
  private final List<List<Finalist>> bySample = new ArrayList<>();

  /** A point with the margin that it was chosen for. */
  private record Finalist(float[] point, double margin) {}

  /**
   * A point with what fresh draws say of it.
   *
   * @param fooled in how many of them the model was fooled
   * @param margin the median of their margins: negative where the model was fooled in most
   */
  record Judged(float[] point, int fooled, double margin) {
    private boolean isWorseFor(Judged other) {
      return fooled > other.fooled || (fooled == other.fooled && margin < other.margin);
    }
  }

  /** Gives the margins of points, each on a fresh draw. */
  @FunctionalInterface
  interface Margins {
    double[] of(int[] samples, float[][] points);
  }

  Finalists(int samples) {
    for (int i = 0; i < samples; i++) {
      bySample.add(new ArrayList<>(MOST));
    }
  }

  /** Whether a point with this margin would be among the finalists of a sample. */
  boolean wouldTake(int sample, double margin) {
    List<Finalist> best = bySample.get(sample);
    return best.size() < MOST || margin < best.get(MOST - 1).margin;
  }

  /** Adds a point where its margin is low enough; one that is there already stays once. */
  void offer(int sample, float[] point, double margin) {
    List<Finalist> best = bySample.get(sample);
    if (!wouldTake(sample, margin)
        || best.stream().anyMatch(known -> Arrays.equals(known.point, point))) {
      return;
    }
    int place = 0;
    while (place < best.size() && best.get(place).margin <= margin) {
      place++;
    }
    best.add(place, new Finalist(point, margin));
    if (best.size() > MOST) {
      best.remove(MOST);
    }
  }

  /** How many evaluations of a sample {@link #judged} takes. */
  int evaluations(int sample) {
    return DRAWS * bySample.get(sample).size();
  }

  /**
   * The finalist of each sample that fools most fresh draws; null where a sample has none.
   *
   * @param wanted of which samples; the others are not evaluated
   */
  @Nullable Judged[] judged(IntPredicate wanted, Margins margins) {
    int[] samples =
        IntStream.range(0, bySample.size())
            .filter(wanted)
            .flatMap(i -> bySample.get(i).stream().mapToInt(finalist -> i))
            .toArray();
    float[][] points =
        IntStream.range(0, bySample.size())
            .filter(wanted)
            .mapToObj(bySample::get)
            .flatMap(best -> best.stream().map(Finalist::point))
            .toArray(float[][]::new);
    // A draw at a time: a model of a program's own may draw one number for a whole batch.
    double[][] drawn = new double[DRAWS][];
    for (int draw = 0; draw < DRAWS; draw++) {
      drawn[draw] = margins.of(samples, points);
    }
    @Nullable Judged[] best = new Judged[bySample.size()];
    for (int row = 0; row < points.length; row++) {
      int at = row;
      double[] sorted = Arrays.stream(drawn).mapToDouble(values -> values[at]).sorted().toArray();
      int fooled = (int) Arrays.stream(sorted).filter(margin -> margin < 0).count();
      Judged judged = new Judged(points[row], fooled, sorted[DRAWS / 2]);
      Judged before = best[samples[row]];
      best[samples[row]] = before == null || judged.isWorseFor(before) ? judged : before;
    }
    return best;
  }
}
