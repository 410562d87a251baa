package io.foolproof.report.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.report.audit.ExampleAudits;
import io.foolproof.study.Computed;
import io.foolproof.study.StudyResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StudyReportTest {
  private static final int MOST_BYTES = 3_000_000;

  @TempDir Path folder;

  @Test
  void tellsTheWholeStoryInTwentyMinutes() throws IOException {
    String page = page(ExampleStudies.complete());
    for (int number = 1; number <= 20; number++) {
      assertThat(found("(<b>Figure " + number + "\\.</b>)", page)).hasSize(1);
      assertThat(found("(id=\"figure-" + number + "\")", page)).hasSize(1);
    }
    int words = words(page);
    assertThat(words).isBetween(2500, 3500);
    assertThat(Files.size(folder.resolve("index.html"))).isLessThan(MOST_BYTES);
    assertThat(text(page)).doesNotContain("NaN", "Infinity", "null", "Optional");
  }

  @Test
  void numbersAreThoseOfTheRecords() {
    String text = text(page(ExampleStudies.complete()));
    assertThat(text)
        .contains(
            "a number of 237 decimal digits",
            "131,466 weights and learned from 50,000 images",
            "it classifies 98.6 % correctly (95 % interval: 98.4 to 98.8 %)",
            "10−231.3",
            "99.4 % are fooled by changes of at most 0.1 in a pixel",
            "of those made for the camera, whose gradients are means over many simulated",
            "31 follow gradients, 9 need scores and 11 labels alone");
  }

  @Test
  void theScriptOfThePageAndNoOtherMayRun() throws Exception {
    String page = page(ExampleStudies.complete());
    List<String> scripts = found("<script>(.*?)</script>", page);
    assertThat(scripts).hasSize(1);
    byte[] script = scripts.get(0).getBytes(StandardCharsets.UTF_8);
    String hash =
        Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(script));
    assertThat(found("Content-Security-Policy\" content=\"([^\"]*)\"", page.replace("&#39;", "'")))
        .singleElement()
        .asString()
        .endsWith("; script-src 'sha256-" + hash + "'");
    assertThat(found("(?:src|href)=\"(https?:[^\"]*)\"", page)).isEmpty();
    assertThat(found(" (on[a-z]+)=", page)).isEmpty();
  }

  static Stream<Integer> figures() {
    return IntStream.rangeClosed(1, 20).boxed();
  }

  @ParameterizedTest
  @MethodSource("figures")
  void aFigureThatIsMissingSaysWhy(int number) {
    StudyResult all = ExampleStudies.complete();
    String computed = text(page(ExampleStudies.without(all, number, "")));
    assertThat(computed)
        .contains("not computed yet; --only " + number + " computes it.")
        .doesNotContain("Figure " + number + ". ");
    String unfit = text(page(ExampleStudies.without(all, number, "images have 3 channels")));
    assertThat(unfit).contains("left out: images have 3 channels.");
  }

  @Test
  void aModelThatIsNeverFooledChangesTheSentences() {
    String text = text(page(ExampleStudies.neverFooled()));
    assertThat(text)
        .contains(
            "following its gradient fooled it not once",
            "it still says",
            "none was fooled by changes",
            "it was no no-brainer at all",
            "having the camera in mind did not help",
            "averaging did not help the attacker",
            "One defense seems to be there",
            "next to whose guesses this attack found none that is bad")
        .doesNotContain("You would not.", "A no-brainer, as the seed has it", "not a wall");
  }

  @Test
  void nothingSpeaksOfDigitsWhereThereAreNone() {
    String page = page(ExampleStudies.clothes());
    String prose =
        page.replaceAll("(?s)<(script|style|pre|q|dl)\\b.*?</\\1>", " ")
            .toLowerCase(Locale.ROOT)
            .replace("decimal digit", "");
    assertThat(found("(.{0,60}digit.{0,40})", prose)).isEmpty();
    assertThat(text(page)).contains("Ankle boot");
    assertThat(text(page(ExampleStudies.complete()))).contains("sees a digit", "99.4 % are fooled");
  }

  @Test
  void everyDrawingIsAFileThatABrowserReads() throws Exception {
    String page = page(ExampleStudies.complete());
    List<String> files = found("href=\"(figure-[0-9-]+\\.svg)\"", page);
    assertThat(files).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    for (String file : files) {
      var document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(folder.resolve(file).toFile());
      assertThat(document.getDocumentElement().getNamespaceURI()).as(file).isNull();
      assertThat(document.getDocumentElement().getAttribute("xmlns"))
          .as(file)
          .isEqualTo("http://www.w3.org/2000/svg");
      assertThat(document.getElementsByTagName("style").getLength()).as(file).isEqualTo(1);
    }
  }

  @Test
  void everyPictureHasAText() {
    String page = page(ExampleStudies.complete());
    assertThat(found("(<img(?![^>]*alt=\"[^\"]{5})[^>]{0,40})", page)).isEmpty();
    assertThat(found("aria-label=\"([^\"]{0,7})\"", page)).isEmpty();
  }

  @Test
  void linksWithinThePageLeadSomewhere() {
    StudyResult all = ExampleStudies.complete();
    List<Integer> numbers =
        all.figures().stream().map(Computed::figure).map(figure -> figure.number()).toList();
    assertThat(numbers).hasSize(20);
    String page = page(all);
    assertThat(found(" id=\"([^\"]+)\"", page)).containsAll(found("href=\"#([^\"]+)\"", page));
  }

  private String page(StudyResult result) {
    ExampleStudies.write(result, ExampleAudits.CONTEXT, folder);
    try {
      return Files.readString(folder.resolve("index.html"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of paragraphs, headings, lists and captions of figures; not of tables, folds and charts. */
  private static int words(String page) {
    String main =
        page.substring(page.indexOf("<header>"), page.indexOf("id=\"references\""))
            .replaceAll("(?s)<(table|details|math)\\b.*?</\\1>", " ")
            .replaceAll("(?s)<ul class=\"(bars|legend)\">.*?</ul>", " ")
            .replaceAll("(?s)<a class=\"cite\".*?</a>", " ");
    String prose =
        String.join(
            " ",
            found(
                "<(?:p|h\\d|li)>(.*?)</(?:p|h\\d|li)>|<figcaption>(<b>Figure.*?)</figcaption>",
                main));
    return text(prose).split(" ", -1).length;
  }

  private static String text(String html) {
    return html.replaceAll("(?s)<(style|script)\\b.*?</\\1>", " ")
        .replaceAll("<[^>]*>", "")
        .replace("&#39;", "'")
        .replace('\u00a0', ' ')
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static List<String> found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
    List<String> all = new ArrayList<>();
    while (matcher.find()) {
      all.add(matcher.group(matcher.group(1) == null ? 2 : 1));
    }
    return all;
  }
}
