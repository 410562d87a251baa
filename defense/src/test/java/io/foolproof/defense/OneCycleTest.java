package io.foolproof.defense;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class OneCycleTest {

  @Test
  void risesToItsPeakAndFallsToAlmostNothing() {
    OneCycle cycle = new OneCycle(0.01, 401);
    assertThat(cycle.at(0)).isCloseTo(0.0004, Offset.offset(1e-9));
    assertThat(cycle.at(100)).isCloseTo(0.01, Offset.offset(1e-9));
    assertThat(cycle.at(400)).isCloseTo(1e-6, Offset.offset(1e-9));
    for (int step = 1; step <= 400; step++) {
      assertThat(cycle.at(step) > cycle.at(step - 1)).isEqualTo(step <= 100);
    }
  }

  /** On f(w) = (w - 3)^2 / 2, whose gradient is w - 3. */
  @Test
  void adamFindsTheMinimumOfAParabola() {
    float[] w = {-1};
    AdamOptimiser adam = new AdamOptimiser(1);
    adam.step(w, new float[] {w[0] - 3}, 0.1);
    // The first step has the length of the rate, whatever the gradient.
    assertThat(w[0]).isCloseTo(-0.9f, Offset.offset(1e-6f));
    for (int i = 0; i < 2000; i++) {
      adam.step(w, new float[] {w[0] - 3}, 0.02);
    }
    assertThat(w[0]).isCloseTo(3, Offset.offset(0.01f));
  }
}
