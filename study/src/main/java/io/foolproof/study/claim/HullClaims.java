package io.foolproof.study.claim;

import io.foolproof.study.StudyResult;
import io.foolproof.study.figure.Boundary;
import io.foolproof.study.figure.Generalises;
import io.foolproof.study.figure.InsideByDimension;
import java.util.List;
import java.util.Optional;

/** Claims 12 to 15: the hull of the training images, and what lies outside it. */
final class HullClaims {
  /** Of a ball around it: less than one part in a googol. */
  private static final double TINY = -100;

  private HullClaims() {}

  static List<Judgement> judge(StudyResult result) {
    Optional<Boundary.Found> boundary = result.found(Boundary.Found.class);
    Optional<Generalises.Found> outside = result.found(Generalises.Found.class);
    Optional<InsideByDimension.Found> byDimension = result.found(InsideByDimension.Found.class);
    return List.of(
        Claims.judged(
            new Claim(12, "they form a tiny convex hull", List.of(6)),
            boundary.map(HullClaims::tiny)),
        Claims.judged(
            new Claim(13, "each point is at the boundary", List.of(6)),
            boundary.map(HullClaims::atTheBoundary)),
        Claims.judged(
            new Claim(14, "almost impossible to land a new point inside", List.of(7, 8)),
            outside.flatMap(found -> byDimension.map(rows -> nothingInside(found, rows)))),
        Claims.judged(
            new Claim(15, "even if ... the model generalizes towards the new point", List.of(8)),
            outside.map(HullClaims::generalises)));
  }

  private static Decided tiny(Boundary.Found found) {
    return Decided.of(
        found.log10Fraction() < TINY,
        "The hull of %,d images fills at most 10^%.1f of any ball that holds it; its mean width is"
            + " %.2f, that of the cube of all images %.2f.",
        found.images(),
        found.log10Fraction(),
        found.width(),
        found.cubeWidth());
  }

  private static Decided atTheBoundary(Boundary.Found found) {
    if (found.rejected() > 0) {
      return rejected(found.rejected());
    }
    int outside = found.tested() - found.inside();
    boolean duplicates =
        found.exceptions().size() == found.inside()
            && found.exceptions().stream().allMatch(exception -> exception.distance() == 0);
    return Decided.of(
        Decided.outcome(outside > 0.99 * found.tested(), duplicates),
        "%,d of %,d training images lie outside the hull of all others%s.",
        outside,
        found.tested(),
        found.inside() == 0
            ? ""
            : duplicates
                ? "; the exceptions are duplicates"
                : "; not all exceptions are duplicates");
  }

  private static Decided nothingInside(Generalises.Found found, InsideByDimension.Found rows) {
    if (found.rejected() > 0) {
      return rejected(found.rejected());
    }
    InsideByDimension.Row all = rows.rows().get(rows.rows().size() - 1);
    InsideByDimension.Row fewest = rows.rows().get(0);
    boolean none = found.inside() == 0 && all.inside() == 0;
    boolean few = found.inside() < 0.01 * found.tested() && all.inside() < 0.01 * rows.queries();
    return Decided.of(
        Decided.outcome(none, few),
        "%,d of %,d test images lie inside the hull in %,d dimensions, and %,d of %,d in %d.",
        found.inside(),
        found.tested(),
        all.dimension(),
        fewest.inside(),
        rows.queries(),
        fewest.dimension());
  }

  private static Decided generalises(Generalises.Found found) {
    double lowest = 1;
    int correct = 0;
    for (Generalises.Decile decile : found.deciles()) {
      lowest = Math.min(lowest, (double) decile.correct() / decile.count());
      correct += decile.correct();
    }
    double accuracy = (double) correct / found.tested();
    return Decided.of(
        Decided.outcome(lowest > 0.9, accuracy > 0.9),
        "%.1f %% of the test images are correctly classified, and %.1f %% in the tenth where they"
            + " are fewest; %,d of %,d lie outside the hull.",
        100 * accuracy,
        100 * lowest,
        found.tested() - found.inside(),
        found.tested());
  }

  private static Decided rejected(int certificates) {
    return Decided.of(
        Outcome.NOT_MEASURED,
        "%,d certificates do not hold: there is an error in the program.",
        certificates);
  }
}
