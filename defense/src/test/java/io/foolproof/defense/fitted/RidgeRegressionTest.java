package io.foolproof.defense.fitted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ojalgo.matrix.decomposition.LU;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/** Ridge regression against its normal equations, and its exact distances against attacks. */
@Tag("slow")
class RidgeRegressionTest {
  private static final int SIDE = 5;
  private static final int PIXELS = SIDE * SIDE;
  private static final int CLASSES = 3;
  private static final ImageSet SMALL = random(80);
  private static final double[] WEIGHTS = {0, 1e-3, 0.1, 1, 10, 1e3, 1e6};

  private static ImageSet random(int count) {
    RandomStream stream = new RandomStream(5, 0, "ridge", 0);
    float[][] images = new float[count][PIXELS];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 7 % CLASSES;
      for (int j = 0; j < PIXELS; j++) {
        double bright = j % CLASSES == labels[i] ? 0.1 : 0;
        // One pixel is the same in all images: no least squares knows its slope.
        images[i][j] = j == 3 ? 0.25f : (float) (bright + 0.9 * stream.nextDouble());
      }
    }
    return ImageSet.of(images, labels, new ImageShape(1, SIDE, SIDE));
  }

  private static RidgeRegression small() {
    try (Workers workers = new Workers()) {
      return RidgeRegression.of(SMALL, workers);
    }
  }

  /** One system for slope and intercept together, without centring, by elimination. */
  private static MatrixStore<Double> byNormalEquations(double weight) {
    R064Store x = R064Store.FACTORY.make(SMALL.size(), PIXELS + 1);
    R064Store y = R064Store.FACTORY.make(SMALL.size(), CLASSES);
    R064Store penalty = R064Store.FACTORY.make(PIXELS + 1, PIXELS + 1);
    for (int i = 0; i < SMALL.size(); i++) {
      y.set(i, SMALL.label(i), 1);
      x.set(i, PIXELS, 1);
      for (int j = 0; j < PIXELS; j++) {
        x.set(i, j, SMALL.pixels(i)[j]);
        penalty.set(j, j, weight);
      }
    }
    MatrixStore<Double> transposed = x.transpose();
    LU<Double> lu = LU.R064.make();
    lu.decompose(transposed.multiply(x).add(penalty));
    return lu.getSolution(transposed.multiply(y));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.1, 1, 10, 1e3})
  void theClosedFormSolvesTheNormalEquations(double weight) {
    LinearModel model = small().model(weight);
    MatrixStore<Double> expected = byNormalEquations(weight);
    for (int k = 0; k < CLASSES; k++) {
      assertThat(model.biases()[k]).isCloseTo(expected.doubleValue(PIXELS, k), within(1e-6));
      for (int j = 0; j < PIXELS; j++) {
        assertThat(model.weights()[k][j]).isCloseTo(expected.doubleValue(j, k), within(1e-6));
      }
    }
  }

  @Test
  void leastSquaresIsTheLimitAndLeavesWhatItCannotKnowAtZero() {
    LinearModel least = small().model(0);
    LinearModel near = small().model(1e-7);
    for (int k = 0; k < CLASSES; k++) {
      assertThat(least.weights()[k][3]).isCloseTo(0, within(1e-9));
      for (int j = 0; j < PIXELS; j++) {
        assertThat(least.weights()[k][j]).isCloseTo(near.weights()[k][j], within(1e-6));
      }
    }
  }

  /** The trace of the matrix that makes predictions of targets, less the intercept's one. */
  @Test
  void degreesOfFreedomAreTheTraceAndFallWithTheWeight() {
    RidgeRegression ridge = small();
    assertThat(ridge.degreesOfFreedom(0)).isCloseTo(PIXELS - 1, within(1e-9));
    double before = PIXELS;
    for (double weight : WEIGHTS) {
      double now = ridge.degreesOfFreedom(weight);
      assertThat(now).isLessThan(before);
      before = now;
      if (weight > 0) {
        assertThat(now).isCloseTo(trace(weight) - 1, within(1e-6));
      }
    }
    assertThat(before).isLessThan(1e-3);
  }

  private static double trace(double weight) {
    R064Store x = R064Store.FACTORY.make(SMALL.size(), PIXELS + 1);
    R064Store penalty = R064Store.FACTORY.make(PIXELS + 1, PIXELS + 1);
    for (int i = 0; i < SMALL.size(); i++) {
      x.set(i, PIXELS, 1);
      for (int j = 0; j < PIXELS; j++) {
        x.set(i, j, SMALL.pixels(i)[j]);
        penalty.set(j, j, weight);
      }
    }
    MatrixStore<Double> gram = x.transpose().multiply(x);
    LU<Double> lu = LU.R064.make();
    lu.decompose(gram.add(penalty));
    MatrixStore<Double> hat = lu.getSolution(gram);
    return IntStream.rangeClosed(0, PIXELS).mapToDouble(j -> hat.doubleValue(j, j)).sum();
  }

  @Test
  void figuresAreThoseOfTheModel() {
    try (Workers workers = new Workers()) {
      RidgeRegression ridge = small();
      ImageSet test = SMALL.range(0, 41);
      RidgeRegression.Figures figures = ridge.measure(10, test, workers);
      LinearModel model = ridge.model(10);
      assertThat(figures.degreesOfFreedom()).isEqualTo(ridge.degreesOfFreedom(10));
      assertThat(figures.testError()).isEqualTo(error(model, test));
      assertThat(figures.trainingError()).isEqualTo(error(model, SMALL)).isGreaterThan(0);
      double squares = 0;
      for (double[] row : model.weights()) {
        squares += Arrays.stream(row).map(v -> v * v).sum();
      }
      assertThat(figures.slope()).isCloseTo(Math.sqrt(squares), within(1e-12));
      List<Double> distances =
          IntStream.range(0, test.size())
              .filter(i -> model.prediction(test.pixels(i)) == test.label(i))
              .mapToObj(i -> model.distance(test.pixels(i), test.label(i), Norm.LINF).inBox())
              .sorted()
              .toList();
      int n = distances.size();
      assertThat(figures.linf().inBox())
          .isCloseTo((distances.get((n - 1) / 2) + distances.get(n / 2)) / 2, within(1e-12));
      assertThat(ridge.measure(1e4, test, workers).gradient()).isLessThan(figures.gradient());
    }
  }

  private static double error(LinearModel model, ImageSet images) {
    return IntStream.range(0, images.size())
            .filter(i -> model.prediction(images.pixels(i)) != images.label(i))
            .count()
        / (double) images.size();
  }

  /** The gradient of two classes has a length and a direction that can be seen. */
  @Test
  void distancesToAKnownPlane() {
    // The second class wins where 3 a + 4 b > 1.
    LinearModel model = new LinearModel(new double[][] {{0, 0}, {3, 4}}, new double[] {1, 0});
    assertDistance(model.distance(new float[] {0, 0}, 0, Norm.L2), 0.2, 0.2);
    assertDistance(model.distance(new float[] {0, 0}, 0, Norm.LINF), 1.0 / 7, 1.0 / 7);
    assertDistance(model.distance(new float[] {0, 0}, 0, Norm.L1), 0.25, 0.25);
    // Towards the first class both values must fall, and the second cannot.
    assertDistance(model.distance(new float[] {1, 0}, 1, Norm.L2), 0.4, 2.0 / 3);
    assertDistance(model.distance(new float[] {1, 0}, 1, Norm.LINF), 2.0 / 7, 2.0 / 3);
    assertDistance(model.distance(new float[] {1, 0}, 1, Norm.L1), 0.5, 2.0 / 3);
    assertDistance(model.distance(new float[] {1, 0}, 0, Norm.L2), 0, 0);
    LinearModel far = new LinearModel(new double[][] {{0, 0}, {3, 4}}, new double[] {8, 0});
    for (Norm norm : Norm.withBalls()) {
      assertThat(far.distance(new float[] {0, 0}, 0, norm).inBox()).isInfinite();
    }
    assertThat(far.distance(new float[] {0, 0}, 0, Norm.L2).free()).isCloseTo(1.6, within(1e-12));
    assertThatThrownBy(() -> model.distance(new float[2], 0, Norm.L0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("give linf, l2 or l1");
  }

  private static void assertDistance(LinearModel.Distance found, double free, double inBox) {
    assertThat(found.free()).isCloseTo(free, within(1e-12));
    assertThat(found.inBox()).isCloseTo(inBox, within(1e-12));
  }

  /**
   * Attacks that follow the rival of the largest score may end at another boundary than the
   * nearest, and those that search among all rivals come within 1 %.
   */
  @ParameterizedTest
  @CsvSource({
    "fabt:steps=50, L2, 1.01",
    "fabt:steps=50, LINF, 1.01",
    "fabt:steps=50, L1, 1.01",
    "deepfool, L2, 1.01",
    "ddn:steps=100, L2, 1.5",
    "bb, LINF, 1.5",
    "fmn, LINF, 1.5",
    "ead, L1, 1.5"
  })
  void noMinimalNormAttackGoesBelowTheExactDistance(String attack, Norm norm, double most) {
    NormBounded far = new NormBounded(norm, norm == Norm.LINF ? 0.9 : 1000, new Goal.Untargeted());
    double[] exact = exact(norm);
    Samples samples = Samples.of(DIGITS, IntStream.range(0, DIGITS.size()).toArray());
    List<AttackResult> results = Attacks.parse(attack).run(MODEL, samples, far, 0);
    for (int i = 0; i < DIGITS.size(); i++) {
      AttackResult result = results.get(i);
      assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
      double found = length(result.image(), DIGITS.pixels(i), norm);
      assertThat(found).isGreaterThanOrEqualTo(exact[i] * (1 - 1e-4));
      assertThat(found).isLessThanOrEqualTo(exact[i] * most);
    }
  }

  @ParameterizedTest
  @CsvSource({"L2", "LINF"})
  void pgdFoolsOnePerCentBeyondTheExactDistanceAndNeverWithin(Norm norm) {
    double[] exact = exact(norm);
    Attack pgd = Attacks.parse("multitargeted:steps=200:step=0.02");
    for (int i = 0; i < DIGITS.size(); i++) {
      assertThat(fools(pgd, i, norm, 0.999 * exact[i])).as("digit %d within", i).isFalse();
      assertThat(fools(pgd, i, norm, 1.01 * exact[i])).as("digit %d beyond", i).isTrue();
    }
  }

  private static boolean fools(Attack attack, int digit, Norm norm, double epsilon) {
    NormBounded threat = new NormBounded(norm, epsilon, new Goal.Untargeted());
    Samples one = Samples.of(DIGITS, new int[] {digit});
    return attack.run(MODEL, one, threat, 0).get(0).status() == AttackResult.Status.FOOLED;
  }

  private static final double WEIGHT = 300;
  private static final ImageSet TRAINING = GeneratedDigits.standard().training(400);
  private static final RidgeRegression RIDGE = ridge();
  private static final LinearModel EXACT = RIDGE.model(WEIGHT);
  private static final OnnxClassifier MODEL = model();

  /** Correctly classified, all of them. */
  private static final ImageSet DIGITS = digits(3);

  private static RidgeRegression ridge() {
    try (Workers workers = new Workers()) {
      return RidgeRegression.of(TRAINING, workers);
    }
  }

  private static OnnxClassifier model() {
    try (Workers workers = new Workers()) {
      byte[] file =
          FittedModels.fit(new Ridge(WEIGHT), TRAINING, TRAINING.range(0, 50), workers).file();
      return OnnxClassifier.of(OnnxModel.of(file, "ridge"));
    }
  }

  private static ImageSet digits(int count) {
    ImageSet test = GeneratedDigits.standard().test(60);
    return test.select(
        IntStream.range(0, test.size())
            .filter(i -> EXACT.prediction(test.pixels(i)) == test.label(i))
            .limit(count)
            .toArray());
  }

  private static double[] exact(Norm norm) {
    return IntStream.range(0, DIGITS.size())
        .mapToDouble(i -> EXACT.distance(DIGITS.pixels(i), DIGITS.label(i), norm).inBox())
        .toArray();
  }

  private static double length(float[] a, float[] b, Norm norm) {
    double[] moves = IntStream.range(0, a.length).mapToDouble(j -> Math.abs(a[j] - b[j])).toArray();
    return switch (norm) {
      case LINF -> Arrays.stream(moves).max().orElseThrow();
      case L2 -> Math.sqrt(Arrays.stream(moves).map(m -> m * m).sum());
      default -> Arrays.stream(moves).sum();
    };
  }

  @Test
  void weightsThatAreNoneAreRefused() {
    assertThatThrownBy(() -> FittedModels.parse("ridge:weight=-1"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("weight");
    assertThatThrownBy(() -> small().model(Double.NaN))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("weight=NaN");
    try (Workers workers = new Workers()) {
      ImageSet large =
          ImageSet.of(new float[][] {new float[5000]}, new int[1], new ImageShape(1, 50, 100));
      assertThatThrownBy(() -> RidgeRegression.of(large, workers))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("5,000 values");
    }
  }
}
