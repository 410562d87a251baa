package io.foolproof.study.claim;

import io.foolproof.study.StudyResult;
import io.foolproof.study.figure.Patterns;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The claims that can be checked, of the text that the story follows (On adversarial machine
 * learning and extrapolation, 2023, pulk.in), each with the rule that decides it.
 */
public final class Claims {
  private Claims() {}

  /** What the figures say about each. */
  public static List<Judgement> judge(StudyResult result) {
    return List.of(
        rule(
            new Claim(8, "len(str(2 ** 784)) == 237 > google", List.of(2)),
            result.found(Patterns.Found.class),
            Claims::moreThanAGoogol));
  }

  private record Decided(Outcome outcome, String found) {}

  private static <R extends Record> Judgement rule(
      Claim claim, Optional<R> found, Function<R, Decided> rule) {
    Decided decided =
        found.map(rule).orElse(new Decided(Outcome.NOT_MEASURED, "Its figure was not computed."));
    return new Judgement(claim, decided.outcome(), decided.found());
  }

  private static Decided moreThanAGoogol(Patterns.Found found) {
    int digits = found.digits()[0];
    return new Decided(
        digits > 101 ? Outcome.HOLDS : Outcome.DOES_NOT_HOLD,
        "2^%d has %d digits, a googol 101.".formatted(found.pixels(), digits));
  }
}
