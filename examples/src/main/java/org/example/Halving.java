package org.example;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * An attack of our own: projected gradient descent with steps of epsilon, epsilon / 2, epsilon / 4
 * and so on.
 *
 * @param steps gradient steps
 */
@Named("halving")
public record Halving(@AtLeast(1) int steps) implements Attack, HasSteps<Halving> {
  /** Checks the settings. */
  public Halving {
    Settings.check(Halving.class, steps);
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
      LaneTensor x = lanes.hold(lanes.images());
      double length = threat.epsilon();
      for (int k = 0; k < steps && lanes.size() > 0; k++, length /= 2) {
        try (Scope turn = Scope.open()) {
          Tensor gradient = pursuit.gradient(lanes, x.get());
          Tensor step = lanes.ball().steepest(x.get(), gradient).mul(length);
          x.set(turn, lanes.ball().project(x.get().add(step)));
        }
        pursuit.dropFinished(lanes);
      }
      pursuit.look(lanes, x.get());
    }
    return pursuit.results();
  }
}
