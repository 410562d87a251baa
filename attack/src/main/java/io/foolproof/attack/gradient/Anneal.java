package io.foolproof.attack.gradient;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Objective;
import io.foolproof.attack.PerSampleEpsilon;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * Steps up the share of draws that are fooled, of a model that draws at random or is seen through a
 * camera: Athalye, Engstrom, Ilyas, Kwok: Synthesizing robust adversarial examples, 2017, arXiv
 * 1707.07397, section 2.1, with a loss and steps of our own.
 *
 * <p>The loss is the logistic function of the margin over a temperature, whose mean over draws is a
 * smooth count of those that are fooled. It is hot at first, so that draws that are far from fooled
 * count, and cools until they hardly do. Steps follow momentum and fall along a cosine, so that the
 * last ones average out what the draws differ in. Of a randomised model the last point alone
 * counts: earlier ones are worse, and a lucky draw would choose them.
 *
 * @param steps gradient steps from a random start
 * @param relativeStep the first step as a fraction of epsilon
 * @param decay the fraction of the momentum that a step keeps
 */
@Named("anneal")
public record Anneal(
    @AtLeast(1) int steps,
    @Named("step") @Positive double relativeStep,
    @Fraction(orZero = true) double decay)
    implements PerSampleEpsilon<Anneal> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "falling steps up a count of fooled draws, for cameras (eot-view) and randomised models",
          "Athalye et al. 2017, arXiv 1707.07397",
          "40 gradients");

  private static final double HOTTEST = 4;
  private static final double COLDEST = 1;

  /** The last step as a fraction of epsilon. */
  private static final double LAST_STEP = 0.01;

  /** Checks the settings. */
  public Anneal {
    Settings.check(Anneal.class, steps, relativeStep, decay);
  }

  /** With the default settings. */
  public static Anneal standard() {
    return new Anneal(40, 0.3, 0.75);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      LaneTensor x = lanes.hold(pursuit.start(lanes, 0, lanes.ball().random(lanes.streams())));
      LaneTensor momentum = lanes.hold(lanes.images().mul(0));
      for (int step = 0; step < steps && lanes.size() > 0; step++) {
        try (Scope turn = Scope.open()) {
          double along = (double) step / steps;
          BallLanes shown = pursuit.isRandom() ? lanes.forProbing() : lanes;
          Tensor gradient =
              pursuit.slope(shown, x.get(), count(threat, temperature(along))).gradient();
          momentum.set(turn, momentum.get().mul(decay).add(gradient));
          // Opposite gradients cancel exactly where a model is piecewise linear.
          Tensor direction = Draws.withDirection(momentum.get(), lanes.streams());
          Tensor ascent = lanes.ball().steepest(x.get(), direction);
          Tensor moved = x.get().add(ascent.mul(pursuit.lengths(lanes, length(along))));
          x.set(turn, lanes.ball().project(moved));
        }
        pursuit.dropFinished(lanes);
      }
      pursuit.look(lanes, x.get());
    }
    return pursuit.results();
  }

  private static Objective count(ThreatModel threat, double temperature) {
    return (logits, labels) -> threat.goal().margin(logits, labels).div(-temperature).sigmoid();
  }

  private static double temperature(double along) {
    return HOTTEST * Math.pow(COLDEST / HOTTEST, along);
  }

  private double length(double along) {
    double last = Math.min(LAST_STEP, relativeStep);
    return last + (relativeStep - last) * (1 + Math.cos(Math.PI * along)) / 2;
  }
}
