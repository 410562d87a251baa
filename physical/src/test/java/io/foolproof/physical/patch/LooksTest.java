package io.foolproof.physical.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.ImageShape;
import io.foolproof.tensor.RandomStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LooksTest {
  private static final ImageShape SHAPE = new ImageShape(3, 3, 4);

  @ParameterizedTest
  @CsvSource({"0.7,0", "0,2", "0.7,2"})
  void theGradientIsThatOfTheCost(double smoothness, double printability) {
    Looks looks = new Looks(smoothness, printability, Looks.palette("000000,c03020,#FFFFFF"));
    float[] pixels = new float[SHAPE.pixels()];
    new RandomStream(3, 0, "test", 0).fillUniform(pixels, 0, pixels.length, 0, 1);
    double[] gradient = new double[pixels.length];
    looks.addGradient(pixels, SHAPE, gradient);
    for (int j = 0; j < pixels.length; j++) {
      float[] up = pixels.clone();
      float[] down = pixels.clone();
      up[j] += 1e-2f;
      down[j] -= 1e-2f;
      double slope = (looks.cost(up, SHAPE) - looks.cost(down, SHAPE)) / (up[j] - down[j]);
      assertThat(gradient[j]).isCloseTo(slope, within(2e-3));
    }
  }

  @Test
  void flatColoursOfThePaletteCostNothing() {
    Looks looks = new Looks(1, 1, Looks.palette("c03020,000000"));
    float[] pixels = new float[SHAPE.pixels()];
    for (int j = 0; j < pixels.length; j++) {
      pixels[j] = new float[] {0xc0, 0x30, 0x20}[j / 12] / 255f;
    }
    assertThat(looks.cost(pixels, SHAPE)).isCloseTo(0, within(1e-6));
    pixels[0] = 0;
    assertThat(looks.cost(pixels, SHAPE)).isGreaterThan(0.1);
    assertThat(Looks.ANY.cost(pixels, SHAPE)).isZero();
  }

  @Test
  void whatCannotBeWeighedIsRefused() {
    assertThatThrownBy(() -> Looks.palette("red")).hasMessageContaining("the palette has 'red'");
    assertThatThrownBy(() -> new Looks(0, 1, List.of())).hasMessageContaining("no palette");
    assertThatThrownBy(() -> new Looks(-1, 0, List.of())).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> new Looks(0, 1, Looks.palette("10,20")).requireFits(3))
        .hasMessageContaining("a colour of 1 values, and the images have 3 channels");
    assertThat(new Looks(0.5, 1, Looks.palette("10,20")).settings())
        .isEqualTo(":smoothness=0.5:printability=1.0:palette=10,20");
  }
}
