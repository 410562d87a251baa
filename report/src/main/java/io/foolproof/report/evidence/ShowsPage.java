package io.foolproof.report.evidence;

import io.foolproof.report.Numbers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** One page that says what a pack shows and what it does not: {@code what-this-shows.md}. */
final class ShowsPage {
  private ShowsPage() {}

  static String of(JsonNode report, PackPlan plan) {
    JsonNode summary = report.get("summary");
    int fooled = summary.at("/verdicts/fooled").asInt();
    StringBuilder attacks = new StringBuilder();
    for (PackPlan.Step attack : plan.attacks()) {
      attacks.append("| `").append(attack.settings()).append("` |");
      for (PackPlan.Term term : attack.terms()) {
        if (!term.id().equals("AML.T0015")) {
          attacks.append(' ').append(term.id()).append(", ").append(term.title()).append(" |");
        }
      }
      attacks.append('\n');
    }
    return template()
        .formatted(
            plan.model().name(),
            plan.model().sha256(),
            Numbers.count(plan.data().samples(), "image"),
            plan.data().name(),
            plan.threat().norm(),
            plan.threat().epsilon() + plan.threat().ofLevels(),
            plan.seed(),
            interval(summary, "cleanAccuracy"),
            interval(summary, "robustAccuracy"),
            signs(summary),
            Numbers.count(fooled, "sample"),
            attacks,
            plan.proofs() == 0 ? "holds none" : "holds " + Numbers.count(plan.proofs(), "proof"));
  }

  private static String template() {
    try (InputStream in = ShowsPage.class.getResourceAsStream(Pack.PAGE)) {
      return new String(
          Objects.requireNonNull(in, Pack.PAGE).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String signs(JsonNode summary) {
    StringBuilder signs = new StringBuilder();
    for (JsonNode sign : summary.get("warnings")) {
      signs.append(signs.isEmpty() ? "" : ", ").append(sign.asString());
    }
    return signs.isEmpty() ? "none" : signs.toString();
  }

  private static String interval(JsonNode summary, String name) {
    JsonNode interval = summary.at("/intervals/" + name);
    return String.format(
        Locale.ROOT,
        "%.1f %% (95 %% interval %.1f to %.1f)",
        100 * summary.get(name).asDouble(),
        100 * interval.get("low").asDouble(),
        100 * interval.get("high").asDouble());
  }
}
