package io.foolproof.attack.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What implementations of APGD are known to get wrong. */
class ApgdTrapsTest {
  private static final int D = 6;

  /** A margin with its minimum, 1, inside the box; it remembers what it was asked. */
  private static final class Valley implements DifferentiableClassifier {
    static final float[] CENTRE = {0.52f, 0.44f, 0.61f, 0.37f, 0.47f, 0.55f};
    static final float[] STEEPNESS = {1, 3, 10, 30, 0.3f, 5};
    final List<float[]> asked = new ArrayList<>();

    @Override
    public String name() {
      return "valley";
    }

    @Override
    public InputSpec input() {
      return InputSpec.unit(D);
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public Tensor logits(Tensor images) {
      asked.add(images.toFloats());
      Tensor away = images.sub(Tensor.of(CENTRE, D)).pow(2).mul(Tensor.of(STEEPNESS, D));
      Tensor height = away.sum(false, 1).add(1);
      return Tensor.stack(List.of(height, Tensor.zeros(DType.FLOAT32, height.shape())), 1);
    }

    static double objective(double[] x) {
      double sum = -1;
      for (int i = 0; i < D; i++) {
        sum -= STEEPNESS[i] * (x[i] - CENTRE[i]) * (x[i] - CENTRE[i]);
      }
      return sum;
    }

    static double[] gradient(double[] x) {
      double[] gradient = new double[D];
      for (int i = 0; i < D; i++) {
        gradient[i] = -2 * STEEPNESS[i] * (x[i] - CENTRE[i]);
      }
      return gradient;
    }
  }

  /** Algorithm 1 of the paper, written down once more, for one image and in double precision. */
  private static final class Paper {
    final Norm norm;
    final double[] image;
    final double epsilon;
    int halvings;
    int checkpoints;

    Paper(Norm norm, double[] image, double epsilon) {
      this.norm = norm;
      this.image = image;
      this.epsilon = epsilon;
    }

    List<double[]> trajectory(double[] start, int n) {
      List<double[]> points = new ArrayList<>(List.of(start));
      double[] f = new double[n + 1];
      double[] bestAt = new double[n + 1];
      f[0] = Valley.objective(start);
      double[] best = start;
      bestAt[0] = f[0];
      double[] x = start;
      double[] before = start;
      double eta = 2 * epsilon;
      int lastCheck = 0;
      int window = (int) (0.22 * n);
      boolean halvedBefore = true;
      for (int k = 0; k < n; k++) {
        double[] z = project(add(x, direction(x), eta));
        double a = k == 0 ? 1 : 0.75;
        double[] next = project(add(add(x, sub(z, x), a), sub(x, before), 1 - a));
        points.add(next);
        f[k + 1] = Valley.objective(next);
        best = f[k + 1] > bestAt[k] ? next : best;
        bestAt[k + 1] = Math.max(bestAt[k], f[k + 1]);
        before = x;
        x = next;
        if (k + 1 == lastCheck + window) {
          int rises = 0;
          for (int i = lastCheck; i < k + 1; i++) {
            rises += f[i + 1] > f[i] ? 1 : 0;
          }
          boolean halve =
              rises < 0.75 * window || (!halvedBefore && bestAt[lastCheck] == bestAt[k + 1]);
          if (halve) {
            eta /= 2;
            x = best;
            halvings++;
          }
          checkpoints++;
          halvedBefore = halve;
          lastCheck = k + 1;
          window = Math.max(window - (int) (0.03 * n), (int) (0.06 * n));
        }
      }
      return points;
    }

    private double[] direction(double[] x) {
      double[] gradient = Valley.gradient(x);
      double length = length(gradient);
      return Arrays.stream(gradient)
          .map(g -> norm == Norm.LINF ? Math.signum(g) : g / length)
          .toArray();
    }

    private double[] project(double[] point) {
      double[] delta = sub(point, image);
      double shrink = Math.min(1, epsilon / length(delta));
      double[] inside = new double[D];
      for (int i = 0; i < D; i++) {
        double change =
            norm == Norm.LINF ? Math.max(-epsilon, Math.min(epsilon, delta[i])) : delta[i] * shrink;
        inside[i] = Math.max(0, Math.min(1, image[i] + change));
      }
      return inside;
    }

    private static double length(double[] v) {
      return Math.sqrt(Arrays.stream(v).map(value -> value * value).sum());
    }

    private static double[] add(double[] a, double[] b, double times) {
      double[] sum = new double[D];
      Arrays.setAll(sum, i -> a[i] + times * b[i]);
      return sum;
    }

