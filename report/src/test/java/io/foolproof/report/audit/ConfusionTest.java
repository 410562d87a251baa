package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Figures by class. */
class ConfusionTest {

  @Test
  void countsWhoWasFooledIntoWhat() {
    ImageSet data = dots(3, 0, 0, 0, 2, 2);
    List<SampleVerdict> samples =
        List.of(
            into(data, 0, 2),
            into(data, 1, 2),
            into(data, 2, 1),
            // A class of the model that the data has no name for.
            into(data, 3, 7),
            ExampleAudits.plain(data, 4, Verdict.UNKNOWN));
    Confusion confusion = Confusion.of(result(data, samples));
    assertThat(confusion.columns()).containsExactly("k1", "k2", "class 7");
    assertThat(confusion.rows()).containsExactly(row("k0", 1, 2, 0), row("k2", 0, 0, 1));
    assertThat(confusion.leftOut()).isZero();
  }

  @Test
  void ofManyClassesOnlyTheLargestAreShown() {
    int classes = Confusion.MOST_CLASSES + 5;
    // One sample of each class, and a second of the last.
    int[] labels = IntStream.rangeClosed(0, classes).map(i -> Math.min(i, classes - 1)).toArray();
    ImageSet data = dots(classes, labels);
    List<SampleVerdict> samples = new ArrayList<>();
    for (int place = 0; place < labels.length; place++) {
      samples.add(into(data, place, labels[place] == 0 ? 1 : 0));
    }
    Confusion confusion = Confusion.of(result(data, samples));
    assertThat(confusion.rows()).hasSize(Confusion.MOST_CLASSES);
    assertThat(confusion.rows().get(Confusion.MOST_CLASSES - 1).name()).isEqualTo("k24");
    assertThat(confusion.leftOut()).isEqualTo(5);
  }

  @Test
  void outcomeOfAClassCountsErrorsAsWrong() {
    ImageSet data = dots(2, 1, 1, 1, 1, 1);
    AuditResult result =
        result(
            data,
            List.of(
                into(data, 0, 0),
                ExampleAudits.plain(data, 1, Verdict.PROVED),
                ExampleAudits.plain(data, 2, Verdict.UNKNOWN),
                ExampleAudits.plain(data, 3, Verdict.MISCLASSIFIED),
                ExampleAudits.plain(data, 4, Verdict.ERROR)));
    assertThat(ClassOutcome.of(result))
        .containsExactly(
            new ClassOutcome(1, "k1", new Proportion(3, 5), new Proportion(2, 5), Double.NaN));
  }

  private static ImageSet dots(int classes, int... labels) {
    return ImageSet.ofPixels(
        "dots",
        new ImageShape(1, 1, 1),
        new float[labels.length],
        labels,
        IntStream.range(0, classes).mapToObj(i -> "k" + i).toList());
  }

  private static SampleVerdict into(ImageSet data, int place, int prediction) {
    return ExampleAudits.fooled(data, place, "pgd", new float[] {0.1f}, prediction);
  }

  private static AuditResult result(ImageSet data, List<SampleVerdict> samples) {
    return ExampleAudits.result("m", data, ExampleAudits.LINF, samples);
  }

  /** A row whose heat is relative to a largest count of 2. */
  private static Confusion.Row row(String name, int... counts) {
    return new Confusion.Row(
        name, IntStream.of(counts).mapToObj(n -> new Confusion.Cell(n, n / 2.0)).toList());
  }
}
