package io.foolproof.attack;

import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Random points of the ball: a control, since a model that noise fools more often than gradients do
 * hides its gradients.
 *
 * @param kind how points are drawn
 * @param draws how many points to try for each sample
 */
public record Noise(Kind kind, int draws) implements Attack {

  /** How points are drawn. */
  public enum Kind {
    /** Uniformly from the ball of the norm. */
    UNIFORM,
    /** In a Gaussian direction, as far as the ball goes. */
    GAUSSIAN;

    /** As it is written on the command line: uniform, gaussian. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks the number of draws. */
  public Noise {
    Settings.atLeast("noise", "draws", draws, 1);
  }

  @Override
  public String name() {
    return "noise";
  }

  @Override
  public String settings() {
    return "noise:kind=" + kind + ":draws=" + draws;
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.allOf(Norm.class);
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.LABELS;
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    for (int draw = 0; draw < draws; draw++) {
      try (Scope scope = Scope.open()) {
        Pursuit.Lanes lanes = pursuit.standing(draw);
        pursuit.look(lanes, point(lanes, threat));
      }
    }
    return pursuit.results();
  }

  private Tensor point(Pursuit.Lanes lanes, ThreatModel threat) {
    if (kind == Kind.UNIFORM) {
      return lanes.ball().random(lanes.streams());
    }
    Tensor direction = Draws.gaussian(lanes.streams(), lanes.images().shape());
    long[] dims = Rows.valueDims(direction);
    Tensor size =
        switch (threat.norm()) {
          case LINF -> direction.abs().max(true, dims);
          case L2 -> direction.pow(2).sum(true, dims).sqrt();
          case L1 -> direction.abs().sum(true, dims);
        };
    return lanes.ball().project(lanes.images().add(direction.div(size).mul(threat.epsilon())));
  }
}
