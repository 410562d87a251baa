package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Fit;
import io.foolproof.attack.L0Units;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Surrogates;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Cascade;
import io.foolproof.audit.proof.ProofPlan;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.Ensemble;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What to audit, and how. Everything the result depends on is here; {@link Audit} makes it.
 *
 * @param model what to attack
 * @param otherRuntimes the same model run by something else, to replay witnesses on; may be empty
 * @param data the samples
 * @param threat what the attacker may do
 * @param attacks in the order in which they run, with all that they start from or learn from
 * @param cascade how the attacks follow each other where not each runs on every sample; null where
 *     each runs on what those before it left
 * @param surrogates models of the attacker's own; may be none
 * @param extent what is measured besides
 * @param proofs what to prove before attacks run; null for nothing
 * @param seed of all random numbers
 */
public record AuditPlan(
    Classifier model,
    List<Classifier> otherRuntimes,
    ImageSet data,
    ThreatModel threat,
    List<Attack> attacks,
    @Nullable Cascade cascade,
    Surrogates surrogates,
    Extent extent,
    @Nullable ProofPlan proofs,
    long seed) {

  /**
   * What is measured besides which samples are fooled within epsilon.
   *
   * @param closest whether every attack searches for the closest adversarial example of every
   *     sample, however far, instead of going on with what the attacks before it left
   * @param curveSteps into how many steps the accuracy curve divides epsilon; with 1, smaller
   *     perturbations are not searched
   * @param diagnose whether to look for signs that attacks failed without the model being robust
   */
  public record Extent(boolean closest, int curveSteps, boolean diagnose) {
    /** Fooled or not, and nothing else. */
    public static final Extent VERDICTS = new Extent(false, 1, false);

    /** What a report shows. */
    public static final Extent REPORT = new Extent(false, 8, true);

    /** What a report on distances shows. */
    public static final Extent CLOSEST = new Extent(true, 24, true);

    /** Checks the steps. */
    public Extent {
      if (curveSteps < 1) {
        throw new InvalidInputException("the curve has " + curveSteps + " steps: give 1 or more");
      }
    }
  }

  /**
   * Checks that model, data, threat, attacks and surrogates fit each other.
   *
   * @throws InvalidInputException saying what does not fit
   */
  public AuditPlan {
    attacks = attacks.stream().map(attack -> attack.withSurrogates(surrogates)).toList();
    otherRuntimes = List.copyOf(otherRuntimes);
    Fit.require(model, data);
    Fit.requireGoal(model, data, threat.goal());
    Fit.requirePixels(model, data, threat);
    surrogates.models().forEach(surrogate -> Ensemble.requireAlike(model, surrogate));
    if (attacks.isEmpty()) {
      throw new InvalidInputException("no attack is given: name at least one, such as pgd");
    }
    for (Attack attack : attacks) {
      attack.requireApplicable(model, threat);
      if (extent.closest() && !attack.findsClosest()) {
        throw new InvalidInputException(
            attack.name()
                + " is no minimal-norm attack, and only those can measure the closest adversarial"
                + " example of every sample");
      }
    }
  }

  /** The place of this very attack among the audit's own; -1 where it is none of them. */
  int number(Attack attack) {
    return IntStream.range(0, attacks.size())
        .filter(i -> attacks.get(i) == attack)
        .findFirst()
        .orElse(-1);
  }

  boolean closest() {
    return extent.closest();
  }

  int curveSteps() {
    return extent.curveSteps();
  }

  /** The largest distance that two images in the model's box can have, in the threat's norm. */
  double widest() {
    double widest = threat instanceof NormBounded bounded ? widest(bounded.norm()) : diagonal();
    // Distances are computed in double precision: none may be a hair beyond.
    return Math.nextUp(widest * (1 + 1e-9));
  }

  private double widest(Norm norm) {
    double span = model.input().high() - model.input().low();
    int d = model.input().elements();
    return switch (norm) {
      case LINF -> span;
      case L2 -> span * Math.sqrt(d);
      case L1 -> span * d;
      case L0, L0_PIXELS -> L0Units.of(norm, model.input()).count();
    };
  }

  /** A pixel that moves farther has left the image. */
  private double diagonal() {
    return Math.hypot(data.height(), data.width());
  }

  /** All that results depend on, by name, to tell one audit from another. */
  public Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("format", "foolproof journal 8");
    identity.put("model", model.origin().identityInUse());
    identity.put("box", "[" + model.input().low() + ", " + model.input().high() + "]");
    identity.put("data", data.sha256());
    identity.put("samples", String.valueOf(data.size()));
    identity.put("indices", indices());
    identity.put("norm", threat.id());
    identity.put("epsilon", String.valueOf(threat.epsilon()));
    identity.put("goal", threat.goal().toString());
    identity.put(
        "attacks", attacks.stream().map(Attack::identity).collect(Collectors.joining(", ")));
    if (cascade != null) {
      identity.put("cascade", cascade.toString());
    }
    if (!surrogates.isEmpty()) {
      identity.put("surrogates", surrogates.identity());
    }
    if (extent.closest()) {
      identity.put("closest", "of every sample");
    }
    if (threat instanceof NormBounded bounded) {
      identity.putAll(bounded.admissible().identity());
    }
    if (RandomisedModel.isRandom(this)) {
      identity.put("draws", String.valueOf(RandomisedModel.DRAWS));
    }
    if (proofs != null) {
      identity.put("proofs", proofs.seconds() + " s");
    }
    identity.put("curve", String.valueOf(extent.curveSteps()));
    identity.put("seed", String.valueOf(seed));
    identity.put("engine", Engine.version());
    return identity;
  }

  private String indices() {
    long[] indices = IntStream.range(0, data.size()).mapToLong(data::index).toArray();
    return Integer.toHexString(Arrays.hashCode(indices));
  }
}
