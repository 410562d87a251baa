package io.foolproof.physical.sheet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrintRunTest {
  @TempDir Path folder;

  @Test
  void aFileIsReadAsItWasWritten() throws IOException {
    PrintRun run = ExampleRuns.digits(Paper.LETTER, 50);
    PrintRun read = PrintRun.read(written(run.json()));
    assertThat(read.json()).isEqualTo(run.json());
    assertThat(read.id()).isEqualTo(run.id());
    assertThat(read.pages()).isEqualTo(2);
    assertThat(read.page(2)).hasSize(1);
    assertThat(read.cells().get(49).levels()).isEqualTo(run.cells().get(49).levels());
  }

  @Test
  void everyRunHasItsOwnName() {
    assertThat(ExampleRuns.digits(Paper.A4, 5).id())
        .isNotEqualTo(ExampleRuns.digits(Paper.A4, 6).id())
        .isNotEqualTo(ExampleRuns.digits(Paper.LETTER, 5).id())
        .matches("[0-9A-F]{10}");
  }

  @Test
  void whatWasChangedIsRefused() throws IOException {
    String json = ExampleRuns.digits(Paper.A4, 5).json();
    assertRefused(json.replace("\"label\" : 3", "\"label\" : 4"), "was damaged or changed");
    assertRefused(json.replace("\"label\" : 3", "\"label\" : -3"), "was damaged or changed");
    assertRefused(
        json.replace("\"version\" : 1", "\"version\" : 2"), "is of version 2, expected 1");
    assertRefused(json.substring(0, 300), "not JSON");
    assertRefused("{}", "no run file, expected the one that 'foolproof print' wrote");
    assertThatThrownBy(() -> PrintRun.read(folder.resolve("missing")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no such file");
  }

  private void assertRefused(String json, String message) throws IOException {
    Path file = written(json);
    assertThatThrownBy(() -> PrintRun.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  private Path written(String json) throws IOException {
    return Files.writeString(folder.resolve("run.json"), json);
  }

  @Test
  void aCodeSaysVersionRunAndPage() {
    SheetCode code = new SheetCode(1, "0123ABCDEF", 7);
    assertThat(code.toString()).isEqualTo("F1-0123ABCDEF-07");
    assertThat(SheetCode.parse(code.toString())).contains(code);
    assertThat(SheetCode.parse("https://example.org")).isEmpty();
  }
}
