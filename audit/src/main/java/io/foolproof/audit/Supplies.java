package io.foolproof.audit;

import io.foolproof.attack.ImagePool;
import io.foolproof.data.ImageSet;

/** The images that an audit hands its attacks besides the attacked one. */
final class Supplies {
  /** Images of each class that attacks without gradients may start from. */
  private static final int STARTS = 5;

  /** Images that an attack may learn from, and how many values they may have together. */
  private static final int LEARNT_FROM = 1000;

  private static final int LEARNT_VALUES = 1 << 24;

  private Supplies() {}

  /** For attacks that start from an image of another class. */
  static ImagePool starts(ImageSet attacked) {
    return ImagePool.ofEachClass(attacked, STARTS);
  }

  /** Images from all over a set, without those whose pixels are those of an attacked one. */
  static ImagePool notAttacked(ImageSet all, ImageSet attacked) {
    int[] others = all.placesNotIn(attacked);
    int most = Math.min(LEARNT_FROM, LEARNT_VALUES / all.pixels());
    return ImagePool.of(all, Spread.over(others.length, most).map(i -> others[i]).toArray());
  }
}
