package io.foolproof.transform;

import io.foolproof.tensor.Tensor;

/**
 * Something that happens to an image: a record, whose components are its knobs. Pixels are in [0,
 * 1], dark to light, of one channel or of red, green and blue.
 *
 * <p>A knob that is a {@link Range} is drawn anew for each image, from the image's own stream. At
 * strength 0 an image stays as it is.
 */
public sealed interface Transformation
    permits Binarisation,
        Brightness,
        ColourCast,
        Contrast,
        DotGain,
        Gamma,
        Geometric,
        Halftone,
        Jpeg,
        Lighting,
        MotionBlur,
        Occlusion,
        ReadNoise,
        Rounding,
        Separable,
        ShotNoise,
        ToneCurve {

  /**
   * Transforms images. Gradients pass through; of a transformation that has none, such as rounding,
   * its documentation says which take their place.
   *
   * @param images [N, C, H, W] in [0, 1]
   * @param draw a stream for each image
   * @return [N, C, H, W]; values may be outside [0, 1], where {@link View} clips them in the end
   */
  Tensor apply(Tensor images, Draw draw);

  /** What it is called on the command line: {@code gaussian-blur}. */
  default String name() {
    return Knobs.name(getClass());
  }

  /** Its name and all its knobs, as they are written: {@code gaussian-blur:sigma=0..1}. */
  default String settings() {
    return Knobs.text(this);
  }
}
