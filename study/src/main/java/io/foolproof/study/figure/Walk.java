package io.foolproof.study.figure;

import io.foolproof.data.EightBit;
import io.foolproof.data.ImageSet;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** From an image to a neighbouring class, along the gradient. */
public final class Walk implements Figure<Walk.Found> {
  private static final int STEPS = 15;

  /** Levels by which a step changes a pixel: frames are images of whole levels. */
  private static final int STEP = 5;

  private static final int SEARCHED = 1000;

  /**
   * What it computes.
   *
   * @param image the place in the test set: the first image that is correctly classified, or the
   *     first of all where none is
   * @param label its class, an index into the class names
   * @param classNames by class
   * @param shape of an image, [channels, height, width]
   * @param gradient of the cross-entropy by the pixels, divided by its largest absolute value and
   *     multiplied by 127: [pixels], -127 to 127; all 0 where there is no gradient
   * @param gradientNorm the L2 norm of the gradient, of pixels in [0, 1]
   * @param frames the image after each step, the image itself first
   * @param fooled the first frame that is not classified as the label; -1 where each is
   */
  public record Found(
      int image,
      int label,
      List<String> classNames,
      int[] shape,
      int[] gradient,
      double gradientNorm,
      List<Frame> frames,
      int fooled) {
    /** Copies the lists. */
    public Found {
      classNames = List.copyOf(classNames);
      frames = List.copyOf(frames);
    }
  }

  /**
   * A step of the walk.
   *
   * @param epsilon the largest change of a pixel since the image, of pixels in [0, 1]
   * @param pixels levels, [pixels], 0 to 255, channel after channel
   * @param probabilities by class
   * @param prediction the most probable class
   */
  public record Frame(double epsilon, int[] pixels, double[] probabilities, int prediction) {}

  @Override
  public int number() {
    return 9;
  }

  @Override
  public String title() {
    return "The walk";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    Subject subject = Subject.of(workshop);
    ImageSet image = subject.correctIfAny(workshop.plan().test().first(searched(workshop)), 1);
    int[] label = {image.label(0)};
    float[][] at = {EightBit.pixels(Picture.levels(image.pixels(0)))};
    float[] gradient = subject.gradients(at, label)[0];
    List<Frame> frames = new ArrayList<>();
    for (int step = 0; step <= STEPS; step++) {
      double[] probabilities = subject.probabilities(at)[0];
      frames.add(
          new Frame(
              step * STEP / (double) EightBit.HIGHEST,
              Picture.levels(at[0]),
              probabilities,
              Subject.argmax(probabilities)));
      at = new float[][] {stepped(at[0], subject.gradients(at, label)[0])};
    }
    return new Found(
        Math.toIntExact(image.index(0)),
        label[0],
        image.classNames(),
        Arrays.stream(image.shape()).mapToInt(Math::toIntExact).toArray(),
        Subject.signed(gradient, Subject.largest(gradient)),
        Subject.norm(gradient),
        frames,
        IntStream.range(0, frames.size())
            .filter(k -> frames.get(k).prediction() != label[0])
            .findFirst()
            .orElse(-1));
  }

  private static int searched(Workshop workshop) {
    return Math.min(workshop.plan().test().size(), SEARCHED);
  }

  /** Each pixel by as many levels as the others, up where the loss grows with it. */
  private static float[] stepped(float[] pixels, float[] gradient) {
    int[] levels = Picture.levels(pixels);
    Arrays.setAll(
        levels,
        p ->
            Math.max(
                0, Math.min(EightBit.HIGHEST, levels[p] + STEP * (int) Math.signum(gradient[p]))));
    return EightBit.pixels(levels);
  }
}
