package io.foolproof.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {
  private static OnnxReader.Node node() {
    return new OnnxReader.Node("pool", "AveragePool", List.of("x"), List.of("y"), Map.of());
  }

  @Test
  void aWindowGoesOverAllPlacesWithoutAttributes() {
    SlidingWindow window = SlidingWindow.of(node(), new int[] {1, 5, 4}, new int[] {2, 3});
    assertThat(window.rows()).isEqualTo(4);
    assertThat(window.columns()).isEqualTo(2);
    assertThat(window.pads()).containsOnly(0);
  }

  /** Of three rows from one above the image, over four rows. */
  @Test
  void whatIsOutsideTheImageCountsOnlyAsPadding() {
    SlidingWindow window =
        new SlidingWindow(new int[] {2, 1}, new int[] {1, 1}, new int[] {1, 0, 1, 0}, 2, 1);
    int[] kernel = {3, 1};
    int[] image = {1, 4, 1};
    assertThat(window.counted(0, 0, kernel, image, false)).isEqualTo(2);
    assertThat(window.counted(0, 1, kernel, image, false)).isEqualTo(3);
    assertThat(window.counted(0, 0, kernel, image, true)).isEqualTo(3);
  }

  @Test
  void aWindowLargerThanItsImageIsRefused() {
    assertThatThrownBy(() -> SlidingWindow.of(node(), new int[] {1, 2, 2}, new int[] {3, 1}))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining("its window is larger than its input");
  }
}
