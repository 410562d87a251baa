package io.foolproof.defense.layer;

/**
 * A layer in the catalogue.
 *
 * @param standard with its default settings
 * @param summary what it does, in a line
 * @param paper authors, year and arXiv number
 */
public record LayerEntry(Layer standard, String summary, String paper) {
  /** What the layer is called on the command line. */
  public String name() {
    return standard.name();
  }
}
