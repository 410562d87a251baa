package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditReportTest {
  private static final ImageSet DIGITS = GeneratedDigits.standard().test(60);

  private final Path temporary;

  AuditReportTest(@TempDir Path temporary) {
    this.temporary = temporary;
  }

  @Test
  void writesFourFilesAndARecordOfThem() throws IOException {
    Path folder = temporary.resolve("a/b");
    AuditReport.write(example(), ExampleAudits.CONTEXT, folder);
    assertThat(names(folder))
        .containsExactly(
            ".foolproof-files", "index.html", "report.json", "samples.csv", "verdicts.json");
  }

  @Test
  void sameResultGivesSameBytesInAnyLocale() throws IOException {
    Path one = temporary.resolve("one");
    Path other = temporary.resolve("other");
    AuditReport.write(example(), ExampleAudits.CONTEXT, one);
    Locale before = Locale.getDefault();
    try {
      // Arabic as written in Egypt has digits, points and groups of its own.
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      AuditReport.write(example(), ExampleAudits.CONTEXT, other);
    } finally {
      Locale.setDefault(before);
    }
    for (String name : names(one)) {
      assertThat(other.resolve(name)).hasSameBinaryContentAs(one.resolve(name));
    }
  }

  @Test
  void replacesAnEarlierReport() throws IOException {
    Files.writeString(temporary.resolve("report.json"), "old");
    AuditReport.write(example(), ExampleAudits.CONTEXT, temporary);
    assertThat(temporary.resolve("report.json")).content().startsWith("{");
  }

  @Test
  void folderThatIsAFileIsRefusedByName() throws IOException {
    Path file = Files.writeString(temporary.resolve("taken"), "");
    assertThatThrownBy(() -> AuditReport.checkWritable(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("expected a folder");
    assertThatThrownBy(() -> AuditReport.write(example(), ExampleAudits.CONTEXT, file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void whatCannotBeReplacedLeavesNoTemporaryFile() throws IOException {
    Files.createDirectories(temporary.resolve("samples.csv/in-the-way"));
    assertThatThrownBy(() -> AuditReport.write(example(), ExampleAudits.CONTEXT, temporary))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("samples.csv");
    assertThat(names(temporary)).containsExactly(".foolproof-files", "samples.csv");
  }

  @Test
  void checkCreatesTheFolderAndLeavesItEmpty() throws IOException {
    Path folder = temporary.resolve("new/folder");
    AuditReport.checkWritable(folder);
    assertThat(names(folder)).isEmpty();
  }

  @Test
  void verdictsThatDoNotMatchTheImagesAreRefused() {
    AuditResult result = example();
    AuditResult broken =
        new AuditResult(
            result.subject(),
            result.threat(),
            result.seed(),
            DIGITS.range(0, 59),
            result.samples(),
            result.attacks(),
            result.curve(),
            result.diagnostics(),
            result.randomness(),
            result.replayedBy(),
            null,
            null);
    assertThatThrownBy(() -> AuditReport.write(broken, ExampleAudits.CONTEXT, temporary))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("60 verdicts for 59 samples");
  }

  private static AuditResult example() {
    return ExampleAudits.mostlyFooled("model.onnx", DIGITS, ThreatModel.untargeted(Norm.LINF, 0.3));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
