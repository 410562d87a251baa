package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnJarsTest {
  private static final String AND = File.pathSeparator;

  @TempDir Path folder;

  @Test
  void whatExistsIsTakenAsJavaTakesIt() throws IOException {
    Path jar = Files.createFile(folder.resolve("a b.jar"));
    for (String path :
        new String[] {"", AND, jar.toString(), folder + "/*", folder + AND + jar + AND, "*"}) {
      assertThat(OwnJars.problem(path)).as(path).isEmpty();
    }
  }

  @Test
  void theFirstThatIsMissingIsNamed() {
    assertThat(OwnJars.problem(folder + AND + "none.jar" + AND + "other.jar"))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .startsWith("FOOLPROOF_CLASSPATH names none.jar, which does not exist: give"));
    assertThat(OwnJars.problem(folder.resolve("none") + "/*")).isPresent();
    assertThat(OwnJars.problem("\0")).isPresent();
  }

  @Test
  void theProgramRefusesItInOneLine() throws IOException, InterruptedException {
    Program.Run program = Program.run(folder, Map.of(OwnJars.VARIABLE, "none.jar"), "--version");
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).startsWith("foolproof: FOOLPROOF_CLASSPATH names none.jar");
    assertThat(program.err()).hasLineCount(1);
  }
}
