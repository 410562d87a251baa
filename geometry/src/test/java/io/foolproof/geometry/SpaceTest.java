package io.foolproof.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Workers;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpaceTest {
  private static final List<String> CLASSES = List.of("a", "b");

  /** Two images of one channel, 4 x 4, with the levels 0 to 15 and 100 to 115. */
  private static ImageSet levels() {
    byte[] levels = new byte[32];
    for (int p = 0; p < 16; p++) {
      levels[p] = (byte) p;
      levels[16 + p] = (byte) (100 + p);
    }
    return ImageSet.ofLevels("levels", shape(4, 4), levels, new int[] {0, 1}, CLASSES);
  }

  private static ImageShape shape(int height, int width) {
    return new ImageShape(1, height, width);
  }

  private static PointSet embed(String space, ImageSet images) {
    try (Workers workers = new Workers(2)) {
      return Space.parse(space).fit(images, workers).apply(images);
    }
  }

  @Test
  void pixelsAreAllLevels() {
    PointSet points = embed("pixels", levels());
    assertThat(points.size()).isEqualTo(2);
    assertThat(points.dimension()).isEqualTo(16);
    assertThat(points.whole()).isTrue();
    assertThat(points.stored(1, 15) * points.unit()).isCloseTo(115 / 255.0, within(1e-15));
  }

  @Test
  void patchesLieInTheCentre() {
    assertThat(embed("patch:2", levels()).stored(0)).containsExactly(5, 6, 9, 10);
    assertThat(embed("patch:3", levels()).stored(0))
        .containsExactly(5, 6, 7, 9, 10, 11, 13, 14, 15);
    assertThat(embed("patch:1", levels()).stored(1)).containsExactly(110);
    assertThat(embed("patch:4", levels()).stored(1)).hasSize(16).startsWith(100);
  }

  @Test
  void poolsAreMeansOfBlocks() {
    PointSet pooled = embed("pool:2", levels());
    assertThat(pooled.stored(0)).containsExactly(10, 18, 42, 50);
    assertThat(pooled.unit()).isCloseTo(1 / (4 * 255.0), within(1e-15));
    assertThat(pooled.whole()).isTrue();
  }

  @Test
  void realPixelsGoTheSameWay() {
    float[] pixels = new float[16];
    for (int p = 0; p < 16; p++) {
      pixels[p] = p / 16f;
    }
    ImageSet reals = ImageSet.ofPixels("reals", shape(4, 4), pixels, new int[] {0}, CLASSES);
    assertThat(embed("patch:2", reals).stored(0))
        .containsExactly(5 / 16.0, 6 / 16.0, 9 / 16.0, 10 / 16.0);
    assertThat(embed("pool:2", reals).stored(0))
        .containsExactly(2.5 / 16, 4.5 / 16, 10.5 / 16, 12.5 / 16);
    assertThat(embed("pixels", reals).unit()).isEqualTo(1);
  }

  @Test
  void channelsStayApart() {
    byte[] levels = new byte[2 * 2 * 2];
    for (int p = 0; p < levels.length; p++) {
      levels[p] = (byte) (10 * p);
    }
    ImageSet images =
        ImageSet.ofLevels("colour", new ImageShape(2, 2, 2), levels, new int[] {0}, CLASSES);
    assertThat(embed("pool:2", images).stored(0)).containsExactly(60, 220);
    assertThat(embed("patch:1", images).stored(0)).containsExactly(30, 70);
  }

  /** Points on a tilted line with a little noise: the first component is the line. */
  @Test
  void principalComponentsFindALine() {
    RandomStream random = new RandomStream(1, 0, "line", 0);
    double[] values = new double[1000 * 3];
    for (int i = 0; i < 1000; i++) {
      double along = random.nextGaussian();
      values[3 * i] = 5 + 2 * along + 0.01 * random.nextGaussian();
      values[3 * i + 1] = -1 + 2 * along + 0.01 * random.nextGaussian();
      values[3 * i + 2] = 3 - along + 0.01 * random.nextGaussian();
    }
    PointSet points = PointSet.ofReals("line", values, 3);
    try (Workers workers = new Workers(2)) {
      PrincipalComponents line = PrincipalComponents.of(points, 1, workers);
      PointSet ends = PointSet.ofReals("ends", new double[] {7, 1, 2, 5, -1, 3}, 3);
      PointSet embedded = line.apply(ends);
      assertThat(embedded.stored(0, 0) - embedded.stored(1, 0)).isCloseTo(3, within(1e-3));
      PrincipalComponents all = PrincipalComponents.of(points, 3, workers);
      assertThat(squaredDistance(all.apply(ends))).isCloseTo(9, within(1e-9));
      try (Workers one = new Workers(1)) {
        assertThat(PrincipalComponents.of(points, 3, one).apply(ends).stored(0))
            .isEqualTo(all.apply(ends).stored(0));
      }
    }
  }

  private static double squaredDistance(PointSet pair) {
    double squared = 0;
    for (int j = 0; j < pair.dimension(); j++) {
      squared += Math.pow(pair.stored(0, j) - pair.stored(1, j), 2);
    }
    return squared;
  }

  @Test
  void textsAreReadAndWritten() {
    for (String text : List.of("pixels", "pca:10", "patch:5", "pool:2")) {
      assertThat(Space.parse(text).text()).isEqualTo(text);
    }
    for (String text : List.of("", "pca", "pca:0", "pca:x", "patch:-1", "disc:3")) {
      assertThatThrownBy(() -> Space.parse(text))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expected pixels, pca:K");
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> embed("patch:5", levels()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("5 x 5");
    assertThatThrownBy(() -> embed("pool:3", levels()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("do not tile");
    assertThatThrownBy(() -> embed("pca:17", levels()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected 1 to 16");
    ImageSet other = ImageSet.ofLevels("other", shape(2, 8), new byte[16], new int[] {0}, CLASSES);
    try (Workers workers = new Workers(1)) {
      Embedding pixels = Space.parse("pixels").fit(levels(), workers);
      assertThatThrownBy(() -> pixels.apply(other))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("other");
    }
  }
}
