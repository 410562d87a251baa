package io.foolproof.study.claim;

import io.foolproof.study.StudyResult;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The claims that can be checked, of the text that the story follows (On adversarial machine
 * learning and extrapolation, 2023, pulk.in), each with the rule that decides it.
 */
public final class Claims {
  private Claims() {}

  /** What the figures say about each, in the order of the text. */
  public static List<Judgement> judge(StudyResult result) {
    return Stream.of(FitClaims.judge(result), HullClaims.judge(result), WalkClaims.judge(result))
        .flatMap(List::stream)
        .toList();
  }

  /** What became of a claim, whose figures may not have been computed. */
  static Judgement judged(Claim claim, Optional<Decided> rule) {
    Decided decided =
        rule.orElseGet(
            () ->
                new Decided(
                    Outcome.NOT_MEASURED,
                    claim.figures().size() == 1
                        ? "Its figure was not computed."
                        : "Not all of its figures were computed."));
    return new Judgement(claim, decided.outcome(), decided.found());
  }
}
