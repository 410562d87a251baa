package io.foolproof.physical.mark;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.LinearClassifier;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.physical.patch.Looks;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.transform.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkAttackTest {
  private static final int SIZE = 12;

  private static ImageSet images(int channels, float grey) {
    ImageShape shape = new ImageShape(channels, SIZE, SIZE);
    float[][] pixels = new float[3][shape.pixels()];
    for (int i = 0; i < 3; i++) {
      new RandomStream(4, i, "images", 0).fillUniform(pixels[i], 0, shape.pixels(), 0, grey);
    }
    return ImageSet.of(pixels, new int[3], shape);
  }

  /** White where the other class's weight is the larger, black where it is the smaller. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void onALinearModelAStickerIsTheBestPixelByPixel(int channels) {
    float[][] weights = new float[2][channels * SIZE * SIZE];
    for (int k = 0; k < 2; k++) {
      new RandomStream(5, k, "weights", 0).fillGaussian(weights[k], 0, weights[k].length);
    }
    LinearClassifier model =
        new LinearClassifier(InputSpec.unit(channels, SIZE, SIZE), weights, new float[] {0, 0});
    Mask mask = Mask.parse("2,3,4,5", new ImageShape(channels, SIZE, SIZE));
    try (Scope scope = Scope.open()) {
      Marked marked =
          MarkAttack.usual(new Sticker(mask, Looks.ANY), null, View.NONE, 0)
              .mark(model, images(channels, 1), 1);
      assertThat(marked.draws()).isEqualTo(1);
      for (int j = 0; j < marked.marked().length; j++) {
        int row = j / SIZE % SIZE;
        boolean inside = row >= 2 && row < 6 && j % SIZE >= 3 && j % SIZE < 8;
        int best = weights[1][j] > weights[0][j] ? 255 : 0;
        assertThat(marked.marked()[j]).isEqualTo(inside ? best : marked.clean()[j]);
      }
    }
  }

  /** A class that likes ink in the two columns on the right, and none elsewhere. */
  private static LinearClassifier likesTheRight() {
    float[][] weights = new float[2][SIZE * SIZE];
    for (int j = 0; j < SIZE * SIZE; j++) {
      weights[1][j] = j % SIZE >= 9 && j % SIZE < 11 ? 1 : -0.2f;
    }
    return new LinearClassifier(InputSpec.unit(1, SIZE, SIZE), weights, new float[] {5, 0});
  }

  @Test
  void strokesGoWhereInkCounts() {
    try (Scope scope = Scope.open()) {
      MarkAttack attack =
          MarkAttack.usual(
              new Strokes(1, 2, 10, 1), 1, View.parse("brightness:add=-0.02..0.02"), 0);
      Marked marked = attack.mark(likesTheRight(), images(1, 0), 0);
      assertThat(marked.reached()).isEqualTo(marked.draws()).isEqualTo(100);
      assertThat(marked.fools()).isTrue();
      assertThat(marked.correct()).isEqualTo(100);
      assertThat(marked.cleanReached()).isZero();
      assertThat(marked.scrambledReached()).isZero();
      int touched = 0;
      int right = 0;
      for (int j = 0; j < SIZE * SIZE; j++) {
        touched += marked.marked()[j] > 0 ? 1 : 0;
        right += marked.marked()[j] > 128 && j % SIZE >= 9 && j % SIZE < 11 ? 1 : 0;
      }
      assertThat(marked.touched()).isEqualTo(touched);
      assertThat(right).isGreaterThan(14);
      // Whichever images are attacked with it, and on which thread.
      assertThat(attack.mark(likesTheRight(), images(1, 0), 0).marked()).isEqualTo(marked.marked());
      assertThat(attack.mark(likesTheRight(), images(1, 0), 1).marked())
          .isNotEqualTo(marked.marked());
    }
  }
}
