package io.foolproof.report.ci;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** SARIF 2.1.0 (OASIS 2020): what code hosts show beside the code. */
final class Sarif {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  private static final String ATLAS = "MITRE ATLAS";

  private Sarif() {}

  /** The document, as values that a JSON writer takes. */
  static Map<String, Object> of(CiReport report) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("tool", Map.of("driver", driver(report)));
    run.put("taxonomies", List.of(atlas()));
    run.put("results", report.failures().stream().map(f -> result(report, f)).toList());
    Map<String, Object> sarif = new LinkedHashMap<>();
    sarif.put("$schema", SCHEMA);
    sarif.put("version", "2.1.0");
    sarif.put("runs", List.of(run));
    return sarif;
  }

  private static Map<String, Object> driver(CiReport report) {
    Map<String, Object> driver = new LinkedHashMap<>();
    driver.put("name", "Foolproof");
    driver.put("version", report.version());
    driver.put("supportedTaxonomies", List.of(Map.of("name", ATLAS)));
    driver.put(
        "rules",
        Arrays.stream(Rule.values())
            .map(rule -> ordered("id", rule.id(), "shortDescription", Map.of("text", rule.title())))
            .toList());
    return driver;
  }

  private static Map<String, Object> atlas() {
    return ordered(
        "name",
        ATLAS,
        "organization",
        "MITRE",
        "shortDescription",
        Map.of("text", "Adversarial Threat Landscape for Artificial-Intelligence Systems"),
        "taxa",
        Arrays.stream(Technique.values())
            .map(
                technique ->
                    ordered(
                        "id",
                        technique.id(),
                        "shortDescription",
                        Map.of("text", technique.title())))
            .toList());
  }

  private static Map<String, Object> result(CiReport report, Failure failure) {
    List<Map<String, Object>> taxa = new ArrayList<>();
    for (Technique technique : report.techniques()) {
      taxa.add(ordered("id", technique.id(), "toolComponent", Map.of("name", ATLAS)));
    }
    Map<String, Object> result =
        ordered(
            "ruleId",
            failure.rule().id(),
            "level",
            failure.failsBuild() ? "error" : "warning",
            "message",
            Map.of("text", failure.message()));
    result.put(
        "locations",
        List.of(
            Map.of(
                "physicalLocation",
                Map.of(
                    "artifactLocation",
                    ordered("uri", uri(report.model()), "uriBaseId", "SRCROOT")))));
    result.put("partialFingerprints", Map.of("foolproof/v1", failure.fingerprint(report.model())));
    if (!taxa.isEmpty()) {
      result.put("taxa", taxa);
    }
    return result;
  }

  /** A path as a relative reference: what has a meaning in references is escaped. */
  private static String uri(String path) {
    try {
      return new URI(null, null, path, null).getRawPath();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(path, e);
    }
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
