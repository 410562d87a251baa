package io.foolproof.report.hull;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.audit.hull.HullFinding;
import io.foolproof.audit.hull.HullPlan;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.geometry.Space;
import io.foolproof.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What a hull study found, in words that claim no more than was found. */
final class HullWords {
  private HullWords() {}

  static String headline(HullResult result) {
    HullPlan plan = result.plan();
    int inside = result.inside().count();
    int total = result.inside().total();
    String which =
        inside == 0
            ? "None of the " + Numbers.count(total, "image")
            : inside == total
                ? "All " + Numbers.count(total, "image")
                : Numbers.count(inside) + " of the " + Numbers.count(total, "image");
    return "%s of %s %s inside the convex hull of %s of %s, in %s."
        .formatted(
            which,
            plan.queries().name(),
            inside == 1 ? "lies" : "lie",
            Numbers.count(plan.training().size(), "image"),
            plan.training().name(),
            space(result));
  }

  /** The space and its dimensions. */
  static String space(HullResult result) {
    Space space = result.plan().space();
    String dimension = Numbers.count(result.dimension(), "dimension");
    if (space instanceof Space.Pca) {
      return "the first " + Numbers.count(result.dimension(), "principal component");
    }
    if (space instanceof Space.CentrePatch patch) {
      return "the %d x %d pixels in the centre (%s)"
          .formatted(patch.side(), patch.side(), dimension);
    }
    if (space instanceof Space.Pool pool) {
      return "means over blocks of %d x %d pixels (%s)"
          .formatted(pool.side(), pool.side(), dimension);
    }
    if (space instanceof Space.Embedded) {
      return "the model's " + space.text().replace(":", " ") + " (" + dimension + ")";
    }
    return "the space of all pixels (" + dimension + ")";
  }

  static String share(Proportion share) {
    return "%s of %s (%s)"
        .formatted(
            Numbers.count(share.count()), Numbers.count(share.total()), Numbers.percent(share));
  }

  static String certificates(HullResult result) {
    List<HullFinding> all = new ArrayList<>(result.findings());
    FoolingResult fooling = result.fooling();
    if (fooling != null) {
      fooling.fooled().stream()
          .flatMap(one -> Stream.of(one.adversarial(), one.noise()))
          .filter(Objects::nonNull)
          .forEach(moved -> all.add(moved.hull()));
    }
    long exact = all.stream().filter(HullFinding::certified).filter(HullFinding::exact).count();
    int rejected = result.rejected().size();
    long bounded = all.size() - exact - rejected;
    return Numbers.count(exact)
        + " hold in exact arithmetic"
        + (bounded == 0 ? "" : ", " + Numbers.count(bounded) + " within their error bound")
        + (rejected == 0 ? "" : ", " + Numbers.count(rejected) + " DO NOT HOLD");
  }

  /** How many queries are outside because of coordinates that hardly vary. */
  static String background(HullResult result) {
    int outside = result.inside().total() - result.inside().count();
    if (outside == 0) {
      return "No query lies outside, so no single coordinate separates one.";
    }
    String coordinate =
        result.plan().space() instanceof Space.Pixels
            ? "a single pixel, such as one at the edge that is background in all training images,"
            : "a single coordinate of the space";
    return ("%s of the %s outside %s separated by %s with a value beyond those of all training"
            + " images. That such a query lies outside says little about its shape.")
        .formatted(
            Numbers.count(result.separated()),
            Numbers.count(outside, "query", "queries"),
            result.separated() == 1 ? "is" : "are",
            coordinate);
  }
}
