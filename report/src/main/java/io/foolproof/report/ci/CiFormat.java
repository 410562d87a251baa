package io.foolproof.report.ci;

import io.foolproof.report.OutputFolder;
import io.foolproof.tensor.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The formats of build servers and code hosts: the catalogue. */
public enum CiFormat {
  /** SARIF 2.1.0. */
  SARIF("audit.sarif") {
    @Override
    String text(CiReport report) {
      return json(Sarif.of(report));
    }
  },
  /** JUnit's XML. */
  JUNIT("junit.xml") {
    @Override
    String text(CiReport report) {
      return JUnitXml.of(report);
    }
  },
  /** Annotations and a summary of GitHub Actions. */
  GITHUB("github.txt") {
    @Override
    String text(CiReport report) {
      return report.failures().stream()
          .map(failure -> annotation(report.model(), failure))
          .collect(Collectors.joining());
    }
  },
  /** GitLab's Code Quality. */
  GITLAB("gl-code-quality-report.json") {
    @Override
    String text(CiReport report) {
      return json(report.failures().stream().map(f -> quality(report.model(), f)).toList());
    }
  },
  /** A summary to read. */
  MARKDOWN("summary.md") {
    @Override
    String text(CiReport report) {
      return Markdown.of(report);
    }
  };

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final String file;

  CiFormat(String file) {
    this.file = file;
  }

  abstract String text(CiReport report);

  /** The name of its file. */
  public String file() {
    return file;
  }

  /**
   * Formats by their names.
   *
   * @param list such as {@code sarif,junit}
   * @throws InvalidInputException where one does not exist
   */
  public static Set<CiFormat> parse(String list) {
    Set<CiFormat> formats = new LinkedHashSet<>();
    for (String name : list.split(",", -1)) {
      formats.add(
          Arrays.stream(values())
              .filter(format -> format.id().equals(name.strip().toLowerCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "there is no format '%s': give some of %s".formatted(name, names()))));
    }
    return formats;
  }

  private String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All names. */
  public static String names() {
    return Arrays.stream(values()).map(CiFormat::id).collect(Collectors.joining(", "));
  }

  /**
   * Writes the file of this format.
   *
   * @throws InvalidInputException if it cannot be written
   */
  public void write(CiReport report, OutputFolder folder) {
    folder.write(file, text(report).getBytes(StandardCharsets.UTF_8));
  }

  /** The annotations of GitHub Actions, a workflow command a line, to print. */
  public static String annotations(CiReport report) {
    return GITHUB.text(report);
  }

  /** The summary of a job of GitHub Actions. */
  public static String summary(CiReport report) {
    return MARKDOWN.text(report);
  }

  private static String annotation(String model, Failure failure) {
    return "::%s file=%s,title=%s::%s\n"
        .formatted(
            failure.failsBuild() ? "error" : "warning",
            property(model),
            property(failure.rule().title()),
            data(failure.message()));
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }

  private static Map<String, Object> quality(String model, Failure failure) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("description", failure.message());
    entry.put("check_name", failure.rule().id());
    entry.put("fingerprint", failure.fingerprint(model));
    entry.put("severity", failure.failsBuild() ? "critical" : "minor");
    entry.put("location", Map.of("path", model, "lines", Map.of("begin", 1)));
    return entry;
  }

  private static String json(Object content) {
    return JSON.writeValueAsString(content).replace("\r\n", "\n") + "\n";
  }
}
