package io.foolproof.audit.proof;

/** Tries to prove of images that they keep their class. */
public interface ProofSearch {

  /**
   * What is found of an image. May be called on several threads, of different images.
   *
   * @param place of the image in the audited set
   */
  ProofFinding find(int place);

  /** Keeps an image of another class beside the certificate that says that there is none. */
  void keepWitness(long index, float[] image);
}
