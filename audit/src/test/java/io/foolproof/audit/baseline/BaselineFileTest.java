package io.foolproof.audit.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.audit.Verdict;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineFileTest {
  private static final Baseline BASELINE =
      new Baseline(
          "net.onnx",
          "0123",
          "libtorch 1 (AVX2)",
          Map.of("seed", "0"),
          new TreeMap<>(
              Map.of(10L, Verdict.FOOLED, 9L, Verdict.UNKNOWN, 100L, Verdict.MISCLASSIFIED)));

  @TempDir Path folder;

  private Path written(String text) throws IOException {
    return Files.writeString(folder.resolve("base.json"), text);
  }

  private static String text() {
    return new String(BaselineFile.bytes(BASELINE), StandardCharsets.UTF_8);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    assertThat(BaselineFile.read(written(text()))).isEqualTo(BASELINE);
    Files.writeString(folder.resolve(BaselineFile.NAME), text());
    assertThat(BaselineFile.read(folder)).isEqualTo(BASELINE);
  }

  /**
   * A difference between two versions is as many lines as samples that changed, and the checksum.
   */
  @Test
  void aSampleIsALineInTheOrderOfIndices() {
    assertThat(text().lines().map(String::strip).filter(line -> line.matches("\"\\d+\".*")))
        .containsExactly(
            "\"9\" : \"unknown\",", "\"10\" : \"fooled\",", "\"100\" : \"misclassified\"");
  }

  @Test
  void whatWasEditedOrLostSamplesIsRefused() throws IOException {
    String edited = text().replace("\"10\" : \"fooled\"", "\"10\" : \"unknown\"");
    String shorter = text().replaceFirst("(?m)^.*\"10\".*\n", "");
    for (String changed :
        new String[] {edited, shorter, text().replace("net.onnx", "other.onnx")}) {
      assertThat(changed).isNotEqualTo(text());
      Path file = written(changed);
      assertThatThrownBy(() -> BaselineFile.read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("not as it was written");
    }
  }

  /** With the fields of today, or with others. */
  @Test
  void aLaterVersionIsCalledSo() throws IOException {
    String later = text().replace("foolproof baseline 1", "foolproof baseline 2");
    for (String text :
        new String[] {later, later.replaceFirst("\"samples\" : 3", "\"thresholds\" : [1]")}) {
      Path file = written(text);
      assertThatThrownBy(() -> BaselineFile.read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("'foolproof baseline 2', of a later version of Foolproof")
          .hasMessageContaining("freeze it again");
    }
    assertThat(later).contains("\"samples\" : 3");
  }

  /** Prints the bytes of a baseline. */
  static final class Bytes {
    private Bytes() {}

    public static void main(String[] arguments) throws IOException {
      System.out.write(BaselineFile.bytes(BASELINE));
      System.out.flush();
    }
  }

  /** Checksums as well: a baseline goes from one to the other by version control. */
  @Test
  void whereLinesEndInAnotherWayTheBytesAreTheSame() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dline.separator=\r\n",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Bytes.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String elsewhere = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(elsewhere).isEqualTo(text());
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path cut = written(text().substring(0, text().length() / 2));
    assertThatThrownBy(() -> BaselineFile.read(cut)).hasMessageContaining("cut short or edited");
    Path other = written("{\"format\": \"something\"}");
    assertThatThrownBy(() -> BaselineFile.read(other)).hasMessageContaining("is no baseline");
    for (String nothing :
        new String[] {
          "null",
          text().replace("\"foolproof baseline 1\"", "null"),
          text().replaceFirst("(?s)\"verdicts\" : \\{[^}]*}", "\"verdicts\" : null")
        }) {
      assertThat(nothing).contains("null");
      Path file = written(nothing);
      assertThatThrownBy(() -> BaselineFile.read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("is no baseline");
    }
    Path earlier = written(text().replace("foolproof baseline 1", "foolproof baseline 0"));
    assertThatThrownBy(() -> BaselineFile.read(earlier))
        .hasMessageContaining("freeze it again with this version");
    assertThatThrownBy(() -> BaselineFile.read(folder.resolve("none.json")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--freeze");
  }
}
