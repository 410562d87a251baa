package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Viewed;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.transform.View;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A model that was made for images in another form is told from one that is simply wrong. */
class LikelyCauseTest {
  private static final ImageShape SHAPE = new ImageShape(3, 2, 2);
  private static final int VALUES = 12;

  /** Colour images whose class is the one of four pixels with the most red. */
  private static ImageSet images() {
    SplittableRandom random = new SplittableRandom(5);
    float[][] images = new float[80][VALUES];
    int[] labels = new int[80];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 4;
      for (int v = 0; v < VALUES; v++) {
        images[i][v] = (float) random.nextDouble(0, v == labels[i] ? 1 : 0.5);
      }
      images[i][labels[i]] = (float) random.nextDouble(0.6, 1);
    }
    return ImageSet.of(images, labels, SHAPE);
  }

  /** The class with the most red, of an image that is first brought back to what it was. */
  private static Classifier model(UnaryOperator<float[]> back) {
    return Classifier.of(
        "colours",
        InputSpec.unit(3, 2, 2),
        4,
        batch -> {
          float[][] logits = new float[batch.length][4];
          for (int i = 0; i < batch.length; i++) {
            System.arraycopy(back.apply(batch[i]), 0, logits[i], 0, 4);
          }
          return logits;
        });
  }

  private static String cause(UnaryOperator<float[]> back) {
    return new LikelyCause(model(back), images()).text();
  }

  /** Class 0 for whatever is not in the form that is expected. */
  private static UnaryOperator<float[]> only(float low, float high, UnaryOperator<float[]> back) {
    return image -> {
      float largest = 0;
      for (float value : image) {
        largest = Math.max(largest, value);
      }
      return largest >= low && largest <= high ? back.apply(image) : new float[VALUES];
    };
  }

  @Test
  void nothingFitsAModelThatIsWrongInAllForms() {
    assertThat(cause(image -> new float[VALUES])).isEmpty();
  }

  /** Behind a view, pixels of other scales would be clipped, and seem to be what was missing. */
  @Test
  void aViewThatShowsNothingIsTheCause() {
    Classifier colours = model(image -> image);
    assertThat(
            new LikelyCause(Viewed.of(colours, View.parse("brightness:add=-1")), images()).text())
        .isEqualTo("100.0 % without the view");
    assertThat(
            new LikelyCause(Viewed.of(colours, View.parse("read-noise:sigma=0")), images()).text())
        .isEmpty();
  }

  @Test
  void theScaleIsFound() {
    assertThat(cause(only(100, 256, image -> image))).startsWith("100.0 %").contains("--box 0,255");
  }

  @Test
  void theOrderOfChannelsIsFound() {
    assertThat(
            cause(
                image -> {
                  float[] red = new float[VALUES];
                  System.arraycopy(image, 8, red, 0, 4);
                  return red;
                }))
        .contains("blue, green, red");
    assertThat(
            cause(
                image -> {
                  float[] red = new float[VALUES];
                  for (int pixel = 0; pixel < 4; pixel++) {
                    red[pixel] = image[3 * pixel];
                  }
                  return red;
                }))
        .contains("--layout nhwc");
  }

  @Test
  void blackAndWhiteExchangedAreFound() {
    assertThat(
            cause(
                image -> {
                  float[] red = new float[VALUES];
                  for (int i = 0; i < 4; i++) {
                    red[i] = 1 - image[i];
                  }
                  return red;
                }))
        .contains("exchanged");
  }
}
