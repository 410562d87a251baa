package io.foolproof.attack.flow;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Adam;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * Bends the image by a smooth flow, a vector for each pixel, that follows the gradient.
 *
 * <p>Xiao, Zhu, Li, He, Liu, Song: Spatially transformed adversarial examples, 2018, arXiv
 * 1801.02612, equations 1 to 4: the margin of Carlini and Wagner, and tau times the total variation
 * of the flow. Here no vector is longer than epsilon; steps are those of Adam, where the paper uses
 * L-BFGS. The paper's tau is 0.05; as epsilon bounds the flow already, a tenth of that is enough
 * here, and fools more.
 *
 * @param steps gradient steps
 * @param relativeStep the length of a step as a fraction of epsilon
 * @param tau what an unsmooth flow costs
 */
@Named("stadv")
public record StAdv(
    @AtLeast(1) int steps, @Named("step") @Positive double relativeStep, @NotNegative double tau)
    implements FlowAttack, HasSteps<StAdv> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "gradient steps on a smooth flow of the pixels",
          "Xiao et al. 2018, arXiv 1801.02612",
          "100 gradients");

  /** Under the square root, which has no slope at 0. */
  private static final double FLOOR = 1e-8;

  /** Checks the settings. */
  public StAdv {
    Settings.check(StAdv.class, steps, relativeStep, tau);
  }

  /** With the default settings. */
  public static StAdv standard() {
    return new StAdv(100, 0.05, 0.005);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    FlowPursuit pursuit = new FlowPursuit(model, samples, threat, seed, name());
    try (Scope scope = Scope.open()) {
      climb(pursuit, pursuit.remaining(0), relativeStep * threat.epsilon());
    }
    return pursuit.results();
  }

  private void climb(FlowPursuit pursuit, BallLanes lanes, double alpha) {
    LaneTensor flow = lanes.hold(pursuit.still(lanes));
    Adam adam = new Adam(lanes, flow.get().shape());
    for (int step = 0; step < steps && lanes.size() > 0; step++) {
      try (Scope turn = Scope.open()) {
        Tensor ascent = pursuit.slope(lanes, flow.get(), f -> variation(f).mul(-tau));
        Tensor moved = flow.get().add(adam.direction(turn, ascent).mul(alpha));
        flow.set(turn, pursuit.project(moved));
      }
      pursuit.dropFinished(lanes);
    }
    pursuit.look(lanes, flow.get());
  }

  /**
   * The lengths of all differences between a pixel's vector and those of its four neighbours, added
   * up: [lanes] from [lanes, 2, height, width].
   */
  static Tensor variation(Tensor flow) {
    long height = flow.size(2);
    long width = flow.size(3);
    Tensor down = flow.slice(2, 1, height, 1).sub(flow.slice(2, 0, height - 1, 1));
    Tensor across = flow.slice(3, 1, width, 1).sub(flow.slice(3, 0, width - 1, 1));
    // Each pair of neighbours counts from both sides.
    return lengths(down).add(lengths(across)).mul(2);
  }

  private static Tensor lengths(Tensor differences) {
    return differences.pow(2).sum(false, 1).add(FLOOR).sqrt().sum(false, 1, 2);
  }
}
