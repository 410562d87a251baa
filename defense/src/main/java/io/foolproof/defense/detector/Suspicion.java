package io.foolproof.defense.detector;

import io.foolproof.tensor.Tensor;

/** How suspicious images are to a detector that was fitted. Safe to call by several threads. */
@FunctionalInterface
public interface Suspicion {

  /**
   * The scores of a batch. Of a batch of {@link io.foolproof.tensor.Workers#MICRO_BATCH} images,
   * each score depends on its own image alone.
   *
   * <p>Scores have the gradients that an attacker who knows the detector would follow: those of the
   * score, but that rounding passes gradients on as if it were not there (Athalye, Carlini, Wagner
   * 2018, arXiv 1802.00420), and that neighbours and nearest points stay where they are (Danskin's
   * theorem).
   *
   * @param images [N, shape...], as the model takes them
   * @param logits the model's of these images: [N, classes]
   * @return [N], 64-bit; the larger, the more suspicious
   */
  Tensor scores(Tensor images, Tensor logits);

  /** What an attacker can compute of it: the same, but with draws of his own where it draws. */
  default Suspicion asAttacked() {
    return this;
  }
}
