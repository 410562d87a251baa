package io.foolproof.report.hull;

import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.report.Numbers;
import io.foolproof.report.TextWrap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a hull study found, in a few lines of at most 80 columns of plain text. */
public final class HullSummary {
  private static final int VALUE = 39;

  private HullSummary() {}

  /**
   * The fraction inside, the distances of the others and the state of the certificates.
   *
   * @return lines that each end with a line feed
   */
  public static String render(HullResult result) {
    HullFigures figures = HullFigures.of(result);
    List<String> lines = new ArrayList<>();
    lines.addAll(TextWrap.lines(HullWords.headline(result), TextWrap.COLUMNS));
    lines.add("");
    lines.add(
        row("Inside the hull", HullWords.share(result.inside()))
            + "   (95 % interval "
            + Numbers.interval(result.inside())
            + ")");
    lines.add(row("Outside by one coordinate alone", Numbers.count(result.separated())));
    if (result.inside().count() < result.inside().total()) {
      lines.add(
          row("Outside: median distance to the hull", Numbers.decimal(figures.medianDistance())));
      lines.add(
          row(
              "Outside: median to a neighbour",
              Numbers.decimal(figures.medianNeighbourDistance())));
      lines.add(
          row("Outside: median images in a mixture", Numbers.decimal(figures.medianSupport())));
    }
    lines.add(row("Label by the mixture's vote", HullWords.share(result.votedRight())));
    lines.add(row("Label by the nearest neighbour", HullWords.share(result.neighbourRight())));
    if (!result.classDistances().isEmpty()) {
      lines.add(row("Nearest to its own class's hull", HullWords.share(result.ownClassNearest())));
    }
    FoolingResult fooling = result.fooling();
    if (fooling != null) {
      addFooling(lines, fooling);
    }
    lines.add(row("Certificates", HullWords.certificates(result)));
    return lines.stream()
        .flatMap(line -> TextWrap.hanging(line, TextWrap.COLUMNS, VALUE).stream())
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static void addFooling(List<String> lines, FoolingResult fooling) {
    lines.add("");
    lines.addAll(TextWrap.lines(FoolingWords.story(fooling), TextWrap.COLUMNS));
    if (!fooling.compared().isEmpty()) {
      FoolingFigures figures = FoolingFigures.of(fooling);
      lines.add(row("Farther out by the attack", HullWords.share(fooling.fartherByAttack())));
      lines.add(row("Farther out by equal noise", HullWords.share(fooling.fartherByNoise())));
      lines.add(
          row(
              "Fooled: before, after, equal noise",
              "%s, %s, %s (median distances)"
                  .formatted(
                      Numbers.decimal(figures.medianClean()),
                      Numbers.decimal(figures.medianAdversarial()),
                      Numbers.decimal(figures.medianNoise()))));
      if (fooling.hullPointsAreImages()) {
        lines.add(
            row(
                "Label back from the hull point",
                HullWords.share(fooling.adversarialProjectedRight())));
      }
    }
    lines.add(row("Boundary with hull distance", FoolingWords.correlation(fooling)));
    lines.add("");
  }

  private static String row(String name, String value) {
    return name + " ".repeat(Math.max(1, VALUE - name.length())) + value;
  }
}
