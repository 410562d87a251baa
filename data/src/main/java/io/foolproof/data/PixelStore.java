package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** The pixels of all images of a data set in one array, image after image. */
sealed interface PixelStore {

  /** How many pixels there are in all. */
  int length();

  /** Writes {@code count} pixels from {@code start} on, in [0, 1], to {@code target}. */
  void copyPixels(int start, int count, float[] target, int offset);

  /** Feeds {@code count} pixels from {@code start} on to a digest. */
  void hash(int start, int count, MessageDigest digest);

  /** Refuses pixels that are not in [0, 1], naming the first image that has one. */
  void requireInBox(String name, int pixelsPerImage);

  /** 8-bit levels: a quarter of the memory of floats, and exact. */
  final class Levels implements PixelStore {
    private final byte[] levels;

    /** Takes the array as its own. */
    Levels(byte[] levels) {
      this.levels = levels;
    }

    /** The array itself, not to be written to. */
    byte[] levels() {
      return levels;
    }

    @Override
    public int length() {
      return levels.length;
    }

    @Override
    public void copyPixels(int start, int count, float[] target, int offset) {
      for (int k = 0; k < count; k++) {
        target[offset + k] = ImageSet.toPixel(levels[start + k]);
      }
    }

    @Override
    public void hash(int start, int count, MessageDigest digest) {
      digest.update(levels, start, count);
    }

    @Override
    public void requireInBox(String name, int pixelsPerImage) {
      // Every level is in the box.
    }
  }

  /** Real-valued pixels. */
  final class Reals implements PixelStore {
    private final float[] pixels;

    /** Takes the array as its own, whatever its values. */
    Reals(float[] pixels) {
      this.pixels = pixels;
    }

    /**
     * Takes the array as its own. Pixels that are out of [0, 1] by no more than rounding are set to
     * its ends.
     */
    static Reals of(float[] pixels) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = PixelRange.withoutRounding(pixels[i]);
      }
      return new Reals(pixels);
    }

    @Override
    public int length() {
      return pixels.length;
    }

    @Override
    public void copyPixels(int start, int count, float[] target, int offset) {
      System.arraycopy(pixels, start, target, offset, count);
    }

    @Override
    public void hash(int start, int count, MessageDigest digest) {
      ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES);
      bytes.asFloatBuffer().put(pixels, start, count);
      digest.update(bytes);
    }

    @Override
    public void requireInBox(String name, int pixelsPerImage) {
      for (int k = 0; k < pixels.length; k++) {
        float value = pixels[k];
        // Written so that NaN is refused too.
        if (!(value >= 0f && value <= 1f)) {
          throw new InvalidInputException(
              "%s: image %d has the pixel value %s, expected 0 to 1; if values have another range, say which (--data-range, such as 0,255), or save levels as uint8; rows of features are a table (--box auto)"
                  .formatted(name, k / pixelsPerImage, value));
        }
      }
    }
  }
}
