package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What programs import to have one version of all modules. */
class BomTest {
  /** Nobody depends on these: they are run, or are the list itself. */
  private static final Set<String> NO_LIBRARIES =
      Set.of("maven-plugin", "examples", "bench", "bom");

  private static List<String> found(String file, String pattern) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(Path.of("..", file)))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  @Test
  void everyLibraryIsInTheList() throws IOException {
    Set<String> modules =
        found("pom.xml", "<module>(.*?)</module>").stream()
            .filter(module -> !NO_LIBRARIES.contains(module) && !module.equals("dist"))
            .map(module -> "foolproof-" + module.replace('/', '-'))
            .collect(Collectors.toSet());
    assertThat(modules).contains("foolproof-audit", "foolproof-natives-linux-x86_64");
    assertThat(found("bom/pom.xml", "<artifactId>([\\w-]+)</artifactId><version>"))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(modules);
  }
}
