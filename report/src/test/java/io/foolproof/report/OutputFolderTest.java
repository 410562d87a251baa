package io.foolproof.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {
  private static final byte[] OURS = "ours".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private OutputFolder output;

  @BeforeEach
  void writeTwoFiles() {
    output = new OutputFolder(folder);
    output.write("index.html", OURS);
    output.write("png/1.png", OURS);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  @Test
  void whatAnEarlierRunWroteIsRemoved() throws IOException {
    assertThat(files()).containsExactly(".foolproof-files", "index.html", "png/1.png");
    output.removeFormer();
    assertThat(folder).isEmptyDirectory();
    output.removeFormer();
  }

  @Test
  void whatTheProgramDidNotWriteIsLeftAlone() throws IOException {
    Path outside = Files.writeString(folder.resolveSibling("outside.txt"), "ours");
    Files.writeString(folder.resolve("notes.txt"), "mine");
    Files.writeString(folder.resolve("png/2.png"), "mine");
    // Someone's own comments on the report.
    Files.writeString(folder.resolve("index.html"), "ours, and a remark");
    String record = Files.readString(folder.resolve(".foolproof-files"));
    String hash = record.substring(0, 64);
    Files.writeString(
        folder.resolve(".foolproof-files"),
        record
            + hash
            + "  ../outside.txt\n"
            + hash
            + "  gone.txt\nno record\n"
            + hash.substring(9));
    output.removeFormer();
    assertThat(files()).containsExactly("index.html", "notes.txt", "png/2.png");
    assertThat(outside).exists();
    Files.delete(outside);
  }

  /**
   * A run that writes a file twice knows both contents: which is there depends on when it ended.
   */
  @Test
  void aFileThatWasReplacedIsStillOurs() throws IOException {
    output.write("index.html", "ours, newer".getBytes(StandardCharsets.UTF_8));
    output.removeFormer();
    assertThat(files()).isEmpty();
  }

  @Test
  void whatCannotBeWrittenWholeLeavesWhatWasThere() throws IOException {
    assertThatThrownBy(
            () ->
                output.write(
                    "index.html",
                    file -> {
                      Files.writeString(file, "hal");
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("disk full");
    assertThat(folder.resolve("index.html")).hasContent("ours");
    assertThat(files()).containsExactly(".foolproof-files", "index.html", "png/1.png");
  }

  @Test
  void whatIsNotWrittenAgainIsRemovedOnceAllIsWritten() throws IOException {
    assertThatThrownBy(
            () ->
                output.replaceFormer(
                    () -> {
                      output.write("index.html", "newer".getBytes(StandardCharsets.UTF_8));
                      throw new InvalidInputException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(files()).containsExactly(".foolproof-files", "index.html", "png/1.png");
    output.replaceFormer(
        () -> {
          assertThat(folder.resolve("png/1.png")).exists();
          output.write("index.html", "newest".getBytes(StandardCharsets.UTF_8));
        });
    assertThat(files()).containsExactly(".foolproof-files", "index.html");
    assertThat(folder.resolve("index.html")).hasContent("newest");
    output.removeFormer();
    assertThat(folder).isEmptyDirectory();
  }
}
