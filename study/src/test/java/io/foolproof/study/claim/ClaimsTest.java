package io.foolproof.study.claim;

import static io.foolproof.study.claim.Outcome.DOES_NOT_HOLD;
import static io.foolproof.study.claim.Outcome.HOLDS;
import static io.foolproof.study.claim.Outcome.HOLDS_BUT;
import static io.foolproof.study.claim.Outcome.NOT_MEASURED;
import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.study.Plans;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.figure.Boundary;
import io.foolproof.study.figure.Digit;
import io.foolproof.study.figure.FewAndMany;
import io.foolproof.study.figure.Generalises;
import io.foolproof.study.figure.InsideByDimension;
import io.foolproof.study.figure.Learning;
import io.foolproof.study.figure.Patterns;
import io.foolproof.study.figure.Picture;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Claims 1 to 15, of figures that were made up to reach each outcome. */
class ClaimsTest {
  private static final StudyPlan PLAN = Plans.digits();

  private static Judgement judgement(int claim, Record... found) {
    return Claims.judge(Plans.result(PLAN, found)).stream()
        .filter(judgement -> judgement.claim().number() == claim)
        .findFirst()
        .orElseThrow();
  }

  private static Outcome outcome(int claim, Record... found) {
    return judgement(claim, found).outcome();
  }

  private static double[] values(double... values) {
    return values;
  }

  /** Panels of two or three places. */
  private static FewAndMany.Found fits(
      double[] inside, double[] outside, double[] byDegree, int[] insideHull, double[] error) {
    return new FewAndMany.Found(
        0.1,
        5,
        9,
        new FewAndMany.Panel(new int[] {10, 1000}, inside, outside),
        30,
        new FewAndMany.Panel(new int[] {0, 5, 20}, byDegree, byDegree),
        new FewAndMany.Dimensions(200, 100, new int[] {1, 64}, insideHull, error));
  }

  private static FewAndMany.Found fits() {
    return fits(
        values(0.5, 0.01),
        values(50, 0.5),
        values(1, 5, 1e9),
        new int[] {99, 0},
        values(0.01, 0.2));
  }

  @Test
  void whatWasNotComputedDecidesNothing() {
    assertThat(Claims.judge(Plans.result(PLAN)))
        .hasSizeGreaterThanOrEqualTo(15)
        .allMatch(judgement -> judgement.outcome() == NOT_MEASURED);
    assertThat(judgement(14, outside(0, 0)).found())
        .isEqualTo("Not all of its figures were computed.");
  }

  @Test
  void aGoodFitHasLessErrorThanNoise() {
    assertThat(outcome(1, fits())).isEqualTo(HOLDS);
    assertThat(judgement(1, fits()).found()).contains("1,000 points", "error 0.01 ", "is 0.1.");
    FewAndMany.Found bad =
        fits(values(0.5, 0.2), values(1, 1), values(1, 1, 1), new int[] {9, 9}, values(0.1, 0.1));
    assertThat(outcome(1, bad)).isEqualTo(DOES_NOT_HOLD);
  }

  @Test
  void fewPointsManyDimensionsManyParameters() {
    assertThat(outcome(2, fits())).isEqualTo(HOLDS);
    assertThat(outcome(3, fits())).isEqualTo(HOLDS);
    assertThat(outcome(4, fits())).isEqualTo(HOLDS);
    assertThat(judgement(4, fits()).found()).contains("1 x 10^9", "grows with every degree");
    FewAndMany.Found partly =
        fits(values(1, 1), values(5, 1), values(2, 1, 50), new int[] {90, 10}, values(0.1, 0.2));
    assertThat(outcome(2, partly)).isEqualTo(HOLDS_BUT);
    assertThat(outcome(3, partly)).isEqualTo(HOLDS_BUT);
    assertThat(outcome(4, partly)).isEqualTo(HOLDS_BUT);
    assertThat(judgement(4, partly).found()).contains("smallest with degree 5 (1)");
    FewAndMany.Found no =
        fits(values(1, 1), values(1, 1), values(2, 1, 5), new int[] {9, 9}, values(0.1, 0.2));
    assertThat(outcome(2, no)).isEqualTo(DOES_NOT_HOLD);
    assertThat(outcome(3, no)).isEqualTo(DOES_NOT_HOLD);
    assertThat(outcome(4, no)).isEqualTo(DOES_NOT_HOLD);
    FewAndMany.Found flat =
        fits(values(1, 1), values(1, 1), values(1, 1, 1), new int[] {9, 0}, values(0.2, 0.2));
    assertThat(outcome(3, flat)).isEqualTo(HOLDS_BUT);
  }

  private static Learning.Found learning(long weights, int images, int correct, double low) {
    return new Learning.Found(
        "net",
        true,
        0,
        new double[0],
        List.of(),
        weights,
        images,
        10_000,
        correct,
        low,
        1,
        1000,
        List.of());
  }

  @Test
  void weightsImagesAndAccuracy() {
    assertThat(outcome(5, learning(130_890, 50_000, 9_900, 0.98))).isEqualTo(HOLDS);
    assertThat(outcome(5, learning(40_000, 50_000, 9_900, 0.98))).isEqualTo(DOES_NOT_HOLD);
    assertThat(outcome(5, learning(130_890, 50_000, 9_500, 0.94))).isEqualTo(DOES_NOT_HOLD);
    assertThat(outcome(9, learning(1, 50_000, 0, 0))).isEqualTo(HOLDS);
    assertThat(outcome(9, learning(1, 10_000, 0, 0))).isEqualTo(DOES_NOT_HOLD);
    assertThat(judgement(9, learning(1, 10_000, 0, 0)).found()).contains("10,000");
    assertThat(outcome(10, learning(1, 1, 5_200, 0.51))).isEqualTo(HOLDS);
    assertThat(outcome(10, learning(1, 1, 5_050, 0.495))).isEqualTo(DOES_NOT_HOLD);
  }

