package io.foolproof.physical.mark;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Viewed;
import io.foolproof.data.EightBit;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.Draw;
import io.foolproof.transform.View;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Marks single images by hand, so that a model is fooled in as many views of them as can be:
 * gradient ascent on the numbers of the mark over draws of the view (Athalye, Engstrom, Ilyas,
 * Kwok: Synthesizing robust adversarial examples, 2017, arXiv 1707.07397), by Adam, from several
 * starts at a time. The first half of the steps climbs the cross-entropy, the second the smooth
 * count of draws that are fooled, {@code sigmoid(-margin / 2)}. Of what the starts lead to, the
 * mark that fools most on draws that no step has seen is taken, and it is judged by others again.
 *
 * @param marking what kind of mark
 * @param target the class to reach; null for any wrong one
 * @param view how marked images are seen
 * @param starts marks that are moved at a time: the best of eight times as many random ones
 * @param draws of the view for each mark and step; one where neither view nor model draws
 * @param steps of ascent
 * @param seed of all random numbers
 */
public record MarkAttack(
    Marking marking,
    @Nullable Integer target,
    View view,
    int starts,
    int draws,
    int steps,
    long seed) {
  /** Draws by which a mark is chosen, and by which it is judged. */
  private static final int CHOOSING = 24;

  private static final int JUDGING = 100;

  /** Random marks of which one start is chosen. */
  private static final int CANDIDATES = 8;

  private static final double TEMPERATURE = 2;
  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.99;
  private static final double FLOOR = 1e-12;

  /** Checks the numbers. */
  public MarkAttack {
    if (starts < 1 || draws < 1 || steps < 1) {
      throw new InvalidInputException(
          "a mark from %d starts by %d steps of %d draws: give 1 or more of each"
              .formatted(starts, steps, draws));
    }
  }

  /** Six starts, four draws of the view each, 80 steps. */
  public static MarkAttack usual(Marking marking, @Nullable Integer target, View view, long seed) {
    return new MarkAttack(marking, target, view, 6, 4, 80, seed);
  }

  /** All settings, in words. */
  public String settings() {
    return "%s target=%s view=%s starts=%d draws=%d steps=%d seed=%d"
        .formatted(
            marking.settings(),
            target == null ? "any" : target.toString(),
            view.settings(),
            starts,
            draws,
            steps,
            seed);
  }

  /** What counts as fooled. */
  public Goal goal() {
    return target == null ? new Goal.Untargeted() : new Goal.Targeted(target);
  }

  /**
   * Checks, before anything is marked, that images can be.
   *
   * @throws InvalidInputException where the marking does not fit the images, or the model has no
   *     such class
   */
  public void requireFits(Classifier model, ImageShape shape) {
    marking.requireFits(shape);
    if (!view.equals(View.NONE)) {
      Viewed.requireImages(model, "the view " + view);
    }
    if (target != null && (target < 0 || target >= model.classes())) {
      throw new InvalidInputException(
          "the target is class %d, and %s has %d classes: give one from 0 to %d"
              .formatted(target, model.name(), model.classes(), model.classes() - 1));
    }
  }

  /**
   * Marks an image and judges the mark by fresh draws.
   *
   * @param images with pixels in [0, 1]
   * @param place of the image among them
   */
  public Marked mark(DifferentiableClassifier model, ImageSet images, int place) {
    ImageShape shape = new ImageShape(images.channels(), images.height(), images.width());
    float[] clean = EightBit.pixels(EightBit.levels(images.pixels(place)));
    long index = images.index(place);
    DifferentiableClassifier own =
        (DifferentiableClassifier)
            model.drawing(new RandomStream(seed, index, "model of a mark", 0));
    Subject subject = new Subject(own, index, images.label(place), shape);
    double[][] marks = moved(subject, clean);
    int best = 0;
    double[] success = new double[starts];
    for (int start = 0; start < starts; start++) {
      float[] marked = marked(clean, marks[start], shape);
      success[start] = subject.judged(marked, "choice of a mark", count(model, CHOOSING)).success;
      best = success[start] > success[best] ? start : best;
    }
    float[] marked = marked(clean, marks[best], shape);
    RandomStream random = new RandomStream(seed, subject.index, "scrambled mark", 0);
    float[] scrambled = marked(clean, marking.scrambled(marks[best], shape, random), shape);
    int judging = count(model, JUDGING);
    Judged cleanly = subject.judged(clean, "judged marks", judging);
    return new Marked(
        subject.index,
        subject.label,
        EightBit.levels(clean),
        EightBit.levels(marked),
        touched(clean, marked, shape),
        judging,
        cleanly.correct,
        cleanly.reached,
        subject.judged(scrambled, "judged marks", judging).reached,
        subject.judged(marked, "judged marks", judging).reached);
  }

  /** How many draws say something: where neither view nor model draws, they are all the same. */
  private int count(Classifier model, int wanted) {
    return view.equals(View.NONE) && !model.drawsAtRandom() ? 1 : wanted;
  }

  /** As it is stored and printed. */
  private float[] marked(float[] clean, double[] mark, ImageShape shape) {
    return EightBit.pixels(EightBit.levels(marking.on(clean, mark, shape)));
  }

  private static int touched(float[] clean, float[] marked, ImageShape shape) {
    int plane = shape.height() * shape.width();
    return (int)
        IntStream.range(0, plane)
            .filter(
                k ->
                    IntStream.range(0, shape.channels())
                        .anyMatch(c -> clean[c * plane + k] != marked[c * plane + k]))
            .count();
  }

  private double[][] moved(Subject subject, float[] clean) {
    double[][] marks = starts(subject, clean);
    double[][] mean = new double[starts][marks[0].length];
    double[][] square = new double[starts][marks[0].length];
    for (int step = 0; step < steps; step++) {
      float[][] marked = new float[starts][];
      for (int start = 0; start < starts; start++) {
        marked[start] = marking.on(clean, marks[start], subject.shape);
      }
      double[][] byPixel = subject.gradients(marked, step);
      double size = marking.step() * (1 + Math.cos(Math.PI * step / steps)) / 2;
      for (int start = 0; start < starts; start++) {
        double[] gradient = marking.gradient(marks[start], clean, byPixel[start], subject.shape);
        for (int j = 0; j < gradient.length; j++) {
          mean[start][j] = BETA_1 * mean[start][j] + (1 - BETA_1) * gradient[j];
          square[start][j] = BETA_2 * square[start][j] + (1 - BETA_2) * gradient[j] * gradient[j];
          double m = mean[start][j] / (1 - Math.pow(BETA_1, step + 1));
          double s = Math.sqrt(square[start][j] / (1 - Math.pow(BETA_2, step + 1)));
          marks[start][j] += size * m / (s + FLOOR);
        }
        marking.confine(marks[start], subject.shape);
      }
    }
    return marks;
  }

  /** The best of many random marks: where a stroke changes nothing, no gradient moves it. */
  private double[][] starts(Subject subject, float[] clean) {
    int candidates = CANDIDATES * starts;
    double[][] marks = new double[candidates][];
    double[] margins = new double[candidates];
    for (int k = 0; k < candidates; k++) {
      RandomStream random = new RandomStream(seed, subject.index, "starts of a mark", k);
      marks[k] = marking.random(subject.shape, random);
      margins[k] =
          subject.judged(
                  marked(clean, marks[k], subject.shape), "start", count(subject.model, draws))
              .margin;
    }
    return IntStream.range(0, candidates)
        .boxed()
        .sorted(Comparator.comparingDouble(k -> margins[k]))
        .limit(starts)
        .map(k -> marks[k])
        .toArray(double[][]::new);
  }

  /**
   * How an image fares in some draws.
   *
   * @param correct in how many it is classified correctly
   * @param reached in how many it reaches the goal
   * @param success the smooth count of those
   * @param margin the sum of how far it is from the goal
   */
  private record Judged(int correct, int reached, double success, double margin) {}

  /** One image, before the model. */
  private final class Subject {
    private final DifferentiableClassifier model;
    private final long index;
    private final int label;
    private final ImageShape shape;

    Subject(DifferentiableClassifier model, long index, int label, ImageShape shape) {
      this.model = model;
      this.index = index;
      this.label = label;
      this.shape = shape;
    }

    /** Of the mean over the draws, a row for each marked image. */
    double[][] gradients(float[][] marked, int step) {
      int each = count(model, draws);
      try (Scope scope = Scope.open()) {
        Tensor points = Tensor.ofRows(marked, batch(marked.length)).variable();
        Tensor repeated = Tensor.concat(Collections.nCopies(each, points), 0);
        Tensor logits = logits(repeated, "draws of a mark", step);
        Tensor labels = labels(marked.length * each);
        Tensor climbed =
            2 * step < steps
                ? goal().crossEntropy(logits, labels)
                : goal().margin(logits, labels).div(-TEMPERATURE).sigmoid();
        double[] all = Gradients.of(climbed, points).toDoubles();
        double[][] rows = new double[marked.length][];
        for (int i = 0; i < rows.length; i++) {
          rows[i] = new double[shape.pixels()];
          for (int j = 0; j < rows[i].length; j++) {
            rows[i][j] = all[i * shape.pixels() + j] / each;
          }
        }
        return rows;
      }
    }

    Judged judged(float[] image, String purpose, int count) {
      int correct = 0;
      int reached = 0;
      double success = 0;
      double distance = 0;
      for (int from = 0; from < count; from += model.microBatch()) {
        int some = Math.min(model.microBatch(), count - from);
        try (Scope scope = Scope.open()) {
          Tensor one = Tensor.ofRows(new float[][] {image}, batch(1));
          Tensor logits = logits(Tensor.concat(Collections.nCopies(some, one), 0), purpose, from);
          for (long predicted : logits.argmax(1).toLongs()) {
            correct += predicted == label ? 1 : 0;
            reached += goal().isReachedBy((int) predicted, label) ? 1 : 0;
          }
          Tensor margin = goal().margin(logits, labels(some));
          success += margin.div(-TEMPERATURE).sigmoid().sum().item();
          distance += margin.sum().item();
        }
      }
      return new Judged(correct, reached, success, distance);
    }

    private Tensor logits(Tensor images, String purpose, int step) {
      RandomStream own = new RandomStream(seed, index, purpose, step);
      List<RandomStream> streams = Stream.generate(own::spawn).limit(images.size(0)).toList();
      double low = model.input().low();
      double span = model.input().high() - low;
      Tensor seen = view.apply(images, new Draw(streams));
      return model.logits(low == 0 && span == 1 ? seen : seen.mul(span).add(low));
    }

    private long[] batch(int rows) {
      return new long[] {rows, shape.channels(), shape.height(), shape.width()};
    }

    private Tensor labels(int rows) {
      long[] all = new long[rows];
      Arrays.fill(all, label);
      return Tensor.of(all, rows);
    }
  }
}
