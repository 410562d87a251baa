package io.foolproof.study.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.audit.Proportion;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.study.Computed;
import io.foolproof.study.Estimate;
import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.StudyResult;
import io.foolproof.study.Timing;
import io.foolproof.study.figure.Averaging;
import io.foolproof.study.figure.EducatedGuesses;
import io.foolproof.study.figure.Flattened;
import io.foolproof.study.figure.Frontier;
import io.foolproof.study.figure.HardToOptimise;
import io.foolproof.study.figure.NoBrainer;
import io.foolproof.study.figure.OnPaper;
import io.foolproof.study.figure.RidgeByHand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rules are tried on made-up figures, so that each outcome is reached. */
final class WalkClaimsTest {
  private static final ImageSet DIGITS =
      GeneratedDigits.standard().training(StudyPlan.LEAST_TRAINING);
  private static final StudyPlan PLAN =
      new StudyPlan(DIGITS, DIGITS.first(1), DIGITS.first(1), null, Extent.QUICK, 0);

  @SafeVarargs
  @SuppressWarnings("varargs") // The figures are only read.
  private static Judgement judged(int number, Computed<? extends Record>... figures) {
    List<Judgement> all =
        WalkClaims.judge(new StudyResult(PLAN, List.of(figures), Map.of())).stream()
            .filter(judgement -> judgement.claim().number() == number)
            .toList();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @SafeVarargs
  private static Outcome outcome(int number, Computed<? extends Record>... figures) {
    return judged(number, figures).outcome();
  }

  private static <R extends Record> Computed<R> computed(Figure<R> figure, R found) {
    return new Computed<>(figure, 1, found);
  }

  @Test
  void claims16To26AreThereAndNothingIsDecidedWithoutFigures() {
    List<Judgement> all = WalkClaims.judge(new StudyResult(PLAN, List.of(), Map.of()));
    assertThat(all.stream().map(judgement -> judgement.claim().number()))
        .containsExactlyElementsOf(IntStream.rangeClosed(16, 26).boxed().toList());
    assertThat(all).allMatch(judgement -> judgement.outcome() == Outcome.NOT_MEASURED);
  }

  // ---- 16 and 18

  private static Computed<NoBrainer.Found> attacked(int fooled, int gradients, int whiteBox) {
    int[] each = new int[fooled];
    Arrays.fill(each, gradients);
    return computed(
        new NoBrainer(),
        new NoBrainer.Found(
            "pgd",
            0.2,
            new Proportion(fooled, 100),
            each,
            new Proportion(1, 100),
            new Timing(3),
            whiteBox,
            5,
            5));
  }

  @Test
  void foolingIsANoBrainerWhereNearlyAllAreFooledByFewGradients() {
    assertThat(outcome(16, attacked(96, 4, 20))).isEqualTo(Outcome.HOLDS);
    assertThat(outcome(16, attacked(95, 4, 20))).isEqualTo(Outcome.HOLDS_BUT);
    assertThat(outcome(16, attacked(96, 20, 20))).isEqualTo(Outcome.HOLDS_BUT);
    assertThat(outcome(16, attacked(50, 4, 20))).isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(judged(16, attacked(0, 0, 20)).found())
        .isEqualTo("0 of 100 images were fooled within 0.2.");
    assertThat(judged(16, attacked(96, 4, 20)).found())
        .contains("96 of 100", "after 4 gradients", "1.0 %");
  }

  @Test
  void mostAttacksFollowGradients() {
    assertThat(outcome(18, attacked(96, 4, 11))).isEqualTo(Outcome.HOLDS);
    assertThat(outcome(18, attacked(96, 4, 10))).isEqualTo(Outcome.DOES_NOT_HOLD);
  }

  // ---- 17

  private static Computed<OnPaper.Found> photographed(int clean, int eot) {
    return computed(
        new OnPaper(),
        new OnPaper.Found(
            "phone-photo",
            0.3,
            new int[] {1, 1, 1},
            10,
            List.of(row("clean", clean), row("plain", 30), row("eot", eot))));
  }

  private static OnPaper.Row row(String name, int misclassified) {
    int[] pixel = {0};
    Proportion photographed = new Proportion(misclassified, 100);
    return new OnPaper.Row(
        name,
        "",
        new Proportion(1, 10),
        Estimate.of(photographed),
        photographed,
        pixel,
        pixel,
        0,
        0);
  }

  @Test
  void anExampleSurvivesACameraThatDoesNotFoolByItself() {
    assertThat(outcome(17, photographed(10, 51))).isEqualTo(Outcome.HOLDS);
    assertThat(outcome(17, photographed(10, 50))).isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(outcome(17, photographed(50, 90))).isEqualTo(Outcome.DOES_NOT_HOLD);
  }

  // ---- 19 to 21

  /** Degrees of freedom, slope and gradient are the same numbers. */
  private static Computed<RidgeByHand.Found> ridge(double[] flatness, int[] training, int[] test) {
    List<RidgeByHand.Solution> solutions = new ArrayList<>();
    for (int i = 0; i < flatness.length; i++) {
      solutions.add(
          new RidgeByHand.Solution(
              i,
              flatness[i],
              new Proportion(training[i], 100),
              new Proportion(test[i], 100),
              flatness[i],
              flatness[i],
              1,
              0.1,
              new int[0][]));
    }
    return computed(
        new RidgeByHand(),
        new RidgeByHand.Found(List.of("0", "1"), new int[] {1, 1, 1}, solutions, List.of()));
  }

  private static Computed<Flattened.Found> nets(double[] gradient, int[] training, int[] test) {
    List<Flattened.Net> nets = new ArrayList<>();
    for (int i = 0; i < gradient.length; i++) {
      for (int seed = 0; seed < 2; seed++) {
        nets.add(
            new Flattened.Net(
                i,
                seed,
                new Proportion(training[i], 100),
                new Proportion(test[i], 100),
                gradient[i] + seed,
                new Proportion(1, 2)));
      }
    }
    return computed(
        new Flattened(), new Flattened.Found("gradient", "small", 100, 0.1, "pgd", nets));
  }

  private static final double[] FALLING = {3, 2, 1};
  private static final double[] UNEVEN = {3, 1, 2};
  private static final double[] RISING = {1, 2, 3};
  private static final int[] MORE = {1, 2, 3};
  private static final int[] FIRST_LESS = {2, 1, 3};
  private static final int[] LESS = {3, 2, 1};

  @Test
  void flatteningRegularisesWhereDegreesOfFreedomAndGradientsFall() {
    assertThat(outcome(19, ridge(FALLING, MORE, MORE), nets(FALLING, MORE, MORE)))
        .isEqualTo(Outcome.HOLDS);
    assertThat(outcome(19, ridge(FALLING, MORE, MORE), nets(UNEVEN, MORE, MORE)))
        .isEqualTo(Outcome.HOLDS_BUT);
    assertThat(outcome(19, ridge(FALLING, MORE, MORE), nets(RISING, MORE, MORE)))
        .isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(outcome(19, ridge(UNEVEN, MORE, MORE), nets(FALLING, MORE, MORE)))
        .isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(outcome(19, ridge(FALLING, MORE, MORE))).isEqualTo(Outcome.NOT_MEASURED);
  }

  @Test
  void flatteningCostsErrorsOfBothKinds() {
    assertThat(outcome(20, ridge(FALLING, MORE, MORE), nets(FALLING, MORE, MORE)))
        .isEqualTo(Outcome.HOLDS);
    assertThat(outcome(20, ridge(FALLING, MORE, FIRST_LESS), nets(FALLING, MORE, MORE)))
        .isEqualTo(Outcome.HOLDS_BUT);
    assertThat(outcome(20, ridge(FALLING, MORE, MORE), nets(FALLING, MORE, FIRST_LESS)))
        .isEqualTo(Outcome.HOLDS_BUT);
    assertThat(outcome(20, ridge(FALLING, LESS, MORE), nets(FALLING, MORE, MORE)))
        .isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(outcome(20, ridge(FALLING, MORE, MORE), nets(FALLING, MORE, LESS)))
        .isEqualTo(Outcome.DOES_NOT_HOLD);
  }

  @Test
  void ridgeIsLessExpressiveWhereDegreesOfFreedomFall() {
    assertThat(outcome(21, ridge(FALLING, MORE, MORE))).isEqualTo(Outcome.HOLDS);
    assertThat(outcome(21, ridge(UNEVEN, MORE, MORE))).isEqualTo(Outcome.DOES_NOT_HOLD);
  }

  // ---- 22 and 23

  private static EducatedGuesses.Guess guess(
      String name, long learned, boolean trained, int errors, double l2, double linf) {
    return new EducatedGuesses.Guess(
        name, "", learned, trained, new Proportion(errors, 100), 10, l2, linf);
  }

  private static Computed<EducatedGuesses.Found> guesses(EducatedGuesses.Guess... all) {
    return computed(
        new EducatedGuesses(),
        new EducatedGuesses.Found(List.of(all), List.of(), List.of("fmn"), List.of()));
  }

  private static final EducatedGuesses.Guess CNN = guess("cnn", 1000, true, 2, 1.4, 0.11);

  @Test
  void fewerParametersHelpWhereSuchAModelIsFartherFromItsBoundary() {
    assertThat(outcome(22, guesses(guess("qda", 500, false, 4, 1.6, 0.12), CNN)))
        .isEqualTo(Outcome.HOLDS);
    assertThat(outcome(22, guesses(guess("qda", 500, false, 4, 1.6, 0.1), CNN)))
        .isEqualTo(Outcome.HOLDS_BUT);
    assertThat(outcome(22, guesses(guess("qda", 500, false, 4, 1.3, 0.12), CNN)))
        .isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(outcome(22, guesses(guess("qda", 1000, false, 4, 1.6, 0.12), CNN)))
        .isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(outcome(22, guesses(guess("tiny", 500, true, 4, 1.6, 0.12), CNN)))
        .isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(outcome(22, guesses(guess("flat", 500, false, 60, 1.6, 0.12), CNN)))
        .isEqualTo(Outcome.DOES_NOT_HOLD);
  }

  @Test
  void nothingIsFartherThanAModelThatIsNeverFooledOrNeverCorrect() {
    for (double distance : new double[] {Double.POSITIVE_INFINITY, Double.NaN}) {
      assertThat(
              outcome(
                  22,
                  guesses(
                      guess("qda", 500, false, 4, 1.6, 0.12),
                      guess("model", 1000, true, 2, distance, distance))))
          .isEqualTo(Outcome.DOES_NOT_HOLD);
    }
  }

  @Test
  void noLearningIsNeededWhereTemplatesDoAsWell() {
    assertThat(outcome(23, guesses(guess("templates", 1, false, 2, 1, 1), CNN)))
        .isEqualTo(Outcome.HOLDS);
    assertThat(outcome(23, guesses(guess("templates", 1, false, 28, 1, 1), CNN)))
        .isEqualTo(Outcome.HOLDS_BUT);
    assertThat(outcome(23, guesses(guess("templates", 1, false, 50, 1, 1), CNN)))
        .isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(outcome(23, guesses(CNN))).isEqualTo(Outcome.NOT_MEASURED);
  }

  // ---- 24 to 26

  private static Computed<HardToOptimise.Found> trained(double hard, double smooth) {
    double[] loss = {1};
    Proportion errors = new Proportion(1, 10);
    return computed(
        new HardToOptimise(),
        new HardToOptimise.Found(
            64,
            new int[] {1000},
            List.of(
                new HardToOptimise.Trained("hard", loss, hard, errors),
                new HardToOptimise.Trained("straight-through", loss, 0.3, errors),
                new HardToOptimise.Trained("smooth", loss, smooth, errors))));
  }

  @Test
  void aHardThresholdIsHardToOptimiseWhereItsLossStays() {
    assertThat(outcome(24, trained(0.9, 0.4))).isEqualTo(Outcome.HOLDS);
    assertThat(outcome(24, trained(0.8, 0.4))).isEqualTo(Outcome.HOLDS_BUT);
    assertThat(outcome(24, trained(0.4, 0.4))).isEqualTo(Outcome.DOES_NOT_HOLD);
  }

  private static Computed<Averaging.Found> averaged(double one, double many) {
    return computed(
        new Averaging(),
        new Averaging.Found(
            0.3,
            new int[] {1},
            List.of(),
            List.of(),
            0.1,
            new Estimate(1, 0.9, 1),
            new Estimate(0.1, 0, 0.2),
            List.of(attack(1, one), attack(20, 0.7), attack(100, many))));
  }

  private static Averaging.Attacked attack(int draws, double remaining) {
    return new Averaging.Attacked(
        "gradients",
        draws,
        "pgd",
        40 * draws,
        new Estimate(remaining, remaining - 0.05, remaining + 0.05));
  }

  @Test
  void averagingExploitsNoiseWhereItLeavesLessThanHalf() {
    assertThat(outcome(25, averaged(0.9, 0.44))).isEqualTo(Outcome.HOLDS);
    assertThat(outcome(25, averaged(0.9, 0.45))).isEqualTo(Outcome.HOLDS_BUT);
    assertThat(outcome(25, averaged(0.9, 0.85))).isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(outcome(25, averaged(1, 1))).isEqualTo(Outcome.DOES_NOT_HOLD);
    assertThat(outcome(25, averaged(0, 0))).isEqualTo(Outcome.DOES_NOT_HOLD);
  }

  private static Computed<Frontier.Found> frontier(double... errors) {
    List<Frontier.Point> points =
        Arrays.stream(errors)
            .mapToObj(
                error ->
                    new Frontier.Point(
                        "net " + error,
                        "none",
                        "",
                        "apgd",
                        new Proportion(0, 10),
                        new Estimate(error, error, 1),
                        List.of()))
            .toList();
    return computed(
        new Frontier(),
        new Frontier.Found(
            0.3, "fast", points, List.of(new Frontier.Hollow("Gowal", 0.01, 0.0366, "arXiv"))));
  }

  @Test
  void noDefenseIsFree() {
    Judgement holds = judged(26, frontier(1, 0.1));
    assertThat(holds.outcome()).isEqualTo(Outcome.HOLDS);
    assertThat(holds.found()).contains("10.0 % (net 0.1)", "3.7 %", "measured, not proved");
    assertThat(outcome(26, frontier(1, 0))).isEqualTo(Outcome.DOES_NOT_HOLD);
  }
}
