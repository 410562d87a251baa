package io.foolproof.report.audit;

import io.foolproof.attack.Features;
import io.foolproof.audit.AuditResult;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Numbers;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One adversarial row on the page.
 *
 * @param row its number in the table, from 1
 * @param label its class
 * @param into what the adversarial row is classified as
 * @param confidence the model's probability of {@code label} for the clean row
 * @param confidenceAfter the model's probability of {@code into} for the adversarial row
 * @param attack what found it
 * @param distance in the threat model's norm
 * @param cells what is in each column
 */
record RowCard(
    long row,
    String label,
    String into,
    String confidence,
    String confidenceAfter,
    String attack,
    String distance,
    List<Cell> cells) {

  /** More rows make a table that nobody reads. */
  static final int MOST = 20;

  /**
   * A feature of the row.
   *
   * @param before its value when clean
   * @param after its value when adversarial
   */
  record Cell(String feature, String before, String after) {
    boolean changed() {
      return !before.equals(after);
    }
  }

  /** Which rows to show: the closest of each class; none of images. */
  static List<RowCard> of(AuditResult result) {
    Features features = result.features();
    if (features == null) {
      return List.of();
    }
    ClassNames names = new ClassNames(result.data().classNames());
    return Wall.choose(result, MOST).stream()
        .map(pick -> of(result, features, pick, names))
        .toList();
  }

  private static RowCard of(
      AuditResult result, Features features, Wall.Pick pick, ClassNames names) {
    float[] before = features.row(result.data().pixels(pick.place()));
    float[] after = features.row(pick.witness().image());
    List<Cell> cells =
        IntStream.range(0, before.length)
            .mapToObj(
                j ->
                    new Cell(
                        features.features().get(j).name(),
                        TableWords.value(before[j]),
                        TableWords.value(after[j])))
            .toList();
    return new RowCard(
        pick.sample().index() + 1,
        names.of(pick.sample().label()),
        names.of(pick.witness().prediction()),
        Numbers.percent(pick.sample().confidence()),
        Numbers.percent(pick.witness().confidence()),
        pick.witness().attack(),
        Numbers.decimal(result.threat().size(pick.witness().distances())),
        cells);
  }
}
