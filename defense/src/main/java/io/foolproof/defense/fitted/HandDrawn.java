package io.foolproof.defense.fitted;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxGraph;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.util.Arrays;

/**
 * The nearest of some digits drawn by hand, one for each way of writing each digit: nothing is
 * learned from images but the scale of the scores.
 *
 * @param blur standard deviation of a Gaussian, in pixels, by which images and templates are
 *     blurred before they are compared
 * @param moved whether templates may be moved and reshaped to fit, as in {@link TangentDistance}
 */
@Named("templates")
public record HandDrawn(@Positive double blur, boolean moved) implements FittedGraph {
  /** Checks the settings. */
  public HandDrawn {
    Settings.check(HandDrawn.class, blur, moved);
  }

  /** A little blurred, and moved to fit. */
  public static HandDrawn standard() {
    return new HandDrawn(1.5, true);
  }

  @Override
  public String summary() {
    return "the nearest hand-drawn digit"
        + (moved ? ", moved to fit" : "")
        + "; nothing but the scale of its scores is learned from images";
  }

  @Override
  public String source() {
    return "Simard, LeCun, Denker 1993, for how templates are moved";
  }

  @Override
  public String write(OnnxGraph graph, ImageSet training, Workers workers) {
    ImageSet drawn = GeneratedDigits.templates();
    if (!Arrays.equals(training.shape(), drawn.shape()) || training.classes() != drawn.classes()) {
      throw new InvalidInputException(
          "%s has %d classes of %s images: templates are digits of %s; give 'means'"
              .formatted(
                  training.name(),
                  training.classes(),
                  Arrays.toString(training.shape()),
                  Arrays.toString(drawn.shape())));
    }
    OnnxWriter writer = graph.writer();
    Blur smooth = new Blur(blur);
    Prototypes templates = blurred(drawn, smooth);
    String pixels = writer.apply("Flatten", smooth.of(graph));
    if (moved) {
      return TangentDistance.write(graph, pixels, templates, drawn, writer::numbers);
    }
    String biases = writer.numbers(Distances.biases(templates), templates.size());
    String values = writer.affine(pixels, Distances.matrix(templates, writer::numbers), biases);
    return templates.bestOfEachClass(graph, values, 1);
  }

  private static Prototypes blurred(ImageSet drawn, Blur blur) {
    Prototypes sharp = Prototypes.all(drawn);
    float[][] pixels = new float[sharp.size()][];
    for (int i = 0; i < pixels.length; i++) {
      double[] smooth = blur.of(sharp.pixels()[i], drawn.height(), drawn.width());
      pixels[i] = new float[smooth.length];
      for (int j = 0; j < smooth.length; j++) {
        pixels[i][j] = (float) smooth[j];
      }
    }
    return new Prototypes(pixels, sharp.perClass());
  }
}
