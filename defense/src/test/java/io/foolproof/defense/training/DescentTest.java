package io.foolproof.defense.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DescentTest {

  @Test
  void risesToItsPeakAndFallsToAlmostNothing() {
    Schedule cycle = new Schedule.OneCycle();
    assertThat(0.01 * cycle.at(0)).isCloseTo(0.0004, Offset.offset(1e-9));
    assertThat(0.01 * cycle.at(100 / 400.0)).isCloseTo(0.01, Offset.offset(1e-9));
    assertThat(0.01 * cycle.at(1)).isCloseTo(1e-6, Offset.offset(1e-9));
    for (int step = 1; step <= 400; step++) {
      assertThat(cycle.at(step / 400.0) > cycle.at((step - 1) / 400.0)).isEqualTo(step <= 100);
    }
  }

  /** On f(w) = (w - 3)^2 / 2, whose gradient is w - 3. */
  @Test
  void adamFindsTheMinimumOfAParabola() {
    float[] w = {-1};
    Optimiser adam = new Optimiser.Adam();
    float[][] memory = new float[adam.memories()][1];
    adam.step(w, w, new float[] {w[0] - 3}, memory, 1, 0.1);
    // The first step has the length of the rate, whatever the gradient.
    assertThat(w[0]).isCloseTo(-0.9f, Offset.offset(1e-6f));
    for (int i = 0; i < 2000; i++) {
      adam.step(w, w, new float[] {w[0] - 3}, memory, i + 2, 0.02);
    }
    assertThat(w[0]).isCloseTo(3, Offset.offset(0.01f));
  }

  /** Two steps by hand: v = g + 0.1 w, then v = 0.5 v + g + 0.1 w. */
  @Test
  void momentumCarriesHalfOfTheLastStepOn() {
    float[] w = {1};
    Optimiser descent = new Optimiser.Sgd(0.5, 0.1);
    float[][] memory = new float[descent.memories()][1];
    descent.step(w, w, new float[] {2}, memory, 1, 0.1);
    assertThat(w[0]).isCloseTo(0.79f, Offset.offset(1e-6f));
    descent.step(w, w, new float[] {1}, memory, 2, 0.1);
    assertThat(w[0]).isCloseTo(0.79f - 0.1f * (1.05f + 1.079f), Offset.offset(1e-6f));
  }

  @Test
  void otherSchedulesAreTheirClosedForms() {
    Schedule triangle = new Schedule.Triangle(0.4);
    assertThat(triangle.at(0.2)).isCloseTo(0.5, Offset.offset(1e-12));
    assertThat(triangle.at(0.4)).isCloseTo(1, Offset.offset(1e-12));
    assertThat(triangle.at(0.7)).isCloseTo(0.5, Offset.offset(1e-12));
    Schedule steps = new Schedule.Steps(List.of(0.5, 0.75));
    assertThat(steps.at(0.49)).isEqualTo(1);
    assertThat(steps.at(0.5)).isCloseTo(0.1, Offset.offset(1e-12));
    assertThat(steps.at(1)).isCloseTo(0.01, Offset.offset(1e-12));
    assertThat(new Schedule.Cosine().at(0.5)).isCloseTo(0.5, Offset.offset(1e-12));
    assertThat(new Schedule.Constant().at(0.3)).isEqualTo(1);
    assertThatThrownBy(() -> new Schedule.Steps(List.of(0.5, 0.2)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("rising fractions");
  }
}
