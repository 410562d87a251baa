package io.foolproof.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that audits. */
class AuditProcessTest {
  @TempDir Path folder;

  private AuditProcess process(List<String> jvmOptions) {
    List<File> libraries =
        Stream.of(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"))
                    .split(File.pathSeparator, -1))
            .map(File::new)
            .toList();
    return new AuditProcess(
        libraries, folder.resolve("natives").toFile(), folder.toFile(), jvmOptions);
  }

  private AuditProcess.Ending run(List<String> jvmOptions, String... arguments)
      throws MojoExecutionException {
    return process(jvmOptions)
        .run(List.of(arguments), folder.resolve("a folder").toFile(), new SystemStreamLog());
  }

  @Test
  void whatTheProgramRefusesIsSaidInItsOwnLine() throws MojoExecutionException {
    AuditProcess.Ending ending =
        run(List.of(), "--data=digits", folder.resolve("no \"such\" model.onnx").toString());
    assertThat(ending.code()).isEqualTo(2);
    assertThat(ending.line()).contains("no \"such\" model.onnx").doesNotContain("foolproof:");
  }

  @Test
  void aProcessThatDiesIsNoEndOfMaven() throws MojoExecutionException {
    AuditProcess.Ending ending = run(List.of("-XX:NoSuchOption=1"), "--data=digits");
    assertThat(ending.code()).as("no failed gate").isEqualTo(3);
    assertThat(ending.line()).contains("ended with code 1 and gave no reason");
  }

  @Test
  void aWordThatTheFileOfArgumentsCannotHoldIsRefused() {
    for (String word : List.of("", "# comment", "two\nlines")) {
      assertThatThrownBy(() -> run(List.of(), word))
          .isInstanceOf(MojoExecutionException.class)
          .hasMessageContaining("cannot be handed to the audit");
    }
  }
}
