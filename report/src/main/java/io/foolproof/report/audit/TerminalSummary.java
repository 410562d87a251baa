package io.foolproof.report.audit;

import io.foolproof.attack.Features;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Gate;
import io.foolproof.audit.Proofs;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Randomness;
import io.foolproof.audit.Verdict;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Numbers;
import io.foolproof.report.TextWrap;
import io.foolproof.tensor.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an audit found, in at most 80 columns of plain text. */
public final class TerminalSummary {
  private static final int NAME = 20;
  private static final int VERDICT_BAR = 40;
  private static final int ROWS = 3;
  private static final String ESCAPE = "\u001b[";

  private final AuditResult result;
  private final Gate.@Nullable Outcome gate;
  private final boolean ansi;
  private final List<String> lines = new ArrayList<>();

  private TerminalSummary(AuditResult result, Gate.@Nullable Outcome gate, boolean ansi) {
    this.result = result;
    this.gate = gate;
    this.ansi = ansi;
  }

  private enum Paint {
    BOLD("1"),
    FAINT("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33"),
    NONE("");

    private final String code;

    Paint(String code) {
      this.code = code;
    }
  }

  /**
   * The attacks, the verdicts and the interval of the robust accuracy.
   *
   * @param gate how a gate judged the audit; null where there is none
   * @param ansi whether to colour the text, with ANSI escape sequences
   * @return lines that each end with a line feed
   */
  public static String render(AuditResult result, Gate.@Nullable Outcome gate, boolean ansi) {
    TerminalSummary summary = new TerminalSummary(result, gate, ansi);
    summary.heading();
    summary.proofs();
    summary.attacks();
    summary.verdicts();
    summary.accuracy();
    summary.rows();
    return String.join("\n", summary.lines) + "\n";
  }

  private void heading() {
    line(Paint.BOLD, result.subject().model().name() + " on " + result.data().name());
    line(
        Paint.NONE,
        new ThreatWords(result).brief()
            + ", goal: "
            + new ThreatWords(result).goal()
            + ", "
            + Numbers.count(result.samples().size(), result.noun().one())
            + ", seed "
            + result.seed());
    String selection = result.data().selection();
    if (!selection.isEmpty()) {
      wrapped(Paint.NONE, "Of the data: " + selection, 2);
    }
    Features features = result.features();
    String stuck = features == null ? "" : TableWords.of(result, features).stuck();
    if (!stuck.isEmpty()) {
      wrapped(Paint.YELLOW, "Cannot change within epsilon: " + stuck, 2);
    }
    line(Paint.NONE, "");
  }

  private void attacks() {
    if (result.attacks().isEmpty()) {
      line(Paint.NONE, "No attack was run.");
      line(Paint.NONE, "");
      return;
    }
    line(
        Paint.FAINT,
        attackRow("Attack", "Tried", "Fooled", "Accuracy", "Seconds", "Forwards", "Backwards"));
    for (AttackSummary attack : result.attacks()) {
      line(
          Paint.NONE,
          attackRow(
              label(attack),
              Numbers.count(attack.tried()),
              Numbers.count(attack.fooled()),
              Numbers.percent(attack.robustAccuracy()),
              Numbers.fixed(attack.seconds(), 1),
              brief(attack.forwards()),
              brief(attack.backwards())));
      if (attack.notReplayed() > 0) {
        line(
            Paint.YELLOW,
            "  %s of its successes did not hold when replayed alone: not counted"
                .formatted(Numbers.count(attack.notReplayed())));
      }
    }
    line(Paint.NONE, "");
    settings();
    distances();
  }

  /** The attack's name, with a number where several attacks have that name. */
  private String label(AttackSummary attack) {
    List<AttackSummary> same =
        result.attacks().stream().filter(other -> other.name().equals(attack.name())).toList();
    String name = Printable.of(attack.name());
    String number = same.size() == 1 ? "" : " (" + (same.indexOf(attack) + 1) + ")";
    return cut(name, NAME - number.length()) + number;
  }

  /** Below the table: settings are of any length. */
  private void settings() {
    List<AttackSummary> set =
        result.attacks().stream()
            .filter(a -> !a.settings().equals(a.name()) || !a.note().isEmpty())
            .toList();
    if (set.isEmpty()) {
      return;
    }
    line(Paint.FAINT, "Settings");
    for (AttackSummary attack : set) {
      String note = attack.note().isEmpty() ? "" : " (" + attack.note() + ")";
      wrapped(Paint.NONE, attack.settings() + note, 2);
    }
    line(Paint.NONE, "");
  }

