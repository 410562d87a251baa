package io.foolproof.audit.hull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.audit.Progress;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.journal.OtherProcess;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.geometry.Space;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of two pixels, whose hull is a triangle with its right angle at (0, 0). */
class HullStudyTest {
  private static final ImageSet TRIANGLE =
      images("triangle", new int[] {0, 1, 1}, 0, 0, 255, 0, 0, 255);
  private static final ImageSet QUERIES = images("queries", new int[] {0, 1}, 51, 51, 255, 255);

  @TempDir Path folder;

  private static ImageSet images(String name, int[] labels, int... levels) {
    byte[] bytes = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      bytes[i] = (byte) levels[i];
    }
    return ImageSet.ofLevels(name, new ImageShape(1, 1, 2), bytes, labels, List.of("low", "high"));
  }

  private HullResult run(HullPlan plan, Progress progress) {
    try (Workers workers = new Workers(2)) {
      return HullStudy.run(plan, HullJournals.in(folder), workers, progress);
    }
  }

  private static HullPlan plan(ImageSet queries) {
    return new HullPlan(TRIANGLE, queries, new Space.Pixels());
  }

  @Test
  void aTriangleInClosedForm() {
    HullResult result = run(plan(QUERIES), Progress.none());
    assertThat(result.rejected()).isEmpty();
    assertThat(result.inside()).isEqualTo(new Proportion(1, 2));
    assertThat(result.separated()).isZero();
    HullFinding inside = result.findings().get(0);
    assertThat(inside.inside()).isTrue();
    assertThat(inside.distance()).isZero();
    assertThat(inside.neighbourDistance()).isCloseTo(Math.sqrt(2) / 5, within(1e-9));
    HullFinding outside = result.findings().get(1);
    assertThat(outside.inside()).isFalse();
    assertThat(outside.exact()).isTrue();
    assertThat(outside.distance()).isCloseTo(Math.sqrt(2) / 2, within(1e-9));
    assertThat(outside.nearest().points()).containsExactlyInAnyOrder(1, 2);
    assertThat(outside.nearest().weights()).containsExactly(new double[] {0.5, 0.5}, within(1e-9));
    assertThat(outside.neighbourDistance()).isCloseTo(1, within(1e-9));
    assertThat(result.votedRight()).isEqualTo(new Proportion(2, 2));
    assertThat(result.ownClassNearest()).isEqualTo(new Proportion(2, 2));
  }

  @Test
  void aStudyThatWasCutAnywhereEndsTheSame() throws IOException {
    HullResult whole = run(plan(QUERIES), Progress.none());
    Path journal = folder.resolve("journal.jsonl");
    byte[] bytes = Files.readAllBytes(journal);
    List<Integer> cuts = List.of(0, 10, bytes.length / 2, bytes.length - 1, bytes.length);
    for (int cut : cuts) {
      Files.write(journal, Arrays.copyOf(bytes, cut));
      HullResult resumed = run(plan(QUERIES), Progress.none());
      assertThat(resumed.findings())
          .as("cut at %d", cut)
          .usingRecursiveComparison()
          .isEqualTo(whole.findings());
    }
  }

  @Test
  void whatIsInTheJournalIsNotDoneAgain() {
    run(plan(QUERIES), Progress.none());
    List<String> stages = new ArrayList<>();
    run(plan(QUERIES), atEachStage(stages::add));
    assertThat(stages).isEmpty();
  }

  private static Progress atEachStage(Consumer<String> listener) {
    return new Progress() {
      @Override
      public void begin(String stage, int total) {
        listener.accept(stage);
      }

      @Override
      public void advance(int samples) {}

      @Override
      public void end() {}
    };
  }

  /** Nobody drops what a study writes in its later stages. */
  @Test
  void aStudyHoldsItsFolderToTheEnd() {
    List<String> said = new ArrayList<>();
    Path journal = folder.resolve("journal.jsonl");
    run(plan(QUERIES), atEachStage(stage -> said.add(openedElsewhere(journal))));
    assertThat(said)
        .hasSizeGreaterThan(1)
        .allSatisfy(answer -> assertThat(answer).contains("is writing here"));
    assertThat(openedElsewhere(journal)).startsWith("opened");
  }

  private static String openedElsewhere(Path journal) {
    try {
      return OtherProcess.opens(journal, Map.of("format", "test"), true);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theJournalOfAnotherStudyIsRefused() {
    run(plan(QUERIES), Progress.none());
    HullPlan other = new HullPlan(TRIANGLE, QUERIES, new Space.Pca(2));
    assertThatThrownBy(() -> run(other, Progress.none()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("holds another hull study (space was pixels, now pca:2)");
  }

  @Test
  void imagesThatDoNotFitAreRefused() {
    ImageSet none = TRIANGLE.select(new int[0]);
    assertThatThrownBy(() -> new HullPlan(none, QUERIES, new Space.Pixels()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected at least 1 to span a hull");
    ImageSet wide =
        ImageSet.ofLevels("wide", new ImageShape(1, 1, 3), new byte[3], new int[1], List.of("low"));
    assertThatThrownBy(() -> plan(wide))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("wide: images of shape [1, 1, 3], but triangle");
    ImageSet reals =
        ImageSet.ofPixels(
            "reals", new ImageShape(1, 1, 2), new float[] {0.3f, 0.3f}, new int[1], List.of("low"));
    assertThatThrownBy(() -> plan(reals))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("reals: real-valued pixels, but triangle");
  }
}
