package io.foolproof.attack;

/**
 * Images to attack, together: a micro-batch.
 *
 * @param images one array of values a sample, in the model's box
 * @param labels the right classes
 * @param indices each sample's index in its data set, which names its random numbers
 */
public record Samples(float[][] images, int[] labels, long[] indices) {

  /** Checks that there is one of everything for each sample. */
  public Samples {
    if (images.length != labels.length || images.length != indices.length) {
      throw new IllegalArgumentException(
          images.length + " images, " + labels.length + " labels, " + indices.length + " indices");
    }
  }

  /** How many samples there are. */
  public int size() {
    return images.length;
  }
}