  /** What minimal-norm attacks found at any distance. */
  private void distances() {
    List<AttackSummary> all =
        result.attacks().stream().filter(attack -> attack.closest() != null).toList();
    if (all.isEmpty()) {
      return;
    }
    line(Paint.FAINT, distanceRow("Minimal distances", "Found", "Median", "Closest for"));
    for (AttackSummary attack : all) {
      AttackSummary.Closest closest = Objects.requireNonNull(attack.closest());
      line(
          Paint.NONE,
          distanceRow(
              label(attack),
              Numbers.count(closest.found()),
              Numbers.distance(closest.median()),
              Numbers.count(closest.bestFor())));
    }
    line(Paint.NONE, "");
  }

  private static String distanceRow(String name, String found, String median, String bestFor) {
    return pad(name, -NAME) + pad(found, 9) + pad(median, 14) + pad(bestFor, 14);
  }

  private static String attackRow(
      String name,
      String tried,
      String fooled,
      String left,
      String seconds,
      String forwards,
      String backwards) {
    return pad(name, -NAME)
        + pad(tried, 9)
        + pad(fooled, 9)
        + pad(left, 10)
        + pad(seconds, 10)
        + pad(forwards, 10)
        + pad(backwards, 11);
  }

  /** What was proved before attacks ran. */
  private void proofs() {
    Proofs proofs = result.proofs();
    if (proofs != null) {
      wrapped(Paint.NONE, ProofWords.of(proofs, result.noun()), 2);
      line(Paint.NONE, "");
    }
  }

  private void verdicts() {
    for (VerdictShare verdict : VerdictShare.of(result)) {
      Proportion share = verdict.share();
      // Rounded up, so that the bar shows what is rare.
      int filled = (int) Math.ceil(share.value() * VERDICT_BAR);
      String row =
          pad(verdict.id(), -14)
              + pad(Numbers.count(share.count()), 10)
              + pad(Numbers.percent(share), 10)
              + "  "
              + "#".repeat(filled);
      line(share.count() == 0 ? Paint.FAINT : paint(verdict.verdict()), row.stripTrailing());
    }
    line(Paint.NONE, "");
  }

  private static Paint paint(Verdict verdict) {
    return switch (verdict) {
      case PROVED -> Paint.GREEN;
      case UNKNOWN -> Paint.YELLOW;
      case FOOLED -> Paint.RED;
      case MISCLASSIFIED, ERROR -> Paint.NONE;
    };
  }

  private void accuracy() {
    Proportion clean = result.cleanAccuracy();
    Proportion upper = result.robustAccuracy();
    Proportion lower = result.provedAccuracy();
    Randomness randomness = result.randomness();
    if (randomness == null) {
      line(Paint.NONE, share("Clean accuracy", clean));
      line(Paint.BOLD, share("Robust accuracy, at most", upper));
    } else {
      overDraws(randomness);
      line(Paint.NONE, share("Correct in most draws", clean));
      line(Paint.NONE, share("  and not fooled in most", upper));
    }
    line(
        Paint.BOLD,
        lower.count() == 0
            ? pad("Robust accuracy, at least", -28)
                + (result.proofs() == null ? "nothing proved yet" : "nothing proved")
            : share("Robust accuracy, at least", lower));
    if (result.searched() != null) {
      wrapped(Paint.NONE, new SearchWords(result.searched(), result.noun()).text(), 2);
    }
    double median = ClassOutcome.median(result.samples(), result);
    if (!Double.isNaN(median)) {
      line(
          Paint.NONE,
          pad("Median minimal distance", -28)
              + pad(Numbers.distance(median), 8)
              + "   of all; misclassified ones count as 0");
    }
    Proportion rounded = result.surviveRounding();
    if (rounded != null) {
      line(
          Paint.NONE,
          pad("Fooled as 8-bit images too", -28)
              + pad(Numbers.percent(rounded), 8)
              + "   of "
              + Numbers.count(rounded.total(), "adversarial image")
              + (result.attacks().stream().anyMatch(attack -> attack.closest() != null)
                  ? ", at any distance"
                  : ""));
    }
    for (Diagnostic warning : result.warnings()) {
      boolean allowed = gate != null && gate.allows(warning);
      wrapped(
          allowed ? Paint.YELLOW : Paint.RED,
          (allowed ? "Warning, allowed: " : "Warning: ")
              + warning.title()
              + " ("
              + warning.figure()
              + ")",
          2);
    }
  }

