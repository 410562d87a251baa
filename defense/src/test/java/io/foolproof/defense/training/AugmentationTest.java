package io.foolproof.defense.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final int SIDE = 28;
  private static final int SPOT = 4;
  private static final int MIDDLE = (SIDE - SPOT) / 2;

  /** A spot in the middle, which turning leaves there, is shifted and scaled. */
  @Test
  void imagesAreMovedALittle() {
    double[] least = new double[3];
    double[] most = new double[3];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    float[] image = new float[SIDE * SIDE];
    for (int i = 0; i < SPOT * SPOT; i++) {
      image[(MIDDLE + i / SPOT) * SIDE + MIDDLE + i % SPOT] = 1;
    }
    for (int i = 0; i < 400; i++) {
      try (Scope scope = Scope.open()) {
        Tensor x = Tensor.of(image, 1, 1, SIDE, SIDE);
        List<RandomStream> streams = List.of(new RandomStream(1, i, "augment", 0));
        float[] moved = Augmentation.LIGHT.moved(x, streams).toFloats();
        double[] seen = new double[3];
        for (int j = 0; j < moved.length; j++) {
          int row = j / SIDE;
          int column = j % SIDE;
          seen[0] += moved[j];
          seen[1] += moved[j] * (row - (SIDE - 1) / 2.0);
          seen[2] += moved[j] * (column - (SIDE - 1) / 2.0);
        }
        for (int j = 0; j < 3; j++) {
          double value = j == 0 ? seen[0] / (SPOT * SPOT) : seen[j] / seen[0];
          least[j] = Math.min(least[j], value);
          most[j] = Math.max(most[j], value);
        }
      }
    }
    // Areas are scaled by 0.9^2 to 1.1^2; shifts are up to 0.07 * 27 pixels, scaled as well.
    assertThat(least[0]).isBetween(0.75, 0.9);
    assertThat(most[0]).isBetween(1.1, 1.28);
    for (int j = 1; j < 3; j++) {
      assertThat(least[j]).isBetween(-2.2, -1.6);
      assertThat(most[j]).isBetween(1.6, 2.2);
    }
  }

  /** The noise of an image is new in every epoch, and the same in another run. */
  @Test
  void noiseIsNewInEveryEpoch() {
    Augmentation noisy = Augmentation.NONE.withNoise(0.25);
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.full(0.5, DType.FLOAT32, 1, 1, SIDE, SIDE);
      float[] first = noisy.noisy(x, List.of(new RandomStream(1, 7, "noise", 0))).toFloats();
      float[] again = noisy.noisy(x, List.of(new RandomStream(1, 7, "noise", 0))).toFloats();
      float[] next = noisy.noisy(x, List.of(new RandomStream(1, 7, "noise", 1))).toFloats();
      assertThat(again).isEqualTo(first);
      double square = 0;
      int same = 0;
      for (int j = 0; j < first.length; j++) {
        square += (first[j] - 0.5) * (first[j] - 0.5);
        same += first[j] == next[j] ? 1 : 0;
      }
      assertThat(same).isLessThan(3);
      assertThat(Math.sqrt(square / first.length)).isCloseTo(0.25, Offset.offset(0.03));
    }
    assertThatThrownBy(() -> Augmentation.NONE.withNoise(64))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("64/255");
  }
}
