package io.foolproof.attack.search;

import io.foolproof.attack.ImagePool;
import io.foolproof.attack.PixelGrid;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Looks for an adversarial point to start from, by labels alone: images of other classes, then
 * random points of various kinds, since many a model gives all noise of one kind one class. Ends
 * the search where none of a bounded number of points will do.
 */
public final class Starts {
  private static final int FROM_POOL = 10;
  private static final int RANDOM = 100;

  /** Sides of the patches of random grey, as shares of the image. */
  private static final int PATCHES = 4;

  private final Dialogue.Subject subject;
  private final InputSpec box;
  private final float[][] pool;
  private final Function<float[], Dialogue.Turn> then;

  private Starts(
      Dialogue.Subject subject,
      InputSpec box,
      float[][] pool,
      Function<float[], Dialogue.Turn> then) {
    this.subject = subject;
    this.box = box;
    this.pool = pool;
    this.then = then;
  }

  /** Goes on from the first adversarial point; images of a pool are tried first. */
  public static Dialogue.Turn find(
      Dialogue.Subject subject,
      ClosestPursuit pursuit,
      ImagePool starts,
      Function<float[], Dialogue.Turn> then) {
    float[][] pool = starts.nearest(subject.image(), subject.label(), pursuit.goal(), FROM_POOL);
    return new Starts(subject, pursuit.input(), pool, then).attempt(0);
  }

  private Dialogue.Turn attempt(int k) {
    if (k == pool.length + RANDOM) {
      return new Dialogue.Done();
    }
    float[] point = k < pool.length ? pool[k] : random(k - pool.length);
    return Dialogue.about(point, fooled -> fooled ? then.apply(point) : attempt(k + 1));
  }

  private float[] random(int k) {
    RandomStream stream = subject.stream();
    float[] image = subject.image();
    return switch (k % 6) {
      case 0 -> uniform(stream, image.length);
      case 1 -> Vectors.between(negative(image), uniform(stream, image.length), k == 1 ? 0 : 0.5);
      case 2 -> corners(stream, image.length);
      case 3 -> flat(k == 3 ? 0 : k == 9 ? 1 : stream.nextDouble(), image.length);
      case 4 -> Vectors.between(image, uniform(stream, image.length), stream.nextDouble());
      default -> patches(stream);
    };
  }

  private float[] negative(float[] image) {
    float[] negative = new float[image.length];
    for (int i = 0; i < negative.length; i++) {
      negative[i] = Vectors.clamp(box.low() + box.high() - image[i], box);
    }
    return negative;
  }

  private float[] uniform(RandomStream stream, int d) {
    float[] point = new float[d];
    stream.fillUniform(point, 0, d, (float) box.low(), (float) box.high());
    return point;
  }

  private float[] corners(RandomStream stream, int d) {
    float[] point = new float[d];
    for (int i = 0; i < d; i++) {
      point[i] = (float) (stream.nextInt(2) == 0 ? box.low() : box.high());
    }
    return point;
  }

  private float[] flat(double share, int d) {
    float[] point = new float[d];
    Arrays.fill(point, Vectors.clamp(box.low() + share * (box.high() - box.low()), box));
    return point;
  }

  /** Rectangles, each of one random level a channel. */
  private float[] patches(RandomStream stream) {
    PixelGrid grid = PixelGrid.of(box);
    int rows = Math.min(PATCHES, grid.height());
    int columns = Math.min(PATCHES, grid.width());
    float[] levels = uniform(stream, grid.channels() * rows * columns);
    float[] point = new float[box.elements()];
    for (int channel = 0; channel < grid.channels(); channel++) {
      for (int row = 0; row < grid.height(); row++) {
        for (int column = 0; column < grid.width(); column++) {
          int patchRow = row * rows / grid.height();
          int patch = patchRow * columns + column * columns / grid.width();
          point[grid.at(channel, row, column)] = levels[channel * rows * columns + patch];
        }
      }
    }
    return point;
  }
}
