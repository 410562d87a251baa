package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Labelled images of one size in memory, immutable.
 *
 * <p>An image is {@code [C, H, W]}: channel by channel, row by row, with pixels in [0, 1]. Images
 * that came as 8-bit levels are kept as bytes (a level {@code v} is the pixel {@code v / 255}), all
 * others as floats. A subset shares the pixels of the set it was taken from, and every image keeps
 * its {@linkplain #index(int) index} in the original data set.
 *
 * <p>Safe for use by several threads.
 */
public final class ImageSet {
  private static final float HIGHEST_LEVEL = 255f;

  private final String name;
  private final ImageShape shape;
  private final PixelStore store;
  private final int[] labels;
  private final List<String> classNames;

  /** The place of each image in the store, which is also its index in the original data set. */
  private final int[] rows;

  /** Whether somebody has named all classes, so that there are no others. */
  private final boolean namesAllClasses;

  /** Which of the original images these are, in words; empty for all. */
  private final String selection;

  private volatile @Nullable String sha256;

  /** Takes the arrays as its own: the caller must not keep them. */
  ImageSet(String name, ImageShape shape, PixelStore store, int[] labels, List<String> classNames) {
    this(
        name,
        shape,
        store,
        labels,
        List.copyOf(classNames),
        IntStream.range(0, labels.length).toArray(),
        false,
        "");
    requireMatchingPixels();
    Labels.requireInRange(labels, this.classNames.size(), name);
    store.requireInBox(name, pixels());
  }

  private ImageSet(
      String name,
      ImageShape shape,
      PixelStore store,
      int[] labels,
      List<String> classNames,
      int[] rows,
      boolean namesAllClasses,
      String selection) {
    this.name = name;
    this.shape = shape;
    this.store = store;
    this.labels = labels;
    this.classNames = classNames;
    this.rows = rows;
    this.namesAllClasses = namesAllClasses;
    this.selection = selection;
  }

  /**
   * A set of 8-bit images.
   *
   * @param levels {@code [N, C, H, W]}, unsigned bytes; copied
   * @param labels {@code [N]}, each the index of a class name; copied
   * @throws InvalidInputException if a size or a label does not fit
   */
  public static ImageSet ofLevels(
      String name, ImageShape shape, byte[] levels, int[] labels, List<String> classNames) {
    return new ImageSet(
        name, shape, new PixelStore.Levels(levels.clone()), labels.clone(), classNames);
  }

  /**
   * A set of images with real-valued pixels.
   *
   * @param pixels {@code [N, C, H, W]} in [0, 1]; copied
   * @param labels {@code [N]}, each the index of a class name; copied
   * @throws InvalidInputException if a size, a pixel or a label does not fit
   */
  public static ImageSet ofPixels(
      String name, ImageShape shape, float[] pixels, int[] labels, List<String> classNames) {
    return new ImageSet(
        name, shape, PixelStore.Reals.of(pixels.clone()), labels.clone(), classNames);
  }

  /**
   * A program's own images, with classes called by their numbers.
   *
   * @param images one array of pixels in [0, 1] an image, {@code [C, H, W]}: channel by channel,
   *     row by row; copied
   * @param labels the class of each, from 0; copied
   * @param shape of each image
   * @throws InvalidInputException if there are no images, or a size, a pixel or a label does not
   *     fit
   */
  public static ImageSet of(float[][] images, int[] labels, ImageShape shape) {
    String name = "the program's own images";
    return of(name, images, labels, shape, Labels.numberedClasses(labels, name));
  }

  /** As {@link #of(float[][], int[], ImageShape)}, under a name and with names for the classes. */
  public static ImageSet of(
      String name, float[][] images, int[] labels, ImageShape shape, List<String> classNames) {
    if (images.length == 0) {
      throw new InvalidInputException(name + ": there are no images: give one or more");
    }
    if (images.length != labels.length) {
      throw new InvalidInputException(
          "%s: %,d images and %,d labels: give one label an image"
              .formatted(name, images.length, labels.length));
    }
    float[] pixels = new float[Math.multiplyExact(images.length, shape.pixels())];
    for (int i = 0; i < images.length; i++) {
      if (images[i].length != shape.pixels()) {
        throw new InvalidInputException(
            "%s: image %d has %,d pixels, but images of %s have %,d"
                .formatted(name, i, images[i].length, shape, shape.pixels()));
      }
      System.arraycopy(images[i], 0, pixels, i * shape.pixels(), shape.pixels());
    }
    return new ImageSet(
        name, shape, PixelStore.Reals.of(pixels), labels.clone(), List.copyOf(classNames));
  }

  /**
   * Points that are no images, such as rows of a table: coordinates of any range, which are not
   * held against [0, 1].
   *
   * @param points one array of coordinates each, all of one length; copied
   * @param labels the class of each; copied
   * @param namesAllClasses whether a model with another number of outputs is another task's
   * @throws InvalidInputException if a size or a label does not fit
   */
  public static ImageSet ofPoints(
      String name,
      float[][] points,
      int[] labels,
      List<String> classNames,
      boolean namesAllClasses) {
    ImageShape shape = new ImageShape(1, 1, points[0].length);
    float[] values = new float[Math.multiplyExact(points.length, shape.pixels())];
    for (int i = 0; i < points.length; i++) {
      System.arraycopy(points[i], 0, values, i * shape.pixels(), shape.pixels());
    }
    Labels.requireInRange(labels, classNames.size(), name);
    int[] rows = IntStream.range(0, labels.length).toArray();
    return new ImageSet(
        name,
        shape,
        new PixelStore.Reals(values),
        labels.clone(),
        List.copyOf(classNames),
        rows,
        namesAllClasses,
        "");
  }

  /** What the set is called in reports and messages. */
  public String name() {
    return name;
  }

  /** How many images there are. */
  public int size() {
    return rows.length;
  }

  public int channels() {
    return shape.channels();
  }

  public int height() {
    return shape.height();
  }

  public int width() {
    return shape.width();
  }

  /** The shape of one image, {@code [C, H, W]}. */
  public long[] shape() {
    return new long[] {channels(), height(), width()};
  }

  /** Pixels of one image: {@code C * H * W}. */
  public int pixels() {
    return shape.pixels();
  }

  /** The class of image {@code i}, an index into {@link #classNames()}. */
  public int label(int i) {
    return labels[rows[i]];
  }

  /** The names of the classes, in the order of their labels. */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * Whether somebody has named all classes, in the order of a model's outputs: then a model with
   * another number of outputs is another task's. Otherwise classes are what the labels show.
   */
  public boolean namesAllClasses() {
    return namesAllClasses;
  }

  /** Which of the original images these are, in words; empty for all of them. */
  public String selection() {
    return selection;
  }

  /** How many classes there are, whether or not each has an image here. */
  public int classes() {
    return classNames.size();
  }

  /**
   * The index that image {@code i} has in its original data set, however often subsets were taken.
   */
  public long index(int i) {
    return rows[i];
  }

  /** Writes the pixels of image {@code i}, in [0, 1], to {@code target} from {@code offset} on. */
  public void copyPixels(int i, float[] target, int offset) {
    store.copyPixels(start(i), pixels(), target, offset);
  }

  /** The pixels of image {@code i}, in [0, 1], as a new array. */
  public float[] pixels(int i) {
    float[] pixels = new float[pixels()];
    copyPixels(i, pixels, 0);
    return pixels;
  }

  /** The images at these places as one tensor, {@code [N, C, H, W]}, with pixels in [0, 1]. */
  public Tensor tensor(int[] places) {
    float[] values = new float[Math.multiplyExact(places.length, pixels())];
    for (int i = 0; i < places.length; i++) {
      copyPixels(places[i], values, i * pixels());
    }
    return Tensor.of(values, places.length, channels(), height(), width());
  }

  /** Whether the images are 8-bit, so that {@link #copyLevels} gives their exact levels. */
  public boolean eightBit() {
    return store instanceof PixelStore.Levels;
  }

  /**
   * Writes the 8-bit levels of image {@code i} to {@code target} from {@code offset} on.
   *
   * @throws IllegalStateException if the images are not {@linkplain #eightBit() 8-bit}
   */
  public void copyLevels(int i, byte[] target, int offset) {
    if (!(store instanceof PixelStore.Levels eightBit)) {
      throw new IllegalStateException(name + " has real-valued pixels, no 8-bit levels");
    }
    System.arraycopy(eightBit.levels(), start(i), target, offset, pixels());
  }

  /**
   * The first images, without copying a pixel.
   *
   * @throws InvalidInputException if there are not so many
   */
  public ImageSet first(int count) {
    if (count < 1 || count > size()) {
      throw new InvalidInputException(
          "%s: has %,d images, and the first %,d were asked for: give a number from 1 to %,d"
              .formatted(name, size(), count, size()));
    }
    return chosen(
        IntStream.range(0, count).toArray(),
        count == size() ? selection : "the first %,d of %,d".formatted(count, size()));
  }

  /**
   * Images drawn at random, as evenly over the classes as there are images, in the order of this
   * set. A smaller number draws some of what a larger number draws.
   *
   * @param count how many
   * @param seed of the draw
   * @throws InvalidInputException if there are not so many
   */
  public ImageSet sample(int count, long seed) {
    if (count < 1 || count > size()) {
      throw new InvalidInputException(
          "%s: has %,d images, and %,d were asked for: give a number from 1 to %,d"
              .formatted(name, size(), count, size()));
    }
    return chosen(
        StratifiedSample.of(this, count, seed),
        count == size()
            ? selection
            : "%,d of %,d, drawn evenly over the classes with seed %d"
                .formatted(count, size(), seed));
  }

  /** The images {@code from} (inclusive) to {@code to} (exclusive), without copying a pixel. */
  public ImageSet range(int from, int to) {
    Objects.checkFromToIndex(from, to, size());
    return select(IntStream.range(from, to).toArray());
  }

  /** The images at these places of this set, in this order, without copying a pixel. */
  public ImageSet select(int[] places) {
    return chosen(places, selection);
  }

  /** The images of all other classes, in their order. */
  public ImageSet without(int label) {
    int[] places = IntStream.range(0, size()).filter(i -> label(i) != label).toArray();
    String left = "without class " + label;
    return places.length == size()
        ? this
        : chosen(places, selection.isEmpty() ? "all " + left : selection + ", " + left);
  }

  private ImageSet chosen(int[] places, String which) {
    int[] selected = new int[places.length];
    for (int k = 0; k < places.length; k++) {
      selected[k] = rows[Objects.checkIndex(places[k], size())];
    }
    return new ImageSet(name, shape, store, labels, classNames, selected, namesAllClasses, which);
  }

  /** Places of the images whose pixels are those of no image of another set. */
  public int[] placesNotIn(ImageSet other) {
    Set<FloatBuffer> known = new HashSet<>();
    for (int i = 0; i < other.size(); i++) {
      known.add(FloatBuffer.wrap(other.pixels(i)));
    }
    return IntStream.range(0, size())
        .filter(i -> !known.contains(FloatBuffer.wrap(pixels(i))))
        .toArray();
  }

  /** The same images under another name, without copying a pixel. */
  public ImageSet named(String newName) {
    return new ImageSet(
        newName, shape, store, labels, classNames, rows, namesAllClasses, selection);
  }

  /**
   * The same images with these names for all classes, in the order of a model's outputs.
   *
   * @throws InvalidInputException if a label has no name
   */
  public ImageSet withAllClasses(List<String> names) {
    int highest = IntStream.of(labels).max().orElse(0);
    if (highest >= names.size()) {
      throw new InvalidInputException(
          "%s: has labels up to %d, but %d classes are named: name all, one a line, in the order of the model's outputs (--class-names)"
              .formatted(name, highest, names.size()));
    }
    return new ImageSet(name, shape, store, labels, List.copyOf(names), rows, true, selection);
  }

  /**
   * SHA-256, in hexadecimal, over the number and shape of the images, whether they are 8-bit, all
   * pixels and all labels; names and original indices do not count. Computed once, when first asked
   * for.
   */
  public String sha256() {
    String known = sha256;
    if (known == null) {
      known = computeSha256();
      sha256 = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return "%s: %,d images of %s, %d classes".formatted(name, size(), shape, classes());
  }

  private int start(int i) {
    return rows[i] * pixels();
  }

  private String computeSha256() {
    MessageDigest digest = Hashes.sha256();
    ByteBuffer header = ByteBuffer.allocate(5 * Integer.BYTES);
    header.putInt(size()).putInt(channels()).putInt(height()).putInt(width());
    header.putInt(eightBit() ? 8 : 32);
    digest.update(header.flip());
    ByteBuffer label = ByteBuffer.allocate(Integer.BYTES);
    for (int i = 0; i < size(); i++) {
      store.hash(start(i), pixels(), digest);
      digest.update(label.clear().putInt(label(i)).flip());
    }
    return Hashes.hex(digest);
  }

  private void requireMatchingPixels() {
    long expected = (long) labels.length * pixels();
    if (store.length() != expected) {
      throw new InvalidInputException(
          "%s: %,d labels and images of %s need %,d pixels, but there are %,d"
              .formatted(name, labels.length, shape, expected, store.length()));
    }
  }

  static float toPixel(byte level) {
    return (level & 0xff) / HIGHEST_LEVEL;
  }
}
