package io.foolproof.attack;

import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Checks, before anything runs, that a model, images and a threat model fit each other. */
public final class Fit {
  private Fit() {}

  /**
   * Checks that a model can classify a set of images: their shape, labels and pixels.
   *
   * @throws InvalidInputException naming both sides where they differ
   */
  public static void require(Classifier model, ImageSet images) {
    InputSpec input = model.input();
    if (images.size() == 0) {
      throw new InvalidInputException(images.name() + ": no samples, expected at least 1");
    }
    if (!sameLayout(input.shape(), images.shape())) {
      throw new InvalidInputException(
          ("%s takes inputs of shape %s, but the images of %s are %s (channels, height, width): give"
                  + " the data that the model was made for")
              .formatted(
                  model.name(),
                  Arrays.toString(input.shape()),
                  images.name(),
                  Arrays.toString(images.shape())));
    }
    if (images.namesAllClasses() && images.classes() != model.classes()) {
      throw new InvalidInputException(
          ("%s: has %d classes by name (%s), but %s has %d outputs: give a file with the name of every"
                  + " output's class, one a line (--class-names), or name folders by the numbers of"
                  + " the outputs, from 0")
              .formatted(
                  images.name(),
                  images.classes(),
                  some(images.classNames()),
                  model.name(),
                  model.classes()));
    }
    for (int i = 0; i < images.size(); i++) {
      if (images.label(i) >= model.classes()) {
        throw new InvalidInputException(
            "%s: sample %d has label %d, but %s has %d outputs, for labels 0 to %d: labels count from 0"
                .formatted(
                    images.name(),
                    images.index(i),
                    images.label(i),
                    model.name(),
                    model.classes(),
                    model.classes() - 1));
      }
      requireInBox(model, images, i);
    }
  }

  private static String some(List<String> names) {
    return names.size() <= 4
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 3)) + ", ...";
  }

  /** Shapes that hold the same values in the same order: flattened, or with sizes of 1 added. */
  private static boolean sameLayout(long[] wanted, long[] found) {
    long elements = Arrays.stream(wanted).reduce(1, (a, b) -> a * b);
    boolean sameCount = elements == Arrays.stream(found).reduce(1, (a, b) -> a * b);
    long[] a = Arrays.stream(wanted).filter(size -> size != 1).toArray();
    long[] b = Arrays.stream(found).filter(size -> size != 1).toArray();
    return sameCount && (a.length == 1 || Arrays.equals(a, b));
  }

  private static void requireInBox(Classifier model, ImageSet images, int i) {
    InputSpec input = model.input();
    for (float value : images.pixels(i)) {
      if (!(value >= input.low() && value <= input.high())) {
        throw new InvalidInputException(
            ("%s: sample %d has a pixel of %s, outside the box [%s, %s] of %s; images are given"
                    + " unnormalised, or give the model's box (--box)")
                .formatted(
                    images.name(),
                    images.index(i),
                    value,
                    input.low(),
                    input.high(),
                    model.name()));
      }
    }
  }

  /**
   * Checks that the values of a pixel can be told, where pixels are counted.
   *
   * @throws InvalidInputException where the model takes colour images as one row of values
   */
  public static void requirePixels(Classifier model, ImageSet images, ThreatModel threat) {
    int channels = PixelGrid.of(model.input()).channels();
    boolean pixels = threat instanceof NormBounded bounded && bounded.norm() == Norm.L0_PIXELS;
    if (pixels && channels != images.channels()) {
      throw new InvalidInputException(
          ("%s: %s takes inputs of shape %s, which do not tell the %d values of a pixel: give a model"
                  + " of images [C, H, W], or --norm l0, which counts values")
              .formatted(
                  Norm.L0_PIXELS.symbol(),
                  model.name(),
                  Arrays.toString(model.input().shape()),
                  images.channels()));
    }
  }

  /**
   * Checks that a goal can be reached, and has not been reached already: a target is one of the
   * model's classes and of none of the images.
   *
   * @throws InvalidInputException naming the target, and what there is instead
   */
  public static void requireGoal(Classifier model, ImageSet images, Goal goal) {
    if (!(goal instanceof Goal.Targeted targeted)) {
      return;
    }
    int target = targeted.target();
    if (target < 0 || target >= model.classes()) {
      throw new InvalidInputException(
          "target class %d is out of range: %s has classes 0 to %d"
              .formatted(target, model.name(), model.classes() - 1));
    }
    long already = IntStream.range(0, images.size()).filter(i -> images.label(i) == target).count();
    if (already > 0) {
      throw new InvalidInputException(
          "%d of the samples belong to the target class %d already: leave them out"
              .formatted(already, target));
    }
  }
}
