package io.foolproof.attack;

import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * The iterative method with momentum: steps along a decaying sum of gradients.
 *
 * <p>Dong, Liao, Pang, Su, Zhu, Hu, Li: Boosting adversarial attacks with momentum, 2017, arXiv
 * 1710.06081, algorithm 1; looking ahead, Lin, Song, He, Wang, Hopcroft: Nesterov accelerated
 * gradient and scale invariance for adversarial attacks, 2019, arXiv 1908.06281, equations 6 and 7.
 * Each image's gradient is divided by its own mean absolute value: by the L1 norm of the papers per
 * value, so that looking ahead goes as far in images of any size.
 *
 * @param name the name under which it runs
 * @param steps gradient steps, each of which changes the image by epsilon / steps at most
 * @param decay mu, what is left of the momentum after a step
 * @param lookAhead whether the gradient is taken where the momentum leads
 */
public record MiFgsm(String name, int steps, double decay, boolean lookAhead) implements Attack {
  static final Attacks.Entry ENTRY =
      new Attacks.Entry(
          "mifgsm",
          "small steps with momentum",
          "Dong et al. 2017, arXiv 1710.06081",
          "10 gradients",
          settings ->
              new MiFgsm(
                  "mifgsm", settings.integer("steps", 10), settings.number("decay", 1), false));

  static final Attacks.Entry NESTEROV =
      new Attacks.Entry(
          "nifgsm",
          "small steps with momentum, looking ahead",
          "Lin et al. 2019, arXiv 1908.06281",
          "10 gradients",
          settings ->
              new MiFgsm(
                  "nifgsm", settings.integer("steps", 10), settings.number("decay", 1), true));

  /** Checks the numbers. */
  public MiFgsm {
    Settings.atLeast(name, "steps", steps, 1);
    Settings.notNegative(name, "decay", decay);
  }

  @Override
  public String settings() {
    return name + ":steps=" + steps + ":decay=" + decay;
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name);
    double alpha = threat.epsilon() / steps;
    try (Scope scope = Scope.open()) {
      Pursuit.Lanes lanes = pursuit.standing(0);
      Tensor x = lanes.images();
      Tensor g = x.sub(x);
      for (int t = 0; t < steps; t++) {
        try (Scope turn = Scope.open()) {
          Tensor at = lookAhead ? lanes.ball().project(x.add(g.mul(alpha * decay))) : x;
          Tensor gradient = pursuit.gradient(lanes, at);
          Tensor size = gradient.abs().mean(true, Rows.valueDims(gradient));
          g = turn.replace(g, g.mul(decay).add(gradient.div(size)));
          // Opposite gradients cancel exactly where a model is piecewise linear.
          Tensor direction = Pursuit.withDirection(g, lanes.streams());
          Tensor ascent = lanes.ball().steepest(x, direction).mul(alpha);
          x = turn.replace(x, lanes.ball().project(x.add(ascent)));
        }
      }
      pursuit.look(lanes, x);
    }
    return pursuit.results();
  }
}