  /** The figures of a randomised model. */
  private void overDraws(Randomness randomness) {
    overDraws(Paint.NONE, "Clean", randomness.draws(), randomness.clean());
    overDraws(Paint.BOLD, "Robust", randomness.draws(), randomness.attacked());
    Randomness.Elsewhere other = randomness.elsewhere();
    if (other != null) {
      line(
          Paint.NONE,
          pad("The same in " + cut(Printable.of(other.runtime()), 15), -28)
              + pad(Numbers.percent(other.mean()), 8)
              + over("draws", other.overDraws()));
    }
    if (!randomness.reproducible()) {
      wrapped(
          Paint.NONE,
          "The model draws by itself: another run differs within the interval over draws.",
          2);
    }
  }

  /** Of a table, the adversarial rows that are closest to their clean ones. */
  private void rows() {
    Features features = result.features();
    if (features == null) {
      return;
    }
    TableWords words = TableWords.of(result, features);
    ClassNames names = new ClassNames(result.data().classNames());
    for (Wall.Pick pick : Wall.choose(result, ROWS)) {
      wrapped(
          Paint.NONE,
          "Row %s, %s, becomes %s: %s"
              .formatted(
                  Numbers.count(pick.sample().index() + 1),
                  names.of(pick.sample().label()),
                  names.of(pick.witness().prediction()),
                  words.changes(result.data().pixels(pick.place()), pick.witness().image()).stream()
                      .map(TableWords.Change::toString)
                      .collect(Collectors.joining("; "))),
          2);
    }
    if (features.boxFromData()) {
      wrapped(
          Paint.NONE,
          "Each feature stayed within the smallest and the largest value of the data, which is an"
              + " assumption (--box FILE).",
          2);
    }
  }

  private void overDraws(Paint paint, String what, int draws, Randomness.Share share) {
    line(
        paint,
        pad("%s, mean of %d draws".formatted(what, draws), -28)
            + pad(Numbers.percent(share.mean()), 8)
            + over("draws", share.overDraws()));
    Randomness.Interval both = share.overBoth();
    line(
        Paint.NONE,
        pad("  over samples and draws", -39)
            + "(95 %% interval %s)".formatted(Numbers.range(both.low(), both.high())));
  }

  private static String over(String what, Randomness.Interval interval) {
    return "   (95 %% over %s %s)".formatted(what, Numbers.range(interval.low(), interval.high()));
  }

  private static String share(String name, Proportion share) {
    return pad(name, -28)
        + pad(Numbers.percent(share), 8)
        + "   (95 % over samples "
        + Numbers.interval(share)
        + ")";
  }

  /** A large number in at most five characters: 12345, 123k, 12.3M. */
  private static String brief(long value) {
    if (value < 100_000) {
      return Long.toString(value);
    }
    if (value < 1_000_000) {
      return value / 1000 + "k";
    }
    double millions = value / 1e6;
    return millions < 1000
        ? String.format(Locale.ROOT, millions < 100 ? "%.1fM" : "%.0fM", millions)
        : String.format(Locale.ROOT, "%.1fG", millions / 1000);
  }

  /**
   * A text of any length, in as many lines as it takes, of which all but the first are indented.
   */
  private void wrapped(Paint paint, String text, int indent) {
    for (String line : TextWrap.hanging(text, TextWrap.COLUMNS, indent)) {
      line(paint, line);
    }
  }

  private void line(Paint paint, String text) {
    String plain = cut(Printable.of(text), TextWrap.COLUMNS);
    boolean painted = ansi && paint != Paint.NONE;
    lines.add(painted ? ESCAPE + paint.code + "m" + plain + ESCAPE + "0m" : plain);
  }

  /** Right-aligned in a column, or left-aligned where the width is negative. */
  private static String pad(String text, int width) {
    String space = " ".repeat(Math.max(0, Math.abs(width) - text.length()));
    return width < 0 ? text + space : space + text;
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 3) + "...";
  }
}
