package org.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents show is in the files that are compiled and run here. */
class LibraryPageTest {
  private static final Path ROOT = Path.of(System.getProperty("foolproof.root"));
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern SERVICE = Pattern.compile("```\n(org\\.example\\..*)\n```");

  @ParameterizedTest
  @ValueSource(strings = {"docs/library.md", "README.md"})
  void everyProgramOnThePageIsOneOfTheExamples(String page) throws IOException {
    List<String> examples = sources();
    String text = Files.readString(ROOT.resolve(page));
    List<String> blocks = BLOCK.matcher(text).results().map(block -> block.group(1)).toList();
    assertThat(blocks).isNotEmpty();
    for (String block : blocks) {
      assertThat(examples).as(block).anyMatch(source -> source.contains(flat(block)));
    }
  }

  @Test
  void theProviderOnThePageIsTheOneThatIsFound() throws IOException {
    Matcher service = SERVICE.matcher(Files.readString(ROOT.resolve("docs/library.md")));
    assertThat(service.find()).isTrue();
    assertThat(
            ROOT.resolve(
                "examples/src/main/resources/META-INF/services/io.foolproof.attack.AttackProvider"))
        .hasContent(service.group(1));
  }

  /** All examples, without indentation, which a page may change. */
  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("examples/src/main/java"))) {
      return files
          .filter(Files::isRegularFile)
          .map(LibraryPageTest::read)
          .map(LibraryPageTest::flat)
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String flat(String text) {
    return text.replaceAll("(?m)^ +", "").strip();
  }
}
