package io.foolproof.report.evidence;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.foolproof.report.audit.JsonReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A bill of materials of the model, CycloneDX 1.6 (ECMA-424), with the audit's figures as
 * performance metrics of its model card. It is made of the report and the plan alone, so that it
 * can be made once more and compared.
 */
record MlBom(
    String bomFormat,
    String specVersion,
    int version,
    Metadata metadata,
    List<Component> components) {

  record Metadata(String timestamp, Tools tools, Component component) {}

  record Tools(List<Component> components) {}

  record Component(
      String type,
      @JsonProperty("bom-ref") @Nullable String ref,
      String name,
      @Nullable String version,
      @Nullable List<Hash> hashes,
      @Nullable ModelCard modelCard,
      @Nullable List<Data> data) {}

  record Hash(String alg, String content) {}

  record ModelCard(
      ModelParameters modelParameters,
      Analysis quantitativeAnalysis,
      Considerations considerations,
      List<Property> properties) {}

  record ModelParameters(String task, List<Ref> datasets) {}

  record Ref(String ref) {}

  record Analysis(List<Metric> performanceMetrics) {}

  record Metric(String type, String value, String slice, Interval confidenceInterval) {}

  record Interval(String lowerBound, String upperBound) {}

  record Considerations(List<String> technicalLimitations) {}

  record Property(String name, String value) {}

  record Data(String type, String name) {}

  static byte[] bytes(JsonNode report, PackPlan plan) {
    return JsonReport.write(of(report, plan));
  }

  private static MlBom of(JsonNode report, PackPlan plan) {
    Component model =
        new Component(
            "machine-learning-model",
            "model",
            plan.model().name(),
            null,
            List.of(new Hash("SHA-256", plan.model().sha256())),
            card(report, plan),
            null);
    Component data =
        new Component(
            "data",
            "data",
            plan.data().name(),
            null,
            List.of(new Hash("SHA-256", plan.data().sha256())),
            null,
            List.of(new Data("dataset", plan.data().name())));
    Component program =
        new Component("application", null, "foolproof", plan.version(), null, null, null);
    return new MlBom(
        "CycloneDX",
        "1.6",
        1,
        new Metadata(report.at("/program/date").asString(), new Tools(List.of(program)), model),
        List.of(data));
  }

  private static ModelCard card(JsonNode report, PackPlan plan) {
    JsonNode summary = report.get("summary");
    String threat =
        "%s, epsilon %s%s"
            .formatted(plan.threat().norm(), plan.threat().epsilon(), plan.threat().ofLevels());
    List<Metric> metrics = new ArrayList<>();
    metrics.add(metric("accuracy", "clean", summary, "cleanAccuracy"));
    metrics.add(metric("robust accuracy, upper bound", threat, summary, "robustAccuracy"));
    if (summary.has("certifiedAccuracy")) {
      metrics.add(metric("robust accuracy, lower bound", threat, summary, "certifiedAccuracy"));
    }
    List<Property> properties = new ArrayList<>();
    for (PackPlan.Step attack : plan.attacks()) {
      for (PackPlan.Term term : attack.terms()) {
        properties.add(
            new Property(
                "foolproof:attack:" + attack.settings(),
                term.taxonomy() + " " + term.id() + " " + term.title()));
      }
    }
    for (JsonNode sign : summary.get("warnings")) {
      properties.add(new Property("foolproof:sign", sign.asString()));
    }
    return new ModelCard(
        new ModelParameters("classification", List.of(new Ref("data"))),
        new Analysis(metrics),
        new Considerations(
            List.of(
                "Robust accuracy is an upper bound: that no attack succeeded on a sample proves"
                    + " nothing about other attacks.",
                "The figures hold for these samples and this threat model, and the intervals (95 %,"
                    + " Wilson) for samples of their kind.")),
        properties);
  }

  private static Metric metric(String type, String slice, JsonNode summary, String name) {
    JsonNode interval = summary.at("/intervals/" + name);
    return new Metric(
        type,
        String.valueOf(summary.get(name).asDouble()),
        slice,
        new Interval(
            String.valueOf(interval.get("low").asDouble()),
            String.valueOf(interval.get("high").asDouble())));
  }
}
