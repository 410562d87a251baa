package io.foolproof.attack;

import io.foolproof.tensor.RandomStream;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Runs searches side by side that are each written for one sample and only ask the model questions.
 *
 * <p>A search is a chain of turns: it asks about points, and from the answers makes its next turn.
 * Here the questions of all samples, whatever each is busy with, are packed into common batches.
 * What a search sees depends on its own sample alone, so that batches change nothing; and no search
 * can ask more than its budget, which is counted here and nowhere else.
 */
final class Dialogue {
  /** Points in one evaluation: enough to keep a core busy, few enough for any image's memory. */
  private static final int TOGETHER = 48;

  private final ClosestPursuit pursuit;
  private final double reach;
  private final int queries;
  private final int[] members;
  private final Turn[] turns;

  /** What a search does next. */
  sealed interface Turn {}

  /**
   * Asks for the margins of points, negative where the sample is fooled.
   *
   * @param count how many, at least one
   * @param point makes each of them, once and in order; not to be changed afterwards
   * @param then goes on from the margins; not called when the budget ends before the last point
   */
  record Ask(int count, IntFunction<float[]> point, Function<double[], Turn> then) implements Turn {
    /** Without a question the budget would not bound the search. */
    Ask {
      if (count < 1) {
        throw new IllegalArgumentException("a question about " + count + " points");
      }
    }
  }

  /** Ends the search. */
  record Done() implements Turn {}

  /**
   * What a search is about.
   *
   * @param image the clean image
   * @param label the right class
   * @param stream its random numbers
   */
  record Subject(float[] image, int label, RandomStream stream) {}

  private Dialogue(
      ClosestPursuit pursuit, double reach, int queries, ClosestPursuit.Lanes lanes, Turn[] turns) {
    this.pursuit = pursuit;
    this.reach = reach;
    this.queries = queries;
    this.members = lanes.members();
    this.turns = turns;
  }

  /** Asks whether one point fools the model. */
  static Turn about(float[] point, Function<Boolean, Turn> then) {
    return new Ask(1, i -> point, margins -> then.apply(margins[0] < 0));
  }

  /** Asks which of some points fool the model. */
  static Turn about(float[][] points, Function<boolean[], Turn> then) {
    return new Ask(points.length, i -> points[i], margins -> then.apply(fooled(margins)));
  }

  private static boolean[] fooled(double[] margins) {
    boolean[] fooled = new boolean[margins.length];
    for (int i = 0; i < fooled.length; i++) {
      fooled[i] = margins[i] < 0;
    }
    return fooled;
  }

  /** Searches for the closest adversarial point of every sample that is not fooled already. */
  static void run(ClosestPursuit pursuit, int queries, Function<Subject, Turn> opening) {
    within(Double.POSITIVE_INFINITY, pursuit, queries, opening);
  }

  /**
   * As {@link #run}, of attacks that stay within epsilon: rounding must not lead out of it.
   *
   * @param reach epsilon
   * @param queries how often the model is asked about a sample at most, the clean image included
   * @param opening the first turn of a sample's search
   */
  static void within(
      double reach, ClosestPursuit pursuit, int queries, Function<Subject, Turn> opening) {
    pursuit.search(
        0,
        lanes -> {
          Turn[] turns = new Turn[lanes.size()];
          for (int lane = 0; lane < turns.length; lane++) {
            Subject subject = pursuit.subject(lanes, lane);
            turns[lane] = opening.apply(subject);
          }
          Dialogue dialogue = new Dialogue(pursuit, reach, queries, lanes, turns);
          while (dialogue.goesOn()) {}
        });
  }

  /** One question of every sample that still has one; false when none has. */
  private boolean goesOn() {
    double[][] margins = new double[turns.length][];
    for (int lane = 0; lane < turns.length; lane++) {
      int count = turns[lane] instanceof Ask ask ? Math.min(ask.count, left(lane)) : 0;
      margins[lane] = new double[count];
    }
    int[] lanes =
        IntStream.range(0, turns.length)
            .flatMap(lane -> Arrays.stream(new int[margins[lane].length]).map(i -> lane))
            .toArray();
    int[] asked = new int[turns.length];
    for (int from = 0; from < lanes.length; from += TOGETHER) {
      evaluate(
          Arrays.copyOfRange(lanes, from, Math.min(lanes.length, from + TOGETHER)), asked, margins);
    }
    for (int lane = 0; lane < turns.length; lane++) {
      if (turns[lane] instanceof Ask ask) {
        boolean whole = margins[lane].length == ask.count && !pursuit.isBroken(members[lane]);
        turns[lane] = whole ? ask.then.apply(margins[lane]) : new Done();
      }
    }
    return lanes.length > 0;
  }

  private int left(int lane) {
    return (int) Math.max(0, queries - pursuit.forwards(members[lane]));
  }

  private void evaluate(int[] lanes, int[] asked, double[][] margins) {
    float[][] points = new float[lanes.length][];
    int[] whose = new int[lanes.length];
    int[] place = new int[lanes.length];
    for (int row = 0; row < lanes.length; row++) {
      int lane = lanes[row];
      whose[row] = members[lane];
      place[row] = asked[lane]++;
      points[row] = ((Ask) turns[lane]).point.apply(place[row]);
    }
    double[] answers = pursuit.ask(whose, points, reach);
    for (int row = 0; row < lanes.length; row++) {
      margins[lanes[row]][place[row]] = answers[row];
    }
  }
}
