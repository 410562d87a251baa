package io.foolproof.attack.gradient;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.NotASetting;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.attack.setting.Probability;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * The iterative method with momentum: steps along a decaying sum of gradients; and its variants,
 * whose examples carry over better to other models, since their gradients are not of the one image
 * alone. Any of them can be combined.
 *
 * <ul>
 *   <li>Momentum: Dong, Liao, Pang, Su, Zhu, Hu, Li: Boosting adversarial attacks with momentum,
 *       2017, arXiv 1710.06081, algorithm 1.
 *   <li>Looking ahead, and averages over scales of brightness: Lin, Song, He, Wang, Hopcroft:
 *       Nesterov accelerated gradient and scale invariance for adversarial attacks, 2019, arXiv
 *       1908.06281, equations 6 and 7, algorithm 1.
 *   <li>Diverse inputs, shrunk and put at a random place: Xie, Zhang, Zhou, Bai, Wang, Ren, Yuille:
 *       Improving transferability of adversarial examples with input diversity, 2018, arXiv
 *       1803.06978, section 3.3.
 *   <li>Translation invariance, by smoothed gradients: Dong, Pang, Su, Zhu: Evading defenses to
 *       transferable adversarial examples by translation-invariant attacks, 2019, arXiv 1904.02884,
 *       equation 7.
 *   <li>Variance tuning, by the gradients around the last point: Wang, He: Enhancing the
 *       transferability of adversarial attacks through variance tuning, 2021, arXiv 2103.15571,
 *       algorithm 1.
 * </ul>
 *
 * <p>Each image's gradient is divided by its own mean absolute value: by the L1 norm of the papers
 * per value, so that looking ahead goes as far in images of any size.
 *
 * @param name the name under which it runs
 * @param steps gradient steps, each of which changes the image by epsilon / steps at most
 * @param decay mu, the fraction of the momentum that a step keeps
 * @param lookAhead whether the gradient is taken where the momentum leads
 * @param diversity probability that an image is shrunk before the model sees it
 * @param smoothing radius in pixels over which gradients are smoothed; 0 for none
 * @param scales number of scales of brightness to average over
 * @param neighbours number of points around the last one to take gradients at; 0 for no tuning
 */
