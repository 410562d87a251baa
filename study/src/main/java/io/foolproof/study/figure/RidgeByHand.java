package io.foolproof.study.figure;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.fitted.LinearModel;
import io.foolproof.defense.fitted.RidgeRegression;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Linear classifiers that are made flatter and flatter, in closed form, with exact distances. */
public final class RidgeByHand implements Figure<RidgeByHand.Found> {
  private static final double[] WEIGHTS = {0, 10, 100, 1000, 10_000, 100_000, 1_000_000};

  /** Where the exact distances are held against an attack. */
  private static final double CHECKED = 1000;

  private static final String ATTACK = "fabt";
  private static final int BATCH = 1000;

  /**
   * What it computes.
   *
   * @param classNames by class
   * @param shape of an image, [channels, height, width]
   * @param solutions one for each weight of the penalty, ascending
   * @param checks exact distances held against those that an attack found
   */
  public record Found(
      List<String> classNames, int[] shape, List<Solution> solutions, List<Check> checks) {
    /** Copies the lists. */
    public Found {
      classNames = List.copyOf(classNames);
      solutions = List.copyOf(solutions);
      checks = List.copyOf(checks);
    }
  }

  /**
   * Ridge regression with one weight.
   *
   * @param lambda the weight of the squared slope, in the unit of the images' scatter
   * @param degreesOfFreedom the effective number of parameters of each class, without the intercept
   * @param training misclassified training images
   * @param test misclassified test images
   * @param slope the Frobenius norm of all classes' weights
   * @param gradient the mean over test images of the L2 norm of the gradient of the margin
   * @param l2 the median over the correctly classified test images of the exact L2 distance to the
   *     decision boundary, of pixels that stay in [0, 1]; NaN where there are none
   * @param linf the same in L-inf
   * @param images the weights of each class, divided by the largest absolute value of all and
   *     multiplied by 127: [classes][pixels], -127 to 127; empty where they are not shown
   */
  public record Solution(
      double lambda,
      double degreesOfFreedom,
      Proportion training,
      Proportion test,
      double slope,
      double gradient,
      double l2,
      double linf,
      int[][] images) {}

  /**
   * An attack that looks for the closest adversarial examples, held against the exact distances.
   *
   * @param lambda of the solution that was attacked
   * @param norm {@code l2} or {@code linf}
   * @param attack its settings
   * @param images correctly classified images that were attacked
   * @param medianRatio the median of the distance found over the exact one
   * @param leastRatio the least of these: below 1 by rounding alone
   * @param mostRatio the largest of these; infinite where the attack found nothing
   */
  public record Check(
      double lambda,
      String norm,
      String attack,
      int images,
      double medianRatio,
      double leastRatio,
      double mostRatio) {}

  @Override
  public int number() {
    return 14;
  }

  @Override
  public String title() {
    return "Ridge by hand";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public String unfit(StudyPlan plan) {
    return plan.training().pixels() <= RidgeRegression.MOST_PIXELS
        ? ""
        : "it decomposes a matrix of %,d x %,d, and %,d values an image are the most it takes"
            .formatted(
                plan.training().pixels(), plan.training().pixels(), RidgeRegression.MOST_PIXELS);
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    ImageSet test = plan.test();
    ImageSet measured = test.first(Math.min(test.size(), plan.extent().of(500, 10_000)));
    RidgeRegression ridge = RidgeRegression.of(plan.training(), workshop.workers());
    List<Solution> solutions = new ArrayList<>();
    for (double lambda : WEIGHTS) {
      LinearModel model = ridge.model(lambda);
      RidgeRegression.Figures figures = ridge.measure(lambda, measured, workshop.workers());
      int training = plan.training().size();
      solutions.add(
          new Solution(
              lambda,
              figures.degreesOfFreedom(),
              new Proportion((int) Math.rint(figures.trainingError() * training), training),
              errors(model, test, workshop.workers()),
              figures.slope(),
              figures.gradient(),
              figures.l2().inBox(),
              figures.linf().inBox(),
              images(model)));
    }
    Subject subject = Subject.of(classifier(ridge.model(CHECKED), test), workshop);
    ImageSet attacked = subject.correct(test, plan.extent().of(24, 500));
    return new Found(
        test.classNames(),
        Arrays.stream(test.shape()).mapToInt(Math::toIntExact).toArray(),
        solutions,
        List.of(
            check(ridge.model(CHECKED), subject, attacked, Norm.L2),
            check(ridge.model(CHECKED), subject, attacked, Norm.LINF)));
  }

  private static Proportion errors(LinearModel model, ImageSet images, Workers workers) {
    List<Long> wrong =
        workers.map(
            images.size(),
            BATCH,
            (from, to) ->
                IntStream.range(from, to)
                    .filter(i -> model.prediction(images.pixels(i)) != images.label(i))
                    .count());
    return Subject.proportion(wrong.stream().mapToLong(Long::longValue).sum(), images.size());
  }

  private static int[][] images(LinearModel model) {
    double largest =
        Arrays.stream(model.weights())
            .flatMapToDouble(DoubleStream::of)
            .map(Math::abs)
            .max()
            .orElse(0);
    return Arrays.stream(model.weights())
        .map(row -> Subject.signed(floats(row), largest))
        .toArray(int[][]::new);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  // ---- The attack

  /** The linear model as a classifier to attack. */
  private static DifferentiableClassifier classifier(LinearModel model, ImageSet images) {
    return DifferentiableClassifier.of(
        "ridge",
        InputSpec.unit(images.shape()),
        images.classes(),
        batch ->
            Arrays.stream(batch).map(image -> floats(model.scores(image))).toArray(float[][]::new),
        (batch, weights) ->
            Arrays.stream(weights).map(row -> gradient(model, row)).toArray(float[][]::new));
  }

  private static float[] gradient(LinearModel model, float[] weights) {
    double[] sum = new double[model.weights()[0].length];
    for (int k = 0; k < weights.length; k++) {
      if (weights[k] != 0) {
        for (int p = 0; p < sum.length; p++) {
          sum[p] += weights[k] * model.weights()[k][p];
        }
      }
    }
    return floats(sum);
  }

  private static Check check(LinearModel model, Subject subject, ImageSet images, Norm norm) {
    Attack attack = Attacks.parse(ATTACK);
    double unbounded = norm == Norm.L2 ? Math.sqrt(images.pixels()) : 1;
    ThreatModel threat = ThreatModel.untargeted(norm, unbounded);
    List<AttackResult> results = subject.attacked(attack, images, threat);
    double[] found = subject.distances(results, images, threat);
    double[] ratios =
        IntStream.range(0, found.length)
            .mapToDouble(
                i -> found[i] / model.distance(images.pixels(i), images.label(i), norm).inBox())
            .filter(ratio -> !Double.isNaN(ratio))
            .sorted()
            .toArray();
    return new Check(
        CHECKED,
        norm.id(),
        attack.settings(),
        ratios.length,
        Medians.of(ratios),
        ratios.length == 0 ? Double.NaN : ratios[0],
        ratios.length == 0 ? Double.NaN : ratios[ratios.length - 1]);
  }
}
