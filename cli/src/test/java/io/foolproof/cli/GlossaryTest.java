package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Texts that users read keep to the words of {@code docs/glossary.md}. */
class GlossaryTest {
  private static final Path ROOT = Path.of(System.getProperty("foolproof.root", ".."));
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern CONCATENATION = Pattern.compile("\"\\s*\\+\\s*\"");
  private static final Pattern COMMENT =
      Pattern.compile("/\\*.*?\\*/|(?m)^\\s*//.*$", Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("```.*?```|`[^`]*`", Pattern.DOTALL);

  /** A phrase that no text may have, as words. */
  private record Banned(String phrase, Pattern pattern) {
    static Banned of(String phrase) {
      String words = Pattern.quote(phrase).replace(" ", "\\E\\s+\\Q");
      return new Banned(
          phrase, Pattern.compile("(?<![\\w-])" + words + "(?![\\w-])", Pattern.CASE_INSENSITIVE));
    }
  }

  private static List<Banned> banned() throws IOException {
    List<Banned> banned = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/glossary.md"))) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 5 && !cells[3].contains("---") && !cells[3].strip().equals("not")) {
        Stream.of(cells[3].split(","))
            .map(String::strip)
            .filter(phrase -> !phrase.isEmpty())
            .map(Banned::of)
            .forEach(banned::add);
      }
    }
    return banned;
  }

  /** What users read of a file: the literals of code, the prose of documents and templates. */
  private static String text(Path file) throws IOException {
    String text = Files.readString(file);
    if (!file.toString().endsWith(".java")) {
      return CODE.matcher(text).replaceAll(" ");
    }
    String code = COMMENT.matcher(text).replaceAll(" ");
    Matcher literals = LITERAL.matcher(CONCATENATION.matcher(code).replaceAll(""));
    StringBuilder all = new StringBuilder();
    while (literals.find()) {
      all.append(literals.group(1)).append('\n');
    }
    return all.toString();
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(ROOT)) {
      all.filter(GlossaryTest::isReadByUsers).forEach(files::add);
    }
    return files;
  }

  private static boolean isReadByUsers(Path file) {
    String path = ROOT.relativize(file).toString().replace('\\', '/');
    boolean own = !path.contains("target/") && !path.startsWith(".") && !path.startsWith("bench/");
    boolean main = path.contains("/src/main/java/") && path.endsWith(".java");
    boolean template = path.endsWith(".jte");
    boolean document = path.endsWith(".md") && !path.equals("docs/glossary.md");
    return own && (main || template || document);
  }

  @Test
  void textsKeepToTheGlossary() throws IOException {
    List<String> found = new ArrayList<>();
    List<Banned> banned = banned();
    for (Path file : files()) {
      String text = text(file);
      for (Banned phrase : banned) {
        Matcher matcher = phrase.pattern().matcher(text);
        if (matcher.find()) {
          int from = Math.max(0, matcher.start() - 40);
          int to = Math.min(text.length(), matcher.end() + 40);
          String around = text.substring(from, to).replaceAll("\\s+", " ");
          found.add(ROOT.relativize(file) + ": '" + phrase.phrase() + "' in: " + around);
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void thePhrasesAreReadAndFound() throws IOException {
    assertThat(banned())
        .extracting(Banned::phrase)
        .contains("left standing", "no number", "to blame");
    Pattern pattern = Banned.of("left standing").pattern();
    assertThat(pattern.matcher("3 are Left\n standing.").find()).isTrue();
    assertThat(pattern.matcher("left-standing").find()).isFalse();
    assertThat(files().stream().map(p -> String.valueOf(p.getFileName()).toLowerCase(Locale.ROOT)))
        .contains("readme.md", "pgd.java", "wall.jte");
  }
}