public record MiFgsm(
    @NotASetting String name,
    @AtLeast(1) int steps,
    @NotNegative double decay,
    @NotASetting boolean lookAhead,
    @Probability double diversity,
    @AtLeast(0) int smoothing,
    @AtLeast(1) int scales,
    @AtLeast(0) int neighbours)
    implements Attack, HasSteps<MiFgsm> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "small steps with momentum",
          "Dong et al. 2017, arXiv 1710.06081",
          "10 gradients");

  public static final AttackEntry NESTEROV =
      new AttackEntry(
          nesterov(),
          "small steps with Nesterov momentum",
          "Lin et al. 2019, arXiv 1908.06281",
          "10 gradients");

  public static final AttackEntry DIVERSE =
      new AttackEntry(
          diverse(),
          "small steps with momentum, for transfer: images randomly shrunk",
          "Xie et al. 2018, arXiv 1803.06978",
          "10 gradients");

  public static final AttackEntry TRANSLATED =
      new AttackEntry(
          translated(),
          "small steps with momentum, for transfer: smoothed gradients",
          "Dong et al. 2019, arXiv 1904.02884",
          "10 gradients");

  public static final AttackEntry SCALED =
      new AttackEntry(
          scaled(),
          "small steps with momentum, for transfer: Nesterov momentum, scales of brightness",
          "Lin et al. 2019, arXiv 1908.06281",
          "50 gradients");

  public static final AttackEntry VARIANCE =
      new AttackEntry(
          varianceTuned(),
          "small steps with momentum, for transfer: variance tuning with neighbouring gradients",
          "Wang and He 2021, arXiv 2103.15571",
          "210 gradients");

  /** How far away neighbours are, as a multiple of epsilon. */
  private static final double NEIGHBOURHOOD = 1.5;

  /** Checks the settings. */
  public MiFgsm {
    Settings.check(
        MiFgsm.class, name, steps, decay, lookAhead, diversity, smoothing, scales, neighbours);
  }

  /** Momentum alone, with the default settings. */
  public static MiFgsm standard() {
    return new MiFgsm("mifgsm", 10, 1, false, 0, 0, 1, 0);
  }

  /** Looking ahead, with the default settings. */
  public static MiFgsm nesterov() {
    return new MiFgsm("nifgsm", 10, 1, true, 0, 0, 1, 0);
  }

  /** Diverse inputs, with the default settings. */
  public static MiFgsm diverse() {
    return new MiFgsm("difgsm", 10, 1, false, 0.5, 0, 1, 0);
  }

  /** Translation invariance, with the default settings. */
  public static MiFgsm translated() {
    return new MiFgsm("tifgsm", 10, 1, false, 0, 3, 1, 0);
  }

  /** Looking ahead over scales of brightness, with the default settings. */
  public static MiFgsm scaled() {
    return new MiFgsm("sinifgsm", 10, 1, true, 0, 0, 5, 0);
  }

  /** Variance tuning, with the default settings. */
  public static MiFgsm varianceTuned() {
    return new MiFgsm("vmifgsm", 10, 1, false, 0, 0, 1, 20);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public void requireApplicable(Classifier model, ThreatModel threat) {
    Attack.super.requireApplicable(model, threat);
    if (gradients().needPlaces() && model.input().shape().length != 3) {
      throw new InvalidInputException(
          String.format(
              "%s: images with rows and columns [C, H, W] wanted, %s takes %s: use mifgsm, or"
                  + " diversity=0:smoothing=0",
              name, model.name(), model.input()));
    }
  }

  private TransferableGradients gradients() {
    return new TransferableGradients(diversity, smoothing, scales);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name);
    try (Scope scope = Scope.open()) {
      climb(pursuit, pursuit.remaining(0), model.input(), threat.epsilon() / steps);
    }
    return pursuit.results();
  }

  private void climb(Pursuit pursuit, BallLanes lanes, InputSpec input, double alpha) {
    LaneTensor x = lanes.hold(lanes.images());
    Tensor zero = lanes.images().sub(lanes.images());
    LaneTensor g = lanes.hold(zero);
    LaneTensor variance = lanes.hold(zero);
    double ahead = alpha * decay / lengthOfOnes(pursuit.norm(), input.elements());
    for (int t = 0; t < steps && lanes.size() > 0; t++) {
      try (Scope turn = Scope.open()) {
        Tensor at = lookAhead ? lanes.ball().project(x.get().add(g.get().mul(ahead))) : x.get();
        if (gradients().change()) {
          pursuit.look(lanes, at);
        }
        Tensor gradient =
            pursuit.ofUnfinished(
                lanes, at, (some, there) -> gradients().gradient(pursuit, some, there, input));
        Tensor tuned = gradient.add(variance.get());
        Tensor size = tuned.abs().mean(true, Rows.valueDims(tuned));
        Tensor floored = size.clamp(Rows.SHORTEST, Double.POSITIVE_INFINITY);
        g.set(turn, g.get().mul(decay).add(tuned.div(floored)));
        if (neighbours > 0) {
          Tensor around =
              pursuit.ofUnfinished(lanes, at, (some, there) -> around(pursuit, some, there, input));
          variance.set(turn, around.sub(gradient));
        }
        // Opposite gradients cancel exactly where a model is piecewise linear.
        Tensor direction = Draws.withDirection(g.get(), lanes.streams());
        Tensor ascent = lanes.ball().steepest(x.get(), direction).mul(alpha);
        x.set(turn, lanes.ball().project(x.get().add(ascent)));
      }
      pursuit.dropFinished(lanes);
    }
    pursuit.look(lanes, x.get());
  }

  /** How long a change is that changes every value by 1, as a gradient does here in the mean. */
  private static double lengthOfOnes(Norm norm, int values) {
    return switch (norm) {
      case LINF -> 1;
      case L2 -> Math.sqrt(values);
      case L1 -> values;
      case L0, L0_PIXELS -> throw new IllegalStateException("no version for " + norm.symbol());
    };
  }

  /** The mean gradient at random points around, which do not count. */
  private Tensor around(Pursuit pursuit, BallLanes lanes, Tensor at, InputSpec input) {
    BallLanes near = pursuit.beyondTheBox(lanes, NEIGHBOURHOOD);
    Tensor sum = at.sub(at);
    for (int i = 0; i < neighbours; i++) {
      Tensor offset = near.ball().random(lanes.streams()).sub(lanes.images());
      Tensor point = at.add(offset).clamp(input.low(), input.high());
      sum = sum.add(gradients().gradient(pursuit, near, point, input));
    }
    return sum.div(neighbours);
  }
}
