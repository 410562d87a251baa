package io.foolproof.attack.query;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Draws;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Random points of the ball: a control, since a model that noise fools more often than gradients do
 * hides its gradients.
 *
 * @param kind how points are drawn
 * @param draws points to try for each sample
 */
@Named("noise")
public record Noise(Kind kind, @AtLeast(1) int draws) implements Attack {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "random points, as a control; needs labels only",
          "no paper: a control",
          "10 queries");

  /** How points are drawn. */
  public enum Kind {
    /** Uniformly from the ball of the norm. */
    UNIFORM,
    /** In a Gaussian direction, as far as the ball goes. */
    GAUSSIAN,
    /** One value in ten goes to black or white, as far as the ball goes. */
    SALT_AND_PEPPER;

    /** As it is written on the command line: uniform, gaussian, salt-and-pepper. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Checks the settings. */
  public Noise {
    Settings.check(Noise.class, kind, draws);
  }

  /** With the default settings. */
  public static Noise standard() {
    return new Noise(Noise.Kind.UNIFORM, 10);
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.LABELS;
  }

  @Override
  public long mostQueries() {
    return draws;
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    for (int draw = 0; draw < draws; draw++) {
      try (Scope scope = Scope.open()) {
        BallLanes lanes = pursuit.remaining(draw);
        pursuit.look(lanes, point(lanes, NormBounded.require(threat), model.input()));
      }
    }
    return pursuit.results();
  }

  private Tensor point(BallLanes lanes, NormBounded threat, InputSpec input) {
    return switch (kind) {
      case UNIFORM -> lanes.ball().random(lanes.streams());
      case GAUSSIAN -> {
        Tensor direction = Draws.gaussian(lanes.streams(), lanes.images().shape());
        Tensor length = Rows.norm(direction, threat.norm());
        Tensor change = direction.div(length).mul(threat.epsilon());
        yield lanes.ball().project(lanes.images().add(change));
      }
      case SALT_AND_PEPPER -> {
        Tensor draw =
            Draws.of(
                lanes.streams(),
                lanes.images().shape(),
                (stream, values, from, to) -> stream.fillUniform(values, from, to, 0, 1));
        // By as much as the box is wide: the projection stops at its end.
        Tensor change = draw.gt(0.95).to(DType.FLOAT32).sub(draw.lt(0.05).to(DType.FLOAT32));
        yield lanes.ball().project(lanes.images().add(change.mul(input.high() - input.low())));
      }
    };
  }
}
