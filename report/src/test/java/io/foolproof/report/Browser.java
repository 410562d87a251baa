package io.foolproof.report;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Chromium without a window, of which a page can ask for a width, a colour scheme or paper. */
final class Browser implements AutoCloseable {
  private static final int HEIGHT = 900;

  /** Held, or its level would be forgotten: it warns that it does not know the newest Chromium. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts it. Where there is none, the test is skipped, but for CI, where it fails.
   *
   * @param profile an empty folder for what it stores
   */
  static Browser start(Path profile) {
    Optional<Path> browser = find("chromium", "chromium-browser", "google-chrome");
    Optional<Path> chromedriver = find("chromedriver");
    if (browser.isEmpty() || chromedriver.isEmpty()) {
      String missing =
          "The pages are not looked at: chromium and chromedriver are not both on the path. On"
              + " Debian, apt-get install chromium chromium-driver.";
      if (Boolean.parseBoolean(System.getenv("CI"))) {
        fail(missing);
      }
      abort(missing);
    }
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.orElseThrow().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--user-data-dir=" + profile);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.orElseThrow().toFile())
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static Optional<Path> find(String... names) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(names)
        .flatMap(
            name ->
                Stream.of(path.split(File.pathSeparator))
                    .map(Path::of)
                    .map(folder -> folder.resolve(name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Shows a page on a screen of this width, in the light or the dark scheme. */
  void show(Path page, int width, String scheme) {
    view("screen", width, scheme);
    driver.get(page.toUri().toString());
  }

  /** Shows a page as it is laid out on paper of this width. */
  void showOnPaper(Path page, int width) {
    view("print", width, "light");
    driver.get(page.toUri().toString());
  }

  private void view(String media, int width, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            media,
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Defines functions in the page. */
  void load(String script) {
    driver.executeScript(script);
  }

  /** What a function of the page returns: a list of what is wrong, each in a few words. */
  List<String> wrong(String call) {
    Object found =
        driver.executeAsyncScript(
            "const done = arguments[0]; Promise.resolve(" + call + ").then(done);");
    return ((List<?>) Objects.requireNonNull(found, call)).stream().map(String::valueOf).toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