    private static double[] sub(double[] a, double[] b) {
      return add(a, b, -1);
    }
  }

  /**
   * Every query of 100 steps: checkpoints at 22, 41, 57, ...; rises counted against the point
   * before; at a halving both the best point and its gradient come back; momentum 0.75, and none in
   * the first step.
   */
  @ParameterizedTest
  @CsvSource({"LINF, 0.2", "LINF, 0.06", "L2, 0.4", "L2, 0.1"})
  void theTrajectoryIsThatOfThePaper(Norm norm, double epsilon) {
    float[] image = {0.5f, 0.5f, 0.5f, 0.4f, 0.6f, 0.3f};
    Valley model = new Valley();
    Samples samples = new Samples(new float[][] {image}, new int[] {0}, new long[] {0});
    AttackResult result =
        new Apgd(100, 1, Loss.MARGIN)
            .run(model, samples, ThreatModel.untargeted(norm, epsilon), 4)
            .get(0);
    assertThat(model.asked).hasSize(101);
    Paper paper = new Paper(norm, doubles(image), epsilon);
    List<double[]> expected = paper.trajectory(doubles(model.asked.get(0)), 100);
    for (int k = 0; k <= 100; k++) {
      double[] point = doubles(model.asked.get(k));
      assertThat(point).as("query %d", k).containsExactly(expected.get(k), within(2e-4));
    }
    assertThat(paper.checkpoints).isEqualTo(8);
    assertThat(paper.halvings).isBetween(3, 8);
    assertThat(result.margin())
        .isCloseTo(
            -expected.stream().mapToDouble(Valley::objective).max().orElseThrow(), within(1e-3));
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /** Rescaling into the ball, or a sign step, would change every value of the image. */
  @Test
  void l1FindsTheFewCoordinatesThatMatter() {
    InputSpec input = InputSpec.unit(1, 10, 10);
    float[][] weights = new float[2][100];
    new RandomStream(1, 0, "small", 0).fillUniform(weights[1], 0, 100, -0.05f, 0.05f);
    weights[1][17] = 1;
    weights[1][58] = -1;
    weights[1][83] = 0.9f;
    LinearClassifier model = new LinearClassifier(input, weights, new float[] {1.7f, 0});
    float[] grey = new float[100];
    Arrays.fill(grey, 0.5f);
    Samples samples = new Samples(new float[][] {grey}, new int[] {0}, new long[] {0});
    double grows = model.score(grey, 0) - model.score(grey, 1);
    // Two coordinates reach the edge of the box, which leaves the rest to the third.
    double epsilon = 1 + (grows - 1) / 0.9;
    AttackResult beyond =
        new Apgd(100, 1, Loss.MARGIN)
            .run(model, samples, ThreatModel.untargeted(Norm.L1, epsilon * 1.01), 0)
            .get(0);
    assertThat(beyond.status()).isEqualTo(AttackResult.Status.FOOLED);
    AttackResult before =
        new Apgd(100, 1, Loss.MARGIN)
            .run(model, samples, ThreatModel.untargeted(Norm.L1, epsilon * 0.999), 0)
            .get(0);
    assertThat(before.status()).isEqualTo(AttackResult.Status.STANDING);
  }

  /** Among five classes of one linear model each is the nearest for some image. */
  @Test
  void targetsAreTriedInTheOrderOfEachSamplesOwnLogits() {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(D), 5, 3);
    float[][] images = new float[40][D];
    int[] labels = new int[40];
    for (int i = 0; i < 40; i++) {
      new RandomStream(8, i, "images", 0).fillUniform(images[i], 0, D, 0, 1);
      labels[i] = model.predict(images[i]);
    }
    long[] indices = java.util.stream.LongStream.range(0, 40).toArray();
    Samples samples = new Samples(images, labels, indices);
    ThreatModel threat = ThreatModel.untargeted(Norm.L2, 0.01);
    Pursuit pursuit = new Pursuit(model, samples, threat, 0, "test");
    RunnersUp others = RunnersUp.of(pursuit, threat.goal());
    assertThat(others.count()).isEqualTo(4);
    Set<Integer> nearest = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      int[] order = others.order()[i];
      assertThat(order).doesNotContain(labels[i]).doesNotHaveDuplicates().hasSize(4);
      for (int rank = 1; rank < 4; rank++) {
        assertThat(model.score(images[i], order[rank]))
            .isLessThanOrEqualTo(model.score(images[i], order[rank - 1]));
      }
      nearest.add(order[0]);
    }
    assertThat(nearest.size()).isGreaterThan(2);
  }
}
