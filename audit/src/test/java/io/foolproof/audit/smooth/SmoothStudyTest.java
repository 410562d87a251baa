package io.foolproof.audit.smooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.audit.Progress;
import io.foolproof.certify.smooth.GaussianNoise;
import io.foolproof.certify.smooth.IntegerNoise;
import io.foolproof.certify.smooth.Noise;
import io.foolproof.certify.smooth.Smoothing;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier of two classes by the first pixel, which is grey at the boundary. */
class SmoothStudyTest {
  private static final int PIXELS = 4;
  private static final Noise NOISE = new IntegerNoise(0.25);

  @TempDir Path folder;

  /** The first pixel of image i is at level 30 i; class 1 is above level 127. */
  private static ImageSet images() {
    byte[] levels = new byte[8 * PIXELS];
    int[] labels = new int[8];
    for (int i = 0; i < labels.length; i++) {
      levels[i * PIXELS] = (byte) (30 * i);
      labels[i] = 30 * i > 127 ? 1 : 0;
    }
    ImageShape shape = new ImageShape(1, 2, 2);
    return ImageSet.ofLevels("greys", shape, levels, labels, List.of("dark", "light"));
  }

  private record Grey(Classifier model, boolean drawsAtRandom) implements ForwardingClassifier {
    @Override
    public Origin origin() {
      return new Origin("grey", "a hash", "", List.of());
    }
  }

  private static Classifier model(boolean random) {
    return new Grey(
        Classifier.of(
            "grey",
            InputSpec.unit(1, 2, 2),
            2,
            images ->
                Arrays.stream(images)
                    .map(image -> new float[] {0, image[0] - 127.5f / 255})
                    .toArray(float[][]::new)),
        random);
  }

  private static SmoothPlan plan(long seed) {
    return new SmoothPlan(
        model(false), images(), new Smoothing(NOISE, 20, 2000, 0.999, seed), null);
  }

  private SmoothResult run(SmoothPlan plan, Path journal, int workers) {
    try (Workers some = new Workers(workers)) {
      return SmoothStudy.run(plan, journal, false, () -> {}, some, Progress.none());
    }
  }

  @Test
  void certifiedAccuracyFallsWithTheRadius() {
    SmoothResult result = run(plan(1), folder.resolve("a.jsonl"), 2);
    assertThat(result.images())
        .extracting(Smoothed::index)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(result.plain().count()).isEqualTo(8);
    // Levels from the boundary: 7.5, 22.5, 37.5, 52.5, 67.5, 82.5, 97.5, 127.5.
    assertThat(result.certified(25 / 255.0).count()).isEqualTo(6);
    assertThat(result.certified(50 / 255.0).count()).isEqualTo(4);
    assertThat(result.certified(0.9).count()).isZero();
    assertThat(result.wrong().count()).isZero();
    assertThat(result.isHardlySmoothable()).isFalse();
    assertThat(result.radii()).startsWith(0.0, 0.125, 0.25).endsWith(0.625);
  }

  /** What a killed process leaves is a journal that ends anywhere. */
  @Test
  void aJournalThatIsCutAnywhereEndsAlike() throws IOException {
    Path whole = folder.resolve("whole.jsonl");
    SmoothResult expected = run(plan(1), whole, 2);
    byte[] bytes = Files.readAllBytes(whole);
    for (int part = 1; part < 10; part++) {
      Path cut = folder.resolve("cut" + part + ".jsonl");
      Files.write(cut, Arrays.copyOf(bytes, bytes.length * part / 10));
      assertThat(run(plan(1), cut, 1).images()).isEqualTo(expected.images());
    }
    assertThatThrownBy(() -> run(plan(2), whole, 1)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void whatCannotBeSmoothedIsRefused() {
    Smoothing whole = new Smoothing(NOISE, 20, 100, 0.999, 0);
    assertThatThrownBy(() -> new SmoothPlan(model(true), images(), whole, null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is randomised");
    ImageSet reals =
        ImageSet.of(new float[][] {{0.1f, 0, 0, 0}}, new int[] {0}, new ImageShape(1, 2, 2));
    assertThatThrownBy(() -> new SmoothPlan(model(false), reals, whole, null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no levels of 8 bits");
    Smoothing plain = new Smoothing(new GaussianNoise(0.25), 20, 100, 0.999, 0);
    assertThat(new SmoothPlan(model(false), reals, plain, 0.1).radius()).isEqualTo(0.1);
    assertThatThrownBy(() -> new SmoothPlan(model(false), reals, plain, -0.1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the radius is -0.1");
  }
}
