package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Built-in digits that look like handwriting, drawn rather than collected: {@code [1, 28, 28]},
 * white on black, 8-bit, ten balanced classes in no order.
 *
 * <p>Every image is a function of the seed, of whether it is for training or testing, and of its
 * index, so the first thousand are the same however many are drawn, by however many threads.
 *
 * @param hand how the hand varies
 */
public record GeneratedDigits(long seed, Handwriting hand) {
  /** How many digits there are to train with, including those for validation. */
  public static final int TRAINING_SIZE = 12_000;

  /** How many digits there are to test with. */
  public static final int TEST_SIZE = 2_000;

  private static final String NAME = "digits";
  private static final int CLASSES = 10;
  private static final int LONGEST_SET = Integer.MAX_VALUE / (DigitPen.SIDE * DigitPen.SIDE);
  private static final List<String> CLASS_NAMES =
      IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();

  // The streams of images and of shuffled labels are numbered: a number never changes its meaning.
  private static final int TRAINING_IMAGES = 0;
  private static final int TRAINING_LABELS = 1;
  private static final int TEST_IMAGES = 2;
  private static final int TEST_LABELS = 3;

  /** The built-in set that {@code --data digits} names. */
  public static GeneratedDigits standard() {
    return new GeneratedDigits(1, Handwriting.standard());
  }

  /** The digits of a split: 10,000 to train, 2,000 to validate, 2,000 to test. */
  public ImageSet split(Split split) {
    return split == Split.TEST ? test(TEST_SIZE) : split.of(training(TRAINING_SIZE));
  }

  /**
   * The first {@code size} digits of the training stream.
   *
   * @throws InvalidInputException if the size is not positive or does not fit in memory
   */
  public ImageSet training(int size) {
    return draw(size, TRAINING_IMAGES, TRAINING_LABELS);
  }

  /**
   * The first {@code size} digits of the test stream.
   *
   * @throws InvalidInputException if the size is not positive or does not fit in memory
   */
  public ImageSet test(int size) {
    return draw(size, TEST_IMAGES, TEST_LABELS);
  }

  /** Every way of writing each digit, drawn once by a steady hand. */
  public static ImageSet templates() {
    ImageShape shape = new ImageShape(1, DigitPen.SIDE, DigitPen.SIDE);
    int[] labels =
        IntStream.range(0, CLASSES)
            .flatMap(digit -> DigitTemplates.ALL.get(digit).stream().mapToInt(way -> digit))
            .toArray();
    byte[] levels = new byte[labels.length * shape.pixels()];
    DigitPen pen = new DigitPen(Handwriting.steady(), new DigitRandom(0, TRAINING_IMAGES, 0));
    int drawn = 0;
    for (List<DigitTemplates.Template> ways : DigitTemplates.ALL) {
      for (DigitTemplates.Template way : ways) {
        pen.write(way, levels, drawn++ * shape.pixels());
      }
    }
    return new ImageSet("templates", shape, new PixelStore.Levels(levels), labels, CLASS_NAMES);
  }

  private ImageSet draw(int size, int images, int shuffles) {
    if (size < 1 || size > LONGEST_SET) {
      throw new InvalidInputException(
          "%s: asked for %d images, expected 1 to %d".formatted(NAME, size, LONGEST_SET));
    }
    ImageShape shape = new ImageShape(1, DigitPen.SIDE, DigitPen.SIDE);
    byte[] levels = new byte[size * shape.pixels()];
    int[] labels = new int[size];
    for (int from = 0; from < size; from += CLASSES) {
      int[] shuffled = shuffle(new DigitRandom(seed, shuffles, from));
      System.arraycopy(shuffled, 0, labels, from, Math.min(CLASSES, size - from));
    }
    IntStream.range(0, size)
        .parallel()
        .forEach(
            i ->
                new DigitPen(hand, new DigitRandom(seed, images, i))
                    .write(labels[i], levels, i * shape.pixels()));
    return new ImageSet(NAME, shape, new PixelStore.Levels(levels), labels, CLASS_NAMES);
  }

  /** The ten classes in random order: every run of ten images has one of each. */
  private static int[] shuffle(DigitRandom random) {
    return RandomStream.shuffle(IntStream.range(0, CLASSES).toArray(), random::below);
  }
}
