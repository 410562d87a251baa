package io.foolproof.audit.proof;

/** Tries to prove of images, one after another, that they keep their class. */
public interface ProofSearch {

  /**
   * What is found of an image.
   *
   * @param place of the image in the audited set
   */
  ProofFinding find(int place);

  /** Keeps an image of another class beside the certificate that says that there is none. */
  void keepWitness(long index, float[] image);
}
