package io.foolproof.physical.patch;

import io.foolproof.data.EightBit;
import io.foolproof.data.ImageShape;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.PlaneMap;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A patch: a small image that is put on others, whichever they are. Applying it needs no model.
 *
 * @param shape of the patch, as wide as it is high
 * @param levels {@code [C, side, side]}, 8 bits, as it is stored and printed
 * @param round whether only the circle in it counts
 * @param target the class that images with it are to be taken for; null for any but their own
 */
public record Patch(ImageShape shape, int[] levels, boolean round, @Nullable Integer target) {

  /** Checks the shape, and copies the levels. */
  public Patch {
    if (shape.height() != shape.width() || levels.length != shape.pixels()) {
      throw new IllegalArgumentException(shape + " and " + levels.length + " levels");
    }
    levels = levels.clone();
  }

  @Override
  public int[] levels() {
    return levels.clone();
  }

  /** Its height and width, in pixels. */
  public int side() {
    return shape.height();
  }

  /** The fraction of an image that it covers, before it is scaled. */
  public double area(int height, int width) {
    return (round ? Math.PI / 4 : 1) * side() * side() / ((double) height * width);
  }

  /** The same patch in one grey. */
  public Patch filled(int level) {
    return with(IntStream.generate(() -> level).limit(levels.length).toArray());
  }

  /** A patch of this form with levels drawn uniformly. */
  public Patch random(RandomStream random) {
    return with(
        IntStream.range(0, levels.length).map(i -> random.nextInt(EightBit.HIGHEST + 1)).toArray());
  }

  /** The same pixels in a random order: of a round patch, those in its circle. */
  public Patch shuffled(RandomStream random) {
    float[] mask = mask(shape.height(), round);
    int plane = mask.length;
    int[] inside = IntStream.range(0, plane).filter(k -> mask[k] > 0).toArray();
    int[] order = random.shuffle(inside.clone());
    int[] moved = levels.clone();
    for (int c = 0; c < shape.channels(); c++) {
      for (int k = 0; k < inside.length; k++) {
        moved[c * plane + inside[k]] = levels[c * plane + order[k]];
      }
    }
    return with(moved);
  }

  private Patch with(int[] other) {
    return new Patch(shape, other, round, target);
  }

  /**
   * Images with the patch on them.
   *
   * @param images [N, C, H, W] in [0, 1]
   * @param placements one for each image
   * @return [N, C, H, W] in [0, 1]
   */
  public Tensor on(Tensor images, List<Placement> placements) {
    Tensor pixels =
        Tensor.of(EightBit.pixels(levels), 1, shape.channels(), side(), side()).to(images.dtype());
    return put(pixels, round, images, placements);
  }

  /**
   * As {@link #on}, of pixels that may be differentiated by.
   *
   * @param pixels [1, C, side, side]
   */
  static Tensor put(Tensor pixels, boolean round, Tensor images, List<Placement> placements) {
    int side = (int) pixels.size(2);
    int height = (int) images.size(2);
    int width = (int) images.size(3);
    List<PlaneMap> maps = placements.stream().map(place -> place.map(height, width, side)).toList();
    Tensor grid = PlaneMap.grid(maps, height, width, images.dtype());
    Tensor mask = Tensor.of(mask(side, round), 1, 1, side, side).to(images.dtype());
    long n = images.size(0);
    Tensor cover = Nn.gridSample(mask.expand(n, 1, side, side), grid);
    // Masked before it is sampled: what is outside of the circle must not shine through its edge.
    Tensor seen = Nn.gridSample(pixels.mul(mask).expand(n, pixels.size(1), side, side), grid);
    return images.mul(cover.neg().add(1)).add(seen);
  }

  private static float[] mask(int side, boolean round) {
    float[] mask = new float[side * side];
    Arrays.fill(mask, 1);
    double middle = (side - 1) / 2.0;
    for (int k = 0; round && k < mask.length; k++) {
      double distance = Math.hypot(k % side - middle, Math.floorDiv(k, side) - middle);
      mask[k] = distance <= side / 2.0 ? 1 : 0;
    }
    return mask;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Patch that
        && shape.equals(that.shape)
        && Arrays.equals(levels, that.levels)
        && round == that.round
        && Objects.equals(target, that.target);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(levels);
  }
}
