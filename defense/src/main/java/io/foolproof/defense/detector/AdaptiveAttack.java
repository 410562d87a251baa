package io.foolproof.defense.detector;

import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.model.DifferentiableClassifier;
import java.util.List;

/** An attack that looks for points that are misclassified and not suspicious to a detector. */
public sealed interface AdaptiveAttack permits JointAttack, MatchingAttack {

  /**
   * Attacks a micro-batch.
   *
   * @param suspicion the detector's, as the attacker can compute it
   * @param threshold up to which a score is not detected
   * @param threat a ball of a norm, with the goal of any other class
   * @return one result a sample, in their order
   */
  List<Found> run(
      DifferentiableClassifier model,
      Suspicion suspicion,
      Threshold threshold,
      Samples samples,
      NormBounded threat,
      long seed);
}
