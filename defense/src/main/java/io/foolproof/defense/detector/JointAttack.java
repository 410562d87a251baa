package io.foolproof.defense.detector;

import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.search.Ball;
import io.foolproof.attack.search.Draws;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An attack that knows the detector: it looks for points that are misclassified and not suspicious.
 *
 * <p>Every other round climbs the loss - margin - lambda score, both gradients scaled to length 1,
 * with a lambda of each sample's own that is searched from round to round: more where the sample
 * was misclassified but detected, less where it was not misclassified (Carlini, Wagner: Adversarial
 * examples are not easily detected, 2017, arXiv 1705.07263; against feature squeezing: He, Wei,
 * Chen, Carlini, Song 2017, arXiv 1706.04701). The rounds between follow the margin while the point
 * is classified correctly, and the score once it is not, which takes no lambda (selective
 * gradients: Bryniarski, Hingun, Pachuca, Wang, Carlini 2021, arXiv 2106.15023). A sample that
 * evades the detector takes part in no further round.
 *
 * @param steps gradient steps of a round; their length falls evenly to 0
 * @param relativeStep length of the first step, as a fraction of epsilon
 * @param rounds the first from the image, all others from a random point of the ball
 */
public record JointAttack(int steps, double relativeStep, int rounds) implements AdaptiveAttack {
  private static final String NAME = "joint";

  /** By which lambda grows or falls while only one side of it is known. */
  private static final double FACTOR = 4;

  /** Checks the numbers. */
  public JointAttack {
    if (steps < 1 || rounds < 1 || !(relativeStep > 0) || Double.isInfinite(relativeStep)) {
      throw new InvalidInputException(
          "the joint attack has %d steps of %s epsilon in %d rounds: give 1 or more, above 0"
              .formatted(steps, relativeStep, rounds));
    }
  }

  /** Eight rounds of 50 steps. */
  public static JointAttack standard() {
    return new JointAttack(50, 0.25, 8);
  }

  /** The same with another number of rounds. */
  public JointAttack withRounds(int other) {
    return new JointAttack(steps, relativeStep, other);
  }

  /** The trade-off of a sample: lambda, and between which bounds the best one lies. */
  private record TradeOff(double lambda, double low, double high) {
    static final TradeOff FIRST = new TradeOff(1, 0, Double.POSITIVE_INFINITY);

    TradeOff after(boolean misclassified) {
      double lower = misclassified ? lambda : low;
      double upper = misclassified ? high : lambda;
      double next =
          Double.isInfinite(upper)
              ? FACTOR * lambda
              : lower == 0 ? lambda / FACTOR : Math.sqrt(lower * upper);
      return new TradeOff(next, lower, upper);
    }
  }

  @Override
  public List<Found> run(
      DifferentiableClassifier model,
      Suspicion suspicion,
      Threshold threshold,
      Samples samples,
      NormBounded threat,
      long seed) {
    Found[] best = Found.nothing(samples.images());
    TradeOff[] tradeOffs = new TradeOff[best.length];
    Arrays.fill(tradeOffs, TradeOff.FIRST);
    for (int round = 0; round < rounds; round++) {
      int[] left =
          IntStream.range(0, best.length)
              .filter(i -> !best[i].isMisclassified() || threshold.detects(best[i].score()))
              .toArray();
      if (left.length == 0) {
        break;
      }
      try (Scope scope = Scope.open()) {
        Round one = new Round(model, suspicion, samples, left, threat, seed, round, tradeOffs);
        one.climb(best);
        for (int row = 0; row < left.length && !one.isSelective(); row++) {
          tradeOffs[left[row]] = tradeOffs[left[row]].after(one.misclassified[row]);
        }
      }
    }
    return List.of(best);
  }

  /** One round, of the samples that are left. */
  private final class Round {
    private final DifferentiableClassifier model;
    private final Suspicion suspicion;
    private final NormBounded threat;
    private final int round;
    private final int[] left;
    private final Tensor labels;
    private final Ball ball;
    private final List<RandomStream> streams;
    private final double[] lambdas;
    private final boolean[] misclassified;
    private Tensor x;

    Round(
        DifferentiableClassifier model,
        Suspicion suspicion,
        Samples samples,
        int[] left,
        NormBounded threat,
        long seed,
        int round,
        TradeOff[] tradeOffs) {
      this.model = model;
      this.suspicion = suspicion;
      this.threat = threat;
      this.round = round;
      this.left = left;
      this.labels = samples.labelTensor(left);
      this.lambdas = IntStream.of(left).mapToDouble(i -> tradeOffs[i].lambda()).toArray();
      this.misclassified = new boolean[left.length];
      Tensor images = samples.imageTensor(left, model.input().batchShape(left.length));
      this.ball = Ball.around(images, threat, model.input());
      this.streams = samples.streams(left, seed, NAME, round);
      this.x = round == 0 ? images : ball.random(streams);
    }

    boolean isSelective() {
      return round % 2 == 0;
    }

    void climb(Found[] best) {
      for (int step = 0; step < steps; step++) {
        try (Scope turn = Scope.open()) {
          Tensor at = x.variable();
          Tensor logits = model.logits(at);
          Tensor margins = threat.goal().margin(logits, labels).to(DType.FLOAT64);
          Tensor scores = suspicion.scores(at, logits);
          double[] values = margins.toDoubles();
          keep(best, values, scores.toDoubles());
          List<Tensor> gradients = Gradients.ofEach(List.of(margins, scores), at);
          Tensor descent = together(gradients.get(0), gradients.get(1), values);
          Tensor ascent = ball.steepest(x, Draws.withDirection(descent.neg(), streams));
          double length = relativeStep * threat.epsilon() * (steps - step) / steps;
          x = turn.replace(x, ball.project(x.add(ascent.mul(length))));
        }
      }
      Tensor logits = model.logits(x);
      double[] values = threat.goal().margin(logits, labels).toDoubles();
      keep(best, values, suspicion.scores(x, logits).toDoubles());
    }

    /** What to descend: of each sample a mixture of the two gradients, each of length 1. */
    private Tensor together(Tensor ofMargin, Tensor ofScore, double[] margins) {
      double[] first = new double[left.length];
      double[] second = new double[left.length];
      for (int row = 0; row < left.length; row++) {
        boolean fooled = margins[row] < 0;
        first[row] = !isSelective() ? 1 : fooled ? 0 : 1;
        second[row] = !isSelective() ? lambdas[row] : fooled ? 1 : 0;
      }
      return unit(ofMargin).mul(column(first)).add(unit(ofScore).mul(column(second)));
    }

    /** Of length 1 in L2; zero where it is zero or not finite. */
    private Tensor unit(Tensor gradient) {
      Tensor wide = gradient.to(DType.FLOAT64);
      Tensor finite = Tensor.where(wide.mul(0).eq(0), wide, Tensor.zeros(DType.FLOAT64));
      Tensor flat = finite.flatten(1);
      Tensor length = flat.mul(flat).sum(true, 1).sqrt().clamp(Double.MIN_NORMAL, Double.MAX_VALUE);
      return flat.div(length).reshape(gradient.shape()).to(DType.FLOAT32);
    }

    private Tensor column(double[] values) {
      long[] shape = x.shape();
      Arrays.fill(shape, 1, shape.length, 1);
      return Tensor.of(values, shape).to(DType.FLOAT32);
    }

    private void keep(Found[] best, double[] margins, double[] scores) {
      for (int row = 0; row < left.length; row++) {
        misclassified[row] |= margins[row] < 0;
      }
      Found.keep(best, left, x, margins, scores);
    }
  }
}
