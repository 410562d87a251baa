package io.foolproof.data;

/** Which part of a data set is wanted. */
public enum Split {
  /** The training images without those held out: the first five sixths (50,000 of MNIST). */
  TRAIN,
  /** The training images held out: the last sixth (10,000 of MNIST). */
  VALIDATION,
  /** The test images (10,000 of MNIST). */
  TEST,
  /** All training images (60,000 of MNIST): {@link #TRAIN}, then {@link #VALIDATION}. */
  TRAIN_ALL;

  /** The part of all training images that this split is; not for {@link #TEST}. */
  ImageSet of(ImageSet training) {
    int heldOut = training.size() / 6;
    int kept = training.size() - heldOut;
    return switch (this) {
      case TRAIN -> training.range(0, kept);
      case VALIDATION -> training.range(kept, training.size());
      case TRAIN_ALL -> training;
      case TEST ->
          throw new IllegalArgumentException("test images are no part of the training images");
    };
  }
}
