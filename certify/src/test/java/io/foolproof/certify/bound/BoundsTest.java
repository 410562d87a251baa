package io.foolproof.certify.bound;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.certify.SmallNets;
import io.foolproof.certify.net.Net;
import io.foolproof.certify.net.NetReader;
import io.foolproof.certify.net.Step;
import io.foolproof.certify.property.Ball;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundsTest {
  private static final int POINTS = 100_000;

  private static Net net(byte[] onnx) {
    return NetReader.read(OnnxModel.of(onnx, "net.onnx"));
  }

  private static float[] points(int count, int n, double low, double high, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] points = new float[count * n];
    for (int i = 0; i < points.length; i++) {
      double at = random.nextDouble();
      // A third of them at the ends, where the extremes are.
      double end = at < 1.0 / 6 ? 0 : at > 5.0 / 6 ? 1 : at;
      points[i] = (float) (low + end * (high - low));
    }
    return points;
  }

  private static NetBounds box(Net net, double radius) {
    double[] low = new double[net.inputs()];
    double[] high = new double[net.inputs()];
    Arrays.fill(low, -radius);
    Arrays.fill(high, radius);
    return new NetBounds(net, new InputSet(low, high, null));
  }

  @Test
  void theNetworkThatIsReadIsTheOneThatRuns() {
    SmallNets.ofEveryOperator()
        .forEach(
            (name, onnx) -> {
              try (Scope scope = Scope.open();
                  OnnxClassifier classifier = OnnxClassifier.of(OnnxModel.of(onnx, name))) {
                Net net = net(onnx);
                Tensor x = Tensor.of(points(50, net.inputs(), -1, 1, 3), 50, net.inputs());
                float[] ours = net.apply(x).toFloats();
                float[] theirs =
                    classifier.logits(x.reshape(classifier.input().batchShape(50))).toFloats();
                for (int i = 0; i < ours.length; i++) {
                  assertThat(ours[i]).as(name).isCloseTo(theirs[i], within(1e-4f));
                }
              }
            });
  }

  /** Bounds by intervals, by CROWN, and with optimised slopes: none is passed by any point. */
  @Test
  void boundsContainAllPointsOfNetsOfEveryOperator() {
    for (Map.Entry<String, byte[]> entry : SmallNets.ofEveryOperator().entrySet()) {
      Net net = net(entry.getValue());
      NetBounds bounds = box(net, 0.3);
      int m = net.outputs();
      double[] least = new double[m];
      double[] most = new double[m];
      Arrays.fill(least, Double.POSITIVE_INFINITY);
      Arrays.fill(most, Double.NEGATIVE_INFINITY);
      for (int part = 0; part < 20; part++) {
        try (Scope scope = Scope.open()) {
          int count = POINTS / 20;
          Tensor x = Tensor.of(points(count, net.inputs(), -0.3, 0.3, part), count, net.inputs());
          float[] y = net.apply(x).toFloats();
          for (int i = 0; i < y.length; i++) {
            least[i % m] = Math.min(least[i % m], y[i]);
            most[i % m] = Math.max(most[i % m], y[i]);
          }
        }
      }
      try (Workers workers = new Workers(2)) {
        AlphaBetaCrown solver = new AlphaBetaCrown(bounds, workers);
        List<Case> cases = new ArrayList<>();
        for (int k = 0; k < 2 * m; k++) {
          double[] row = new double[m];
          row[k / 2] = k % 2 == 0 ? 1 : -1;
          cases.add(Case.whole(net.output(), row, Double.NEGATIVE_INFINITY));
        }
        List<Solved> plain = solver.solve(cases, 0);
        List<Solved> optimised = solver.solve(cases, 20);
        for (int k = 0; k < m; k++) {
          double low = bounds.low(net.output())[k];
          double high = bounds.high(net.output())[k];
          assertThat(low).as(entry.getKey()).isLessThanOrEqualTo(least[k]);
          assertThat(high).as(entry.getKey()).isGreaterThanOrEqualTo(most[k]);
          for (List<Solved> solved : List.of(plain, optimised)) {
            assertThat(solved.get(2 * k).certified())
                .as(entry.getKey())
                .isLessThanOrEqualTo(least[k]);
            assertThat(-solved.get(2 * k + 1).certified())
                .as(entry.getKey())
                .isGreaterThanOrEqualTo(most[k]);
          }
          double gain = optimised.get(2 * k).certified() - plain.get(2 * k).certified();
          assertThat(gain).as(entry.getKey()).isGreaterThan(-0.02 * (high - low));
          // Of maxima intervals know more than lines, as long as those of differences are wide.
          if (net.steps().stream().noneMatch(step -> step instanceof Step.Maximum)) {
            assertThat(optimised.get(2 * k).certified()).isGreaterThan(low);
          }
        }
      }
    }
  }

  /** Points at the edge of a ball, moved into the box: no bound is passed by any. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void boundsOverBallsContainAllPoints(boolean isEuclidean) {
    for (Map.Entry<String, byte[]> entry : SmallNets.ofEveryOperator().entrySet()) {
      Net net = net(entry.getValue());
      int n = net.inputs();
      double radius = 0.5;
      BigDecimal[] centre = new BigDecimal[n];
      Arrays.fill(centre, new BigDecimal("0.1"));
      Ball ball = new Ball(isEuclidean, BigDecimal.valueOf(radius), centre);
      double[] low = new double[n];
      double[] high = new double[n];
      Arrays.fill(low, -0.1);
      Arrays.fill(high, 0.4);
      NetBounds bounds = new NetBounds(net, new InputSet(low, high, ball));
      SplittableRandom random = new SplittableRandom(4);
      int count = 20_000;
      float[] points = new float[count * n];
      for (int i = 0; i < count; i++) {
        double[] way = new double[n];
        int parts = 1 + random.nextInt(n);
        for (int k = 0; k < parts; k++) {
          way[random.nextInt(n)] = random.nextDouble(-1, 1);
        }
        double length =
            isEuclidean
                ? Math.sqrt(Arrays.stream(way).map(x -> x * x).sum())
                : Arrays.stream(way).map(Math::abs).sum();
        for (int j = 0; j < n; j++) {
          double x = 0.1 + 0.999 * radius / Math.max(1e-9, length) * way[j];
          points[i * n + j] = (float) Math.max(-0.1, Math.min(0.4, x));
        }
      }
      try (Scope scope = Scope.open();
          Workers workers = new Workers(1)) {
        float[] y = net.apply(Tensor.of(points, count, n)).toFloats();
        int m = net.outputs();
        for (int k = 0; k < m; k++) {
          double[] row = new double[m];
          row[k] = 1;
          Case one = Case.whole(net.output(), row, Double.NEGATIVE_INFINITY);
          Solved solved = new AlphaBetaCrown(bounds, workers).solve(List.of(one), 10).get(0);
          double box =
              new AlphaBetaCrown(new NetBounds(net, new InputSet(low, high, null)), workers)
                  .solve(List.of(one), 10)
                  .get(0)
                  .certified();
          double least = Double.POSITIVE_INFINITY;
          for (int i = k; i < y.length; i += m) {
            least = Math.min(least, y[i]);
          }
          assertThat(solved.certified()).as(entry.getKey()).isLessThanOrEqualTo(least);
          assertThat(solved.certified()).as(entry.getKey()).isGreaterThan(box - 1e-6);
        }
      }
    }
  }

  /** relu(x) on [-1, 3]: the chord is (x + 1) 3/4, and the line below has the slope alpha. */
  @Test
  void ofOneRectifierTheLinesAreKnown() {
    Net net =
        net(
            SmallNets.rectified(
                new float[] {2}, new float[] {1}, new float[] {1}, new float[] {0}));
    NetBounds bounds = new NetBounds(net, new InputSet(new double[] {-1}, new double[] {1}, null));
    try (Scope scope = Scope.open()) {
      Crown crown = new Crown(bounds, DType.FLOAT64);
      Lines[] lines = {crown.lines(0)};
      for (double alpha : new double[] {0, 0.25, 1}) {
        Tensor[] alphas = {Tensor.of(new double[] {alpha}, 1, 1)};
        Tensor rows = Tensor.of(new double[] {1, -1}, 2, 1);
        double[] found =
            crown
                .backward(net.output(), rows, null, lines, alphas, new Tensor[1], null, false)
                .bound()
                .toDoubles();
        // Least of alpha (2 x + 1); most of the chord, which is relu's own.
        assertThat(found[0]).isCloseTo(-alpha, within(1e-5));
        assertThat(found[1]).isCloseTo(-3, within(1e-5));
      }
    }
  }

  /** All derivatives of the bound, by slope and multiplier, against finite differences. */
  @Test
  void derivativesAgreeWithFiniteDifferences() {
    Net net = net(SmallNets.random("derivative", 4, 9, 8, 7, 1));
    NetBounds bounds = box(net, 0.7);
    SplittableRandom random = new SplittableRandom(5);
    try (Scope scope = Scope.open()) {
      Crown crown = new Crown(bounds, DType.FLOAT64);
      int count = net.activations().size();
      Lines[] lines = new Lines[count];
      double[][] alphas = new double[count][];
      double[][] betas = new double[count][];
      for (int k = 0; k < count; k++) {
        int n = net.sizes().get(net.activations().get(k).from());
        double[] signs = new double[n];
        signs[k] = 1;
        signs[k + 3] = -1;
        lines[k] = ((RectifierLines) crown.lines(k)).split(Tensor.of(signs, 1, n));
        alphas[k] = random.doubles(n).toArray();
        betas[k] = random.doubles(n).toArray();
      }
      Crown.Backward pass = pass(crown, net, lines, alphas, betas);
      @Nullable Tensor[] taken = crown.forward(net.output(), pass, lines, tensors(alphas)).taken();
      double step = 1e-6;
      int compared = 0;
      for (int k = 0; k < count; k++) {
        Tensor a = requireNonNull(pass.coefficients()[k]);
        double[] x = requireNonNull(taken[k]).toDoubles();
        Tensor inputs = requireNonNull(taken[k]);
        double[] slope = lines[k].derivative(inputs, a, tensors(alphas)[k]).toDoubles();
        double[] signs = requireNonNull(lines[k].signs()).toDoubles();
        for (int j = 0; j < x.length; j++) {
          double byAlpha = difference(crown, net, lines, alphas, betas, alphas[k], j, step);
          assertThat(slope[j]).isCloseTo(byAlpha, within(1e-5));
          double byBeta = difference(crown, net, lines, alphas, betas, betas[k], j, step);
          assertThat(-signs[j] * x[j]).isCloseTo(byBeta, within(1e-5));
          compared += byAlpha != 0 ? 1 : 0;
          compared += byBeta != 0 ? 1 : 0;
        }
      }
      assertThat(compared).isGreaterThan(8);
    }
  }

  /** The same of tangents, some of which end where the next would pass the end of the interval. */
  @Test
  void derivativesOfTangentsAgreeWithFiniteDifferences() {
    Net net = net(requireNonNull(SmallNets.ofEveryOperator().get("curved")));
    NetBounds bounds = box(net, 0.7);
    SplittableRandom random = new SplittableRandom(6);
    try (Scope scope = Scope.open()) {
      Crown crown = new Crown(bounds, DType.FLOAT64);
      Lines[] lines = {crown.lines(0), crown.lines(1), crown.lines(2)};
      double[][] alphas = new double[3][];
      double[][] none = new double[3][0];
      for (int k = 0; k < 3; k++) {
        int n = net.sizes().get(net.activations().get(k).from());
        alphas[k] = random.doubles(n).toArray();
        none[k] = new double[n];
      }
      Tensor row = Tensor.of(new double[] {1, -1, 0.5}, 1, 3);
      Crown.Backward pass =
          crown.backward(
              net.output(), row, null, lines, tensors(alphas), tensors(none), null, false);
      @Nullable Tensor[] taken = crown.forward(net.output(), pass, lines, tensors(alphas)).taken();
      int moving = 0;
      for (int k = 0; k < 3; k++) {
        Tensor a = requireNonNull(pass.coefficients()[k]);
        double[] ours =
            lines[k].derivative(requireNonNull(taken[k]), a, tensors(alphas)[k]).toDoubles();
        for (int j = 0; j < ours.length; j++) {
          double[] ends = new double[2];
          for (int side = 0; side < 2; side++) {
            double before = alphas[k][j];
            alphas[k][j] = before + (2 * side - 1) * 1e-6;
            ends[side] =
                crown
                    .backward(
                        net.output(), row, null, lines, tensors(alphas), tensors(none), null, false)
                    .bound()
                    .item();
            alphas[k][j] = before;
          }
          double exact = (ends[1] - ends[0]) / 2e-6;
          // Where d is at its limit a smaller alpha would count only from there on.
          boolean isHeld = exact == 0 && ours[j] <= 0;
          assertThat(isHeld || Math.abs(ours[j] - exact) < 1e-5).as("%d %d", k, j).isTrue();
          moving += k < 2 && exact != 0 ? 1 : 0;
        }
      }
      assertThat(moving).isGreaterThan(10);
    }
  }

  /** More steps make the bounds of curves tighter. */
  @Test
  void tangentsAreOptimised() {
    Net net = net(requireNonNull(SmallNets.ofEveryOperator().get("curved")));
    NetBounds bounds = box(net, 0.5);
    try (Workers workers = new Workers(1)) {
      AlphaBetaCrown solver = new AlphaBetaCrown(bounds, workers);
      double[] row = {1, -1, 0};
      List<Case> one = List.of(Case.whole(net.output(), row, Double.NEGATIVE_INFINITY));
      double plain = solver.solve(one, 0).get(0).certified();
      // Or better, by intervals.
      assertThat(solver.crown(one)[0]).isGreaterThanOrEqualTo(plain);
      assertThat(solver.solve(one, 40).get(0).certified()).isGreaterThan(plain + 0.01);
    }
  }

  /** Lines through rectifiers that may have either sign can be looser than what intervals give. */
  @Test
  void whatIsBoundedByCrownIsNeverLooserThanIntervals() {
    for (int trial = 0; trial < 40; trial++) {
      try (Scope scope = Scope.open();
          Workers workers = new Workers()) {
        byte[] file = SmallNets.random("never looser " + trial, 4, 8, 8, 2);
        Net net = NetReader.read(OnnxModel.of(file, "net"));
        double[] high = new double[4];
        Arrays.fill(high, 0.1 + 0.02 * trial);
        NetBounds bounds = new NetBounds(net, new InputSet(new double[4], high, null));
        double[][] rows = {{1, 0}, {0, 1}};
        List<Case> cases =
            Arrays.stream(rows).map(row -> Case.whole(net.output(), row, 0)).toList();
        double[] found = new AlphaBetaCrown(bounds, workers).crown(cases);
        for (int k = 0; k < 2; k++) {
          assertThat(found[k]).isGreaterThan(bounds.low(net.output())[k] - 1e-6);
        }
      }
    }
  }

  /** Bounds under an assumption are of the points that meet it, and tighter than those of all. */
  @Test
  void boundsUnderAnAssumptionContainWhatMeetsIt() {
    SplittableRandom random = new SplittableRandom(11);
    int met = 0;
    int tighter = 0;
    for (int trial = 0; trial < 20; trial++) {
      try (Scope scope = Scope.open();
          Workers workers = new Workers(1)) {
        Net net = net(SmallNets.random("assumed " + trial, 4, 8, 8, 2));
        NetBounds all = box(net, 1);
        int n = 2_000;
        float[] points = new float[n * 4];
        for (int i = 0; i < points.length; i++) {
          points[i] = (float) random.nextDouble(-1, 1);
        }
        Tensor inputs = Tensor.of(points, n, 4);
        float[] outputs = net.at(net.output(), inputs).toFloats();
        // Y_0 is among the smallest tenth, and Y_1 above Y_0.
        double[] first = IntStream.range(0, n).mapToDouble(i -> outputs[2 * i]).sorted().toArray();
        Assumption assumption =
            new Assumption(
                new double[][] {{1, 0}, {1, -1}},
                new double[] {first[n / 10], 0},
                new double[] {1, 1});
        NetBounds given = all.given(assumption);
        int value = net.activations().get(1).from();
        List<Case> sides = new ArrayList<>();
        for (int j = 0; j < 8; j++) {
          for (int sign = 1; sign >= -1; sign -= 2) {
            double[] row = new double[8];
            row[j] = sign;
            sides.add(Case.whole(value, row, Double.NEGATIVE_INFINITY));
          }
        }
        List<Solved> assumed = new AlphaBetaCrown(given, workers).solve(sides, 20);
        List<Solved> plain = new AlphaBetaCrown(all, workers).solve(sides, 20);
        float[] taken = net.at(value, inputs).toFloats();
        for (int k = 0; k < sides.size(); k++) {
          double bound = assumed.get(k).certified();
          tighter += bound > plain.get(k).certified() + 0.01 ? 1 : 0;
          for (int i = 0; i < n; i++) {
            if (outputs[2 * i] <= first[n / 10] && outputs[2 * i] <= outputs[2 * i + 1]) {
              met++;
              double there = sides.get(k).row()[k / 2] * taken[8 * i + k / 2];
              assertThat(there).isGreaterThanOrEqualTo(bound);
            }
          }
        }
      }
    }
    assertThat(met).isGreaterThan(10_000);
    assertThat(tighter).isGreaterThan(60);
  }

  /** d / d gamma_k = C_k y - d_k, where the bound is attained. */
  @Test
  void derivativesByWhatIsAssumedAgreeWithFiniteDifferences() {
    Net net = net(SmallNets.random("gammas", 3, 6, 6, 2));
    double[] limits = {0.2, -0.1};
    NetBounds bounds =
        box(net, 1)
            .given(new Assumption(new double[][] {{1, 0}, {0.5, -1}}, limits, new double[] {1, 1}));
    try (Scope scope = Scope.open()) {
      Crown crown = new Crown(bounds, DType.FLOAT64);
      Lines[] lines = {crown.lines(0), crown.lines(1)};
      Tensor[] alphas = {
        Tensor.full(0.4, DType.FLOAT64, 1, 6), Tensor.full(0.7, DType.FLOAT64, 1, 6)
      };
      int start = net.activations().get(1).from();
      Tensor row = Tensor.of(new double[] {0, 1, 0, 0, 0, 0}, 1, 6);
      double[] gammas = {0.3, 0.2};
      Crown.Backward pass =
          crown.backward(
              start, row, null, lines, alphas, new Tensor[2], given(crown, gammas), false);
      Tensor output = requireNonNull(crown.forward(net.output(), pass, lines, alphas).output());
      double[] y = output.toDoubles();
      double[] ours = {y[0] - limits[0], 0.5 * y[0] - y[1] - limits[1]};
      for (int k = 0; k < 2; k++) {
        double[] ends = new double[2];
        for (int side = 0; side < 2; side++) {
          double[] moved = gammas.clone();
          moved[k] += (2 * side - 1) * 1e-6;
          Crown.Given given = given(crown, moved);
          ends[side] =
              crown
                  .backward(start, row, null, lines, alphas, new Tensor[2], given, false)
                  .bound()
                  .item();
        }
        assertThat(ours[k]).isCloseTo((ends[1] - ends[0]) / 2e-6, within(1e-6));
      }
    }
  }

  private static Crown.Given given(Crown crown, double[] gammas) {
    return requireNonNull(crown.given(Tensor.of(gammas, 1, gammas.length)));
  }

  /** Rows of the matrix of each linear step, against products with rows of the unit matrix. */
  @Test
  void unitsPickRowsOfTheMatrix() {
    int compared = 0;
    for (byte[] onnx : SmallNets.ofEveryOperator().values()) {
      try (Scope scope = Scope.open()) {
        for (Step step : net(onnx).steps()) {
          if (step instanceof Step.Linear linear) {
            int m = linear.map().outputs();
            int[] places = {0, m / 2, m - 1};
            float[] units = new float[3 * m];
            for (int i = 0; i < 3; i++) {
              units[i * m + places[i]] = 1;
            }
            double[] expected =
                linear.map().pull(Tensor.of(units, 3, m).to(DType.FLOAT64)).toDoubles();
            assertThat(linear.map().pullUnits(places, DType.FLOAT64).toDoubles())
                .containsExactly(expected, within(1e-12));
            compared++;
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(20);
  }

  private static double difference(
      Crown crown,
      Net net,
      Lines[] lines,
      double[][] alphas,
      double[][] betas,
      double[] changed,
      int j,
      double step) {
    double before = changed[j];
    changed[j] = before + step;
    double above = pass(crown, net, lines, alphas, betas).bound().item();
    changed[j] = before - step;
    double below = pass(crown, net, lines, alphas, betas).bound().item();
    changed[j] = before;
    return (above - below) / (2 * step);
  }

  private static Crown.Backward pass(
      Crown crown, Net net, Lines[] lines, double[][] alphas, double[][] betas) {
    Tensor row = Tensor.ones(DType.FLOAT64, 1, 1);
    return crown.backward(
        net.output(), row, null, lines, tensors(alphas), tensors(betas), null, false);
  }

  private static Tensor[] tensors(double[][] values) {
    return Arrays.stream(values).map(row -> Tensor.of(row, 1, row.length)).toArray(Tensor[]::new);
  }

  /** With both signs of every rectifier, the smaller bound is the minimum of two linear pieces. */
  @Test
  void splitsOfAllRectifiersGiveTheExactMinimum() {
    Net net =
        net(
            SmallNets.rectified(
                new float[] {1, 1}, new float[] {0.25f, 0}, new float[] {1, -1}, new float[] {0}));
    NetBounds bounds = new NetBounds(net, new InputSet(new double[] {-1}, new double[] {1}, null));
    try (Workers workers = new Workers(1)) {
      AlphaBetaCrown solver = new AlphaBetaCrown(bounds, workers);
      double least = Double.POSITIVE_INFINITY;
      for (int first = -1; first <= 1; first += 2) {
        for (int second = -1; second <= 1; second += 2) {
          Split split = Split.below(Split.below(null, 0, 0, first), 0, 1, second);
          Case one =
              new Case(
                  net.output(),
                  new double[] {1},
                  Double.NEGATIVE_INFINITY,
                  split,
                  null,
                  new float[2],
                  new float[0]);
          least = Math.min(least, solver.solve(List.of(one), 200).get(0).certified());
        }
      }
      assertThat(least).isCloseTo(0, within(0.02)).isLessThanOrEqualTo(0);
    }
  }

  @Test
  void whatIsUnstableHasEitherSign() {
    Net net = net(SmallNets.random("unstable", 3, 6, 2));
    Step.Activation rectifier = net.activations().get(0);
    NetBounds wide = box(net, 10);
    assertThat(wide.unstable(rectifier)).hasSizeGreaterThan(3);
    assertThat(box(net, 0).unstable(rectifier)).isEmpty();
    int neuron = wide.unstable(rectifier)[0];
    wide.show(rectifier.from(), neuron, false, 0.5);
    wide.refresh();
    assertThat(wide.low(rectifier.to())[neuron]).isEqualTo(0.5);
    assertThat(wide.unstable(rectifier)).doesNotContain(neuron);
  }
}
