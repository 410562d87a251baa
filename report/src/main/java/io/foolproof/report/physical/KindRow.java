package io.foolproof.report.physical;

import io.foolproof.audit.Proportion;
import io.foolproof.physical.photo.Survival;
import io.foolproof.physical.photo.Survival.Tally;
import io.foolproof.physical.sheet.Kind;
import io.foolproof.report.Numbers;
import java.util.List;

/**
 * A kind of printed image in words and figures.
 *
 * @param kind what it is
 * @param read how many of the printed were read
 * @param correct classified correctly from a photograph, of those read
 * @param lost of those classified correctly as files, misclassified from a photograph
 * @param surviving of those that fool as files, fooling from a photograph
 * @param destroyed Kurakin's destruction rate: of those that fool as files, classified correctly
 * @param reached of those of another class than the run's target, taken for it as files
 * @param reachedFromPaper likewise, from a photograph
 */
public record KindRow(
    String kind,
    String read,
    Cell correct,
    Cell lost,
    Cell surviving,
    Cell destroyed,
    Cell reached,
    Cell reachedFromPaper) {

  /** A fraction, and its 95 % interval; both empty where there is nothing to count. */
  public record Cell(String value, String interval) {
    static Cell of(int count, int total) {
      if (total == 0) {
        return new Cell("none", "");
      }
      Proportion proportion = new Proportion(count, total);
      return new Cell(
          "%d of %d (%s)".formatted(count, total, Numbers.percent(proportion)),
          Numbers.interval(proportion));
    }
  }

  /** One a kind that was printed. */
  public static List<KindRow> of(Survival survival) {
    return survival.kinds().stream().map(kind -> of(survival.tally(kind))).toList();
  }

  private static KindRow of(Tally tally) {
    return new KindRow(
        words(tally.kind()),
        "%d of %d".formatted(tally.read(), tally.printed()),
        Cell.of(tally.correct(), tally.read()),
        Cell.of(tally.lost(), tally.controls()),
        Cell.of(tally.surviving(), tally.fooling()),
        Cell.of(tally.destroyed(), tally.fooling()),
        Cell.of(tally.reached(), tally.aimed()),
        Cell.of(tally.reachedFromPaper(), tally.aimed()));
  }

  static String words(Kind kind) {
    return switch (kind) {
      case CLEAN -> "clean";
      case ADVERSARIAL -> "adversarial";
      case EOT -> "adversarial, by EOT";
      case NOISE -> "noise of equal length";
      case PATCH -> "patch";
      case SHUFFLED -> "patch, shuffled";
    };
  }
}
