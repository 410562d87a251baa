package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class RealDataTest {
  @Test
  void mnistHasItsPublishedSplits() {
    ImageSet test = DataSets.open("mnist", Split.TEST, RealData.locations());
    ImageSet training = DataSets.open("mnist", Split.TRAIN_ALL, RealData.locations());
    ImageSet validation = Split.VALIDATION.of(training);

    assertThat(test.size()).isEqualTo(10_000);
    assertThat(training.size()).isEqualTo(60_000);
    assertThat(Split.TRAIN.of(training).size()).isEqualTo(50_000);
    assertThat(validation.size()).isEqualTo(10_000);
    assertThat(validation.index(0)).isEqualTo(50_000);
    assertThat(test.shape()).containsExactly(1, 28, 28);
    assertThat(test.label(0)).isEqualTo(7);
    // The published mean of the training pixels.
    assertThat(mean(training)).isBetween(0.13065, 0.13067);
  }

  @Test
  void fashionMnistHasItsClasses() {
    ImageSet test = DataSets.open("fashion-mnist", Split.TEST, RealData.locations());

    assertThat(test.size()).isEqualTo(10_000);
    assertThat(test.classNames().get(test.label(0))).isEqualTo("Ankle boot");
    int[] counts = new int[10];
    for (int i = 0; i < test.size(); i++) {
      counts[test.label(i)]++;
    }
    assertThat(counts).containsOnly(1000);
  }

  @Test
  void oneSetInTheFolderOfAnotherIsFoundOut() {
    Path mnist = RealData.folder(System.getenv()).resolve("mnist");
    DataLocations wrong = TestFiles.only(mnist);

    assertThatThrownBy(() -> DataSets.open("fashion-mnist", Split.TEST, wrong))
        .hasMessageContaining("labels of mnist, expected those of fashion-mnist");
  }

  @Test
  void withoutDataTestsAreSkippedButNotInCi(@TempDir Path folder) {
    Map<String, String> named = Map.of("FOOLPROOF_DATA", folder.toString(), "CI", "true");

    assertThat(RealData.folder(named)).isEqualTo(folder);
    assertThatThrownBy(() -> RealData.folder(Map.of())).isInstanceOf(TestAbortedException.class);
    assertThatThrownBy(() -> RealData.folder(Map.of("CI", "true")))
        .isInstanceOf(AssertionError.class);
  }

  private static double mean(ImageSet images) {
    double sum = 0;
    float[] pixels = new float[images.pixels()];
    for (int i = 0; i < images.size(); i++) {
      images.copyPixels(i, pixels, 0);
      for (float pixel : pixels) {
        sum += pixel;
      }
    }
    return sum / images.size() / images.pixels();
  }
}
