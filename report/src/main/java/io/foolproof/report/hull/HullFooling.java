package io.foolproof.report.hull;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the adversarial examples of the queries lie, for people.
 *
 * @param rows clean, adversarial and noisy images side by side; empty where nothing was fooled
 * @param scatter hull against boundary; null where it was not measured
 * @param cards some fooled queries with their pictures
 */
record HullFooling(
    FoolingResult result,
    List<Row> rows,
    @Nullable FoolingScatter scatter,
    List<FoolingCard> cards) {

  /**
   * One kind of image.
   *
   * @param distance its median distance to the hull
   * @param farther the fraction that is farther out than the clean image, with its interval
   * @param projected the fraction whose nearest hull point is correctly classified, with its
   *     interval
   */
  record Row(String kind, String distance, String farther, String projected) {}

  static @Nullable HullFooling of(HullResult hull) {
    FoolingResult result = hull.fooling();
    if (result == null) {
      return null;
    }
    return new HullFooling(
        result, rows(result), FoolingScatter.of(result), FoolingCard.of(hull, result.findings()));
  }

  private static List<Row> rows(FoolingResult result) {
    if (result.compared().isEmpty()) {
      return List.of();
    }
    FoolingFigures figures = FoolingFigures.of(result);
    boolean images = result.hullPointsAreImages();
    List<Row> rows = new ArrayList<>();
    rows.add(
        new Row(
            "clean",
            Numbers.decimal(figures.medianClean()),
            "",
            images ? with(result.cleanProjectedRight()) : ""));
    rows.add(
        new Row(
            "adversarial",
            Numbers.decimal(figures.medianAdversarial()),
            with(result.fartherByAttack()),
            images ? with(result.adversarialProjectedRight()) : ""));
    rows.add(
        new Row(
            "noise of the same length",
            Numbers.decimal(figures.medianNoise()),
            with(result.fartherByNoise()),
            images ? with(result.noiseProjectedRight()) : ""));
    return rows;
  }

  private static String with(Proportion fraction) {
    return Numbers.percent(fraction) + " (" + Numbers.interval(fraction) + ")";
  }
}