  private static Digit.Found digit(int channels, int side) {
    int numbers = channels * side * side;
    return new Digit.Found(
        channels, side, side, numbers, true, new Picture(0, 0, new int[numbers]));
  }

  @Test
  void anImageIsAVectorOf784Numbers() {
    assertThat(outcome(6, digit(1, 28))).isEqualTo(HOLDS);
    assertThat(outcome(6, digit(3, 32))).isEqualTo(DOES_NOT_HOLD);
    assertThat(judgement(6, digit(3, 32)).found()).contains("3 channels of 32 x 32", "3,072");
  }

  private static Patterns.Found patterns(int pixels, int digits, int images, int seen) {
    int[] bits = {2, 4, seen};
    return new Patterns.Found(
        pixels,
        new int[] {2, 256},
        new int[] {digits, 8 * digits},
        "1",
        images,
        31 - Integer.numberOfLeadingZeros(images),
        bits);
  }

  @Test
  void numbersOfImages() {
    Patterns.Found digits = patterns(784, 237, 50_000, 0);
    assertThat(outcome(7, digits)).isEqualTo(HOLDS);
    assertThat(outcome(7, patterns(784, 237, 50_000, 1))).isEqualTo(DOES_NOT_HOLD);
    assertThat(outcome(8, digits)).isEqualTo(HOLDS);
    assertThat(outcome(8, patterns(3072, 925, 50_000, 0))).isEqualTo(HOLDS_BUT);
    assertThat(outcome(8, patterns(64, 20, 50_000, 0))).isEqualTo(DOES_NOT_HOLD);
    assertThat(outcome(11, digits)).isEqualTo(HOLDS);
    assertThat(judgement(11, digits).found()).contains("15 pixels at most");
    assertThat(outcome(11, patterns(4, 2, 50_000, 0))).isEqualTo(DOES_NOT_HOLD);
  }

  private static Boundary.Found boundary(int inside, int rejected, double log10, double distance) {
    Picture picture = new Picture(0, 0, new int[784]);
    return new Boundary.Found(
        50_000,
        784,
        300,
        inside,
        rejected,
        new double[300],
        Collections.nCopies(
            Math.min(24, inside), new Boundary.NoCorner(picture, picture, distance)),
        log10,
        2,
        22,
        200);
  }

  @Test
  void theHullIsTinyAndItsPointsAreCorners() {
    assertThat(outcome(12, boundary(0, 0, -231.3, 0))).isEqualTo(HOLDS);
    assertThat(judgement(12, boundary(0, 0, -231.3, 0)).found()).contains("10^-231.3");
    assertThat(outcome(12, boundary(0, 0, -99, 0))).isEqualTo(DOES_NOT_HOLD);
    assertThat(outcome(13, boundary(0, 0, 0, 0))).isEqualTo(HOLDS);
    assertThat(outcome(13, boundary(2, 0, 0, 0))).isEqualTo(HOLDS);
    assertThat(outcome(13, boundary(3, 0, 0, 0))).isEqualTo(HOLDS_BUT);
    assertThat(judgement(13, boundary(3, 0, 0, 0)).found()).contains("297 of 300", "duplicates");
    assertThat(outcome(13, boundary(3, 0, 0, 0.5))).isEqualTo(DOES_NOT_HOLD);
    assertThat(outcome(13, boundary(30, 0, 0, 0))).isEqualTo(DOES_NOT_HOLD);
    assertThat(outcome(13, boundary(0, 1, 0, 0))).isEqualTo(NOT_MEASURED);
  }

  private static Generalises.Found outside(int inside, int rejected, int... correctOf100) {
    return new Generalises.Found(
        "net",
        50_000,
        Math.max(1, 100 * correctOf100.length),
        inside,
        rejected,
        new double[0],
        new double[0],
        new double[0],
        new boolean[0],
        IntStream.of(correctOf100)
            .mapToObj(correct -> new Generalises.Decile(1, 2, 100, correct, 0, 1, 1))
            .toList());
  }

  private static InsideByDimension.Found rows(int inside) {
    return new InsideByDimension.Found(
        50_000,
        500,
        30,
        List.of(
            new InsideByDimension.Row("pca:2", 2, 500, 0, 1, 1),
            new InsideByDimension.Row("pixels", 784, inside, 0, 1, 1e100)));
  }

  @Test
  void newPointsLieOutsideAndAreClassifiedCorrectly() {
    assertThat(outcome(14, outside(0, 0, 99, 99), rows(0))).isEqualTo(HOLDS);
    assertThat(outcome(14, outside(1, 0, 99, 99), rows(0))).isEqualTo(HOLDS_BUT);
    assertThat(outcome(14, outside(0, 0, 99, 99), rows(1))).isEqualTo(HOLDS_BUT);
    assertThat(outcome(14, outside(9, 0, 99, 99), rows(0))).isEqualTo(DOES_NOT_HOLD);
    assertThat(outcome(14, outside(0, 2, 99, 99), rows(0))).isEqualTo(NOT_MEASURED);
    assertThat(outcome(15, outside(0, 0, 99, 91))).isEqualTo(HOLDS);
    assertThat(outcome(15, outside(0, 0, 99, 90))).isEqualTo(HOLDS_BUT);
    assertThat(judgement(15, outside(0, 0, 99, 90)).found()).contains("94.5 %", "90.0 %");
    assertThat(outcome(15, outside(0, 0, 99, 60))).isEqualTo(DOES_NOT_HOLD);
  }
}
