package io.foolproof.attack.search;

import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model's logits at points, and the gradients by these points of losses of the logits. Every
 * attack that follows gradients takes them here.
 *
 * <p>A model is not differentiable everywhere: a square root at 0 has an infinite slope, and the
 * engine's gradient is NaN where that is multiplied by zero, though a nearby point has an ordinary
 * one. Black pixels lie exactly there. So where components of a gradient are not finite, they are
 * taken at a point about {@value #NUDGE} widths of the box further inside, with the losses'
 * gradient by the logits unchanged; what is not finite there either counts as zero.
 */
public final class InputGradient {
  /** Large enough to leave a singular point in 32 bits, small beside what attacks change. */
  private static final double NUDGE = 1e-3;

  /** Its multiples are spread evenly over fractions of 1. */
  private static final double GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

  private final Classifier model;
  private final Tensor points;

  /** The draws whose mean the answers are; null where they are the model's own. */
  private final @Nullable GroupedDraws draws;

  /** As the model computed them from the points. */
  private final Tensor answers;

  /** The same, from which losses are computed. */
  private final Tensor logits;

  private int[] evaluatedAgain = {};

  /**
   * Evaluates a model.
   *
   * @param points [N, ...], of as many values a row as the model's images have
   */
  public InputGradient(Classifier model, Tensor points) {
    this(
        model,
        points,
        model instanceof Expectation mean
            ? new GroupedDraws(mean, mean.streams((int) points.size(0)))
            : null);
  }

  /** As {@link #InputGradient(Classifier, Tensor)}, over given draws. */
  InputGradient(Classifier model, Tensor points, @Nullable GroupedDraws draws) {
    this.model = model;
    this.points = points.variable();
    this.draws = draws;
    this.answers = draws == null ? answers(this.points) : draws.logits(points);
    this.logits = answers.variable();
  }

  private Tensor answers(Tensor some) {
    return model.logits(some.reshape(model.input().batchShape(some.size(0))));
  }

  /** What losses are computed from, [N, classes]. */
  public Tensor logits() {
    return logits;
  }

  /**
   * The gradients of losses. Can be taken once.
   *
   * @param losses each [N], computed from {@link #logits}
   * @return each shaped as the points; rows without any finite component are NaN throughout
   */
  public List<Tensor> of(List<Tensor> losses) {
    List<Tensor> weights = Gradients.ofEach(losses, logits);
    if (draws != null) {
      List<Tensor> means = draws.gradients(points, weights);
      evaluatedAgain = draws.evaluatedAgain();
      return means;
    }
    List<Tensor> gradients = Gradients.ofEach(weights.stream().map(answers::mul).toList(), points);
    int[] singular = singular(gradients, weights);
    if (singular.length == 0) {
      return gradients;
    }
    evaluatedAgain = singular;
    List<Tensor> nearby = nearby(weights, gradients, singular);
    List<Tensor> mended = new ArrayList<>();
    for (int k = 0; k < gradients.size(); k++) {
      mended.add(mended(gradients.get(k), nearby.get(k), singular));
    }
    return mended;
  }

  /** The rows that took one more evaluation and as many more gradients. */
  int[] evaluatedAgain() {
    return evaluatedAgain;
  }

  /** The rows in which a component of a gradient is not finite, though that of the loss is. */
  private static int[] singular(List<Tensor> gradients, List<Tensor> weights) {
    if (gradients.stream().allMatch(gradient -> Double.isFinite(gradient.sum().item()))) {
      return new int[0];
    }
    List<float[][]> byPoint = gradients.stream().map(Rows::split).toList();
    List<float[][]> byLogit = weights.stream().map(Rows::split).toList();
    return IntStream.range(0, byPoint.get(0).length)
        .filter(row -> !areFinite(byPoint, row) && areFinite(byLogit, row))
        .toArray();
  }

  private static boolean areFinite(List<float[][]> batches, int row) {
    return batches.stream().allMatch(rows -> Rows.isFinite(rows[row]));
  }

  private List<Tensor> nearby(List<Tensor> weights, List<Tensor> gradients, int[] singular) {
    Tensor notFinite = notFinite(gradients.get(0).rows(singular));
    for (Tensor gradient : gradients) {
      notFinite = notFinite.or(notFinite(gradient.rows(singular)));
    }
    Tensor here = points.detach().rows(singular);
    Tensor there = here.add(inwards(here).mul(notFinite.to(DType.FLOAT32))).variable();
    Tensor logitsThere = answers(there);
    return Gradients.ofEach(
        weights.stream().map(weight -> logitsThere.mul(weight.rows(singular))).toList(), there);
  }

  /**
   * Steps from points towards the middle of the box. They differ in length from value to value: a
   * variance of equal values would be zero after equal steps, too.
   */
  private Tensor inwards(Tensor from) {
    InputSpec box = model.input();
    float[] lengths = new float[box.elements()];
    for (int j = 0; j < lengths.length; j++) {
      double spread = 0.5 + j * GOLDEN_RATIO % 1;
      lengths[j] = (float) (spread * NUDGE * (box.high() - box.low()));
    }
    long[] shape = from.shape();
    shape[0] = 1;
    Tensor side = from.neg().add((box.low() + box.high()) / 2).sign();
    return side.mul(Tensor.of(lengths, shape));
  }

  private static Tensor notFinite(Tensor gradient) {
    // Zero times what is finite is zero; times NaN or infinity, it is NaN.
    return gradient.mul(0).isNan();
  }

  private static Tensor mended(Tensor gradient, Tensor nearby, int[] singular) {
    float[][] rows = Rows.split(gradient);
    float[][] others = Rows.split(nearby);
    for (int i = 0; i < singular.length; i++) {
      mend(rows[singular[i]], others[i]);
    }
    return Rows.stack(rows, gradient.shape());
  }

  private static void mend(float[] row, float[] nearby) {
    boolean any = false;
    for (int j = 0; j < row.length; j++) {
      row[j] = Float.isFinite(row[j]) ? row[j] : nearby[j];
      any |= Float.isFinite(row[j]);
    }
    for (int j = 0; j < row.length; j++) {
      row[j] = Float.isFinite(row[j]) ? row[j] : any ? 0 : Float.NaN;
    }
  }
}
