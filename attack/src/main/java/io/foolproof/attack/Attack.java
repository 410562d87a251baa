package io.foolproof.attack;

import io.foolproof.model.DifferentiableClassifier;
import java.util.List;
import java.util.Set;

/**
 * Looks for adversarial examples within a threat model.
 *
 * <p>Works on each sample as if it were alone: what is found depends on the model, the image, its
 * label, the attack's settings, the seed and the sample's index, and on nothing else. Never throws
 * for the sake of one sample: that sample's status says what went wrong.
 */
public interface Attack {

  /** Its name in the catalogue, which is also part of the name of its random numbers. */
  String name();

  /** Its settings, as they are given on the command line: {@code pgd:steps=40:restarts=1}. */
  String settings();

  /** The norms it has a version for. */
  Set<Norm> norms();

  /**
   * Attacks a micro-batch.
   *
   * @param model what to fool
   * @param samples images in the model's box
   * @param threat what is allowed, with a norm that this attack has
   * @param seed the run's seed
   * @return one result a sample, in their order
   */
  List<AttackResult> run(
      DifferentiableClassifier model, Samples samples, ThreatModel threat, long seed);
}
