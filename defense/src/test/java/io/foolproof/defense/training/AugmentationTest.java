package io.foolproof.defense.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final int SIDE = 28;
  private static final int ROW = 13;
  private static final int COLUMN = 15;

  /** A pixel that is alone stays whole, and goes to each of 25 places in the end. */
  @Test
  void shiftsByWholePixelsMixNothing() {
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      try (Scope scope = Scope.open()) {
        float[] image = new float[SIDE * SIDE];
        image[ROW * SIDE + COLUMN] = 0.6f;
        Tensor x = Tensor.of(image, 1, 1, SIDE, SIDE);
        List<RandomStream> streams = List.of(new RandomStream(1, i, "augment", 0));
        float[] shifted = Augmentation.SHIFTS.moved(x, streams).toFloats();
        int at = 0;
        for (int j = 0; j < shifted.length; j++) {
          at = shifted[j] > shifted[at] ? j : at;
        }
        assertThat(shifted[at]).isCloseTo(0.6f, Offset.offset(1e-4f));
        shifted[at] = 0;
        for (float value : shifted) {
          assertThat(value).isCloseTo(0, Offset.offset(1e-4f));
        }
        assertThat(at / SIDE - ROW).isBetween(-2, 2);
        assertThat(at % SIDE - COLUMN).isBetween(-2, 2);
        places.add(at);
      }
    }
    assertThat(places).hasSize(25);
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
