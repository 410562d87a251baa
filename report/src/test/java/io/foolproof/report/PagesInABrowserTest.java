package io.foolproof.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Pages of every kind as readers see them: on phones and screens, in the dark, and on paper. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class PagesInABrowserTest {
  private static final List<String> PAGES = ExamplePages.NAMES;
  private static final int PHONE = 400;
  private static final int TABLET = 820;
  private static final int SCREEN = 1280;

  /** The width between the margins of A4, at 96 pixels an inch. */
  private static final int PAPER = 680;

  private final String looks = resource("/io/foolproof/report/looks.js");
  private final String axe = resource("/axe.min.js");
  private Browser browser;
  private Path pages;

  @BeforeAll
  void start(@TempDir Path folder) {
    pages = folder;
    browser = Browser.start(folder.resolve("profile"));
    PAGES.forEach(name -> ExamplePages.write(name, folder.resolve(name)));
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @ParameterizedTest
  @FieldSource("PAGES")
  void fitsEveryScreenAndItsChartsCanBeRead(String name) {
    for (int width : new int[] {PHONE, TABLET, SCREEN}) {
      show(name, width, "light");
      assertThat(browser.wrong("looks.cut()")).as("at %d pixels", width).isEmpty();
      assertThat(browser.wrong("looks.charts()")).as("at %d pixels", width).isEmpty();
    }
  }

  @ParameterizedTest
  @FieldSource("PAGES")
  void axeFindsNothingInEitherScheme(String name) {
    for (String scheme : List.of("light", "dark")) {
      show(name, PHONE, scheme);
      browser.load(axe);
      assertThat(browser.wrong("looks.scheme(" + scheme.equals("dark") + ")")).isEmpty();
      assertThat(browser.wrong("looks.accessibility()")).as(scheme).isEmpty();
    }
  }

  @ParameterizedTest
  @FieldSource("PAGES")
  void nameContentsAndPicturesAreInOrder(String name) throws IOException {
    show(name, PHONE, "light");
    assertThat(browser.wrong("looks.brand()")).isEmpty();
    assertThat(browser.wrong("looks.contents()")).isEmpty();
    if (name.equals("study")) {
      // Its pictures are described otherwise, as a test of its own says.
      assertThat(links(page(name))).hasSizeGreaterThan(50).allMatch(Files::exists);
      return;
    }
    assertThat(browser.wrong("looks.pictures()")).isEmpty();
    assertThat(links(page(name)))
        .hasSize(name.equals("hull-outside") ? 3 : 2)
        .allMatch(Files::exists);
  }

  @ParameterizedTest
  @FieldSource("PAGES")
  void fitsOnPaperWithMargins(String name) {
    browser.showOnPaper(page(name), PAPER);
    browser.load(looks);
    assertThat(browser.wrong("looks.margins()")).isEmpty();
    assertThat(browser.wrong("looks.cut()")).isEmpty();
    assertThat(browser.wrong("looks.charts()")).isEmpty();
  }

  private void show(String name, int width, String scheme) {
    browser.show(page(name), width, scheme);
    browser.load(looks);
  }

  private Path page(String name) {
    return pages.resolve(name).resolve("index.html");
  }

  /** The files that a page links to. */
  private static List<Path> links(Path page) throws IOException {
    return Pattern.compile("href=\"(?!data:)([^#\"]+)\"")
        .matcher(Files.readString(page))
        .results()
        .map(match -> page.resolveSibling(match.group(1)))
        .distinct()
        .toList();
  }

  private static String resource(String name) {
    try (InputStream in = PagesInABrowserTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
