package io.foolproof.defense.training;

import static org.assertj.core.api.Assertions.assertThat;

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
        float[] shifted = Augmentation.SHIFTS.apply(x, streams).toFloats();
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
}
