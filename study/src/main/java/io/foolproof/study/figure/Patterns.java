package io.foolproof.study.figure;

import io.foolproof.data.ImageSet;
import io.foolproof.geometry.Corners;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** How many images there are, and what fraction of them a training set shows. */
public final class Patterns implements Figure<Patterns.Found> {
  private static final int[] LEVELS = {2, 4, 16, 256};
  private static final int MOST_PIXELS = 24;

  /**
   * What it computes.
   *
   * @param pixels values of an image
   * @param levels how many levels a pixel may have
   * @param digits of the decimal number of images with so many levels
   * @param count the number of images of two levels, in decimal digits
   * @param images training images
   * @param covered the most pixels of which so many images could show every on/off pattern
   * @param seen of the on/off patterns of the k most varied pixels, how many training images show,
   *     for k = 1, 2, ...; a pixel is on above middle grey
   */
  public record Found(
      int pixels, int[] levels, int[] digits, String count, int images, int covered, int[] seen) {}

  @Override
  public int number() {
    return 2;
  }

  @Override
  public String title() {
    return "How many images there are";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    ImageSet images = workshop.plan().training();
    int pixels = images.pixels();
    return new Found(
        pixels,
        LEVELS.clone(),
        IntStream.of(LEVELS).map(n -> Corners.digits(BigInteger.valueOf(n).pow(pixels))).toArray(),
        new Corners(pixels).count().toString(),
        images.size(),
        Corners.pixelsCoveredBy(images.size()),
        seen(images));
  }

  private static int[] seen(ImageSet images) {
    boolean[][] on = new boolean[images.size()][];
    int[] often = new int[images.pixels()];
    for (int i = 0; i < on.length; i++) {
      float[] pixels = images.pixels(i);
      on[i] = new boolean[pixels.length];
      for (int p = 0; p < pixels.length; p++) {
        on[i][p] = pixels[p] > 0.5f;
        often[p] += on[i][p] ? 1 : 0;
      }
    }
    List<Integer> varied =
        IntStream.range(0, often.length)
            .boxed()
            .sorted(Comparator.comparingInt(p -> Math.abs(2 * often[p] - on.length)))
            .limit(MOST_PIXELS)
            .toList();
    int[] seen = new int[varied.size()];
    for (int k = 1; k <= seen.length; k++) {
      Set<Integer> patterns = new HashSet<>();
      for (boolean[] image : on) {
        int pattern = 0;
        for (int bit = 0; bit < k; bit++) {
          pattern |= image[varied.get(bit)] ? 1 << bit : 0;
        }
        patterns.add(pattern);
      }
      seen[k - 1] = patterns.size();
    }
    return seen;
  }
}
