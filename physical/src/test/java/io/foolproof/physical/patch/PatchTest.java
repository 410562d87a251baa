package io.foolproof.physical.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.ImageShape;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchTest {
  private static final int SIDE = 4;

  @TempDir Path folder;

  private static Patch example(int channels, boolean round) {
    int[] levels =
        IntStream.range(0, channels * SIDE * SIDE).map(i -> (37 * i + 5) % 256).toArray();
    return new Patch(new ImageShape(channels, SIDE, SIDE), levels, round, 3);
  }

  private static float[] on(Patch patch, float grey, Placement place) {
    try (Scope scope = Scope.open()) {
      float[] image = new float[patch.shape().channels() * 9 * 11];
      Arrays.fill(image, grey);
      Tensor images = Tensor.of(image, 1, patch.shape().channels(), 9, 11);
      return patch.on(images, List.of(place)).toFloats();
    }
  }

  @Test
  void atAPlaceOfWholePixelsItReplacesThemAndNoOthers() {
    Patch patch = example(3, false);
    float[] covered = on(patch, 0.3f, new Placement(5 + 2, 2 + 2, 0, 1));
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 9; y++) {
        for (int x = 0; x < 11; x++) {
          boolean inside = y >= 2 && y < 6 && x >= 5 && x < 9;
          double expected =
              inside ? patch.levels()[(c * SIDE + y - 2) * SIDE + x - 5] / 255.0 : 0.3;
          assertThat(covered[(c * 9 + y) * 11 + x]).isCloseTo((float) expected, within(1e-5f));
        }
      }
    }
  }

  @Test
  void aQuarterTurnIsCounterClockwise() {
    Patch patch = example(1, false);
    float[] covered = on(patch, 0.3f, new Placement(7, 4, Math.PI / 2, 1));
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        // What was at the right edge is now at the top.
        double expected = patch.levels()[x * SIDE + SIDE - 1 - y] / 255.0;
        assertThat(covered[(2 + y) * 11 + 5 + x]).isCloseTo((float) expected, within(1e-5f));
      }
    }
  }

  @Test
  void aLargerScaleCoversMore() {
    Patch white = example(1, false).filled(255);
    double plain = sum(on(white, 0, new Placement(5, 4, 0, 1)));
    double large = sum(on(white, 0, new Placement(5.5, 4.5, 0, 1.5)));
    assertThat(plain).isCloseTo(16, within(1e-4));
    assertThat(large).isCloseTo(36, within(0.5));
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  @Test
  void aRoundOneLeavesItsCornersAlone() {
    float[] covered = on(example(1, true).filled(255), 0.3f, new Placement(7, 4, 0, 1));
    assertThat(covered[2 * 11 + 5]).isCloseTo(0.3f, within(1e-5f));
    assertThat(covered[3 * 11 + 6]).isCloseTo(1f, within(1e-5f));
    assertThat(example(1, true).area(8, 8)).isCloseTo(Math.PI / 16, within(1e-12));
  }

  @Test
  void controlsHaveItsFormAndTheShuffledOneItsPixels() {
    Patch patch = example(3, false);
    Patch shuffled = patch.shuffled(new RandomStream(1, 0, "test", 0));
    assertThat(shuffled.levels()).isNotEqualTo(patch.levels());
    for (int c = 0; c < 3; c++) {
      int[] before = Arrays.copyOfRange(patch.levels(), c * 16, c * 16 + 16);
      int[] after = Arrays.copyOfRange(shuffled.levels(), c * 16, c * 16 + 16);
      assertThat(after).containsExactlyInAnyOrder(before);
    }
    // A pixel's channels stay together.
    int[] place = new int[16];
    for (int k = 0; k < 16; k++) {
      int level = shuffled.levels()[k];
      place[k] =
          IntStream.range(0, 16).filter(j -> patch.levels()[j] == level).findFirst().getAsInt();
      assertThat(shuffled.levels()[16 + k]).isEqualTo(patch.levels()[16 + place[k]]);
    }
    assertThat(patch.filled(0).levels()).containsOnly(0);
    assertThat(patch.random(new RandomStream(1, 0, "test", 0)).target()).isEqualTo(3);
  }

  @Test
  void placesAreInsideAndEvenlyDrawn() {
    int[] columns = new int[5];
    for (int i = 0; i < 5000; i++) {
      Placement place =
          new Places(0, 0, null).draw(new RandomStream(2, i, "test", 0), 9, 9, SIDE, false);
      assertThat(place.x()).isBetween(2.0, 7.0);
      assertThat(place.y()).isBetween(2.0, 7.0);
      columns[(int) Math.min(4, place.x() - 2)]++;
    }
    double chiSquare = 0;
    for (int count : columns) {
      chiSquare += (count - 1000.0) * (count - 1000.0) / 1000;
    }
    // The 99.9 % quantile with 4 degrees of freedom.
    assertThat(chiSquare).isLessThan(18.47);

    for (int i = 0; i < 500; i++) {
      Placement place = Places.USUAL.draw(new RandomStream(2, i, "test", 0), 12, 12, 6, false);
      assertThat(Math.abs(Math.toDegrees(place.radians()))).isLessThanOrEqualTo(20);
      assertThat(place.scale()).isBetween(0.9, 1.1);
      double reach =
          3
              * place.scale()
              * (Math.abs(Math.cos(place.radians())) + Math.abs(Math.sin(place.radians())));
      assertThat(place.x()).isBetween(reach - 1e-9, 12 - reach + 1e-9);
      assertThat(place.y()).isBetween(reach - 1e-9, 12 - reach + 1e-9);
    }
  }

  @Test
  void aFixedPlaceIsWherePixelsSay() {
    Placement place =
        Places.USUAL.at("3,5").draw(new RandomStream(0, 0, "test", 0), 28, 28, 8, false);
    assertThat(place.x()).isEqualTo(9);
    assertThat(place.y()).isEqualTo(7);
    assertThat(Places.USUAL.at("any")).isEqualTo(Places.USUAL);
    assertThatThrownBy(() -> Places.USUAL.at("left"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected any, or the row and column");
    assertThatThrownBy(() -> new Places(200, 0, null)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> new Places(0, 1, null)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void filesAreReadAsTheyWereWritten() throws IOException {
    for (int channels : new int[] {1, 3}) {
      Patch patch = example(channels, channels == 1);
      for (Places places : List.of(new Places(5, 0.25, null), Places.USUAL.at("3,0"))) {
        PatchFile file = new PatchFile(patch, places);
        Files.write(folder.resolve("patch.png"), file.png());
        Path json = Files.write(folder.resolve("patch.json"), file.json("patch.png"));
        assertThat(PatchFile.read(json)).isEqualTo(file);
      }
    }
    Path json = folder.resolve("patch.json");
    Files.write(folder.resolve("patch.png"), new PatchFile(example(1, false), Places.USUAL).png());
    assertThatThrownBy(() -> PatchFile.read(json)).hasMessageContaining("has pixels of 1 x 4 x 4");
    Files.writeString(
        json, Files.readString(json).replace("\"angle\" : 20.0", "\"angle\" : 200.0"));
    Files.write(folder.resolve("patch.png"), new PatchFile(example(3, false), Places.USUAL).png());
    assertThatThrownBy(() -> PatchFile.read(json))
        .hasMessageContaining(json + ": a patch turned by 200.0 degrees");
    Files.delete(folder.resolve("patch.png"));
    assertThatThrownBy(() -> PatchFile.read(json)).isInstanceOf(InvalidInputException.class);
    Files.writeString(json, "{}");
    assertThatThrownBy(() -> PatchFile.read(json)).hasMessageContaining("no patch, expected");
    Files.writeString(json, "{\"format\": \"foolproof patch\", \"version\": 1}");
    assertThatThrownBy(() -> PatchFile.read(json))
        .hasMessageContaining("version 1, expected 2: make it anew");
    Files.writeString(json, "{\"format\": \"foolproof patch\", \"version\": 3}");
    assertThatThrownBy(() -> PatchFile.read(json))
        .hasMessageContaining("version 3, expected 2: use the release");
  }
}
