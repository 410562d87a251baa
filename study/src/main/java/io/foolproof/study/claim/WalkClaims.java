package io.foolproof.study.claim;

import io.foolproof.audit.Proportion;
import io.foolproof.study.Estimate;
import io.foolproof.study.StudyResult;
import io.foolproof.study.figure.Averaging;
import io.foolproof.study.figure.EducatedGuesses;
import io.foolproof.study.figure.EducatedGuesses.Guess;
import io.foolproof.study.figure.Flattened;
import io.foolproof.study.figure.Frontier;
import io.foolproof.study.figure.HardToOptimise;
import io.foolproof.study.figure.NoBrainer;
import io.foolproof.study.figure.OnPaper;
import io.foolproof.study.figure.RidgeByHand;
import io.foolproof.study.figure.RidgeByHand.Solution;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Claims 16 to 26: attacks, what mends models, and what that costs. */
final class WalkClaims {
  /** What is nearly always so. */
  private static final double NEARLY_ALL = 0.95;

  private static final double HALF = 0.5;
  private static final int FEW_GRADIENTS = 20;

  /** How many draws the strongest of the averaging attacks takes. */
  private static final int MOST_DRAWS = 100;

  private WalkClaims() {}

  /** What the figures say about each. */
  static List<Judgement> judge(StudyResult result) {
    Optional<RidgeByHand.Found> ridge = result.found(RidgeByHand.Found.class);
    Optional<Flattened.Found> flat = result.found(Flattened.Found.class);
    Optional<Both> both = ridge.flatMap(r -> flat.map(f -> new Both(r, f)));
    Optional<EducatedGuesses.Found> guesses = result.found(EducatedGuesses.Found.class);
    return List.of(
        Claims.judged(
            new Claim(16, "a no-brainer task to find another point where it does not", of(9, 10)),
            result.found(NoBrainer.Found.class).map(WalkClaims::isEasilyFooled)),
        Claims.judged(
            new Claim(17, "deliver adversarial examples into the physical world", of(13)),
            result.found(OnPaper.Found.class).map(WalkClaims::survivesACamera)),
        Claims.judged(
            new Claim(18, "the majority of the methods ... simply follow them", of(10)),
            result.found(NoBrainer.Found.class).map(WalkClaims::followsGradients)),
        Claims.judged(
            new Claim(19, "flatten ... usually imposes a strong regularization", of(14, 15)),
            both.map(WalkClaims::regularises)),
        Claims.judged(
            new Claim(20, "higher training and test set errors", of(14, 15, 19)),
            both.map(b -> costsErrors(b, result.found(Frontier.Found.class)))),
        Claims.judged(
            new Claim(21, "less expressive (... linear regression example)", of(14)),
            ridge.map(WalkClaims::isLessExpressive)),
        Claims.judged(
            new Claim(22, "a more educated model guess with fewer parameters", of(16)),
            guesses.map(WalkClaims::fewerParametersHelp)),
        Claims.judged(
            new Claim(23, "you might not need machine learning at all", of(16)),
            guesses.flatMap(WalkClaims::handDrawn).map(WalkClaims::needsNoLearning)),
        Claims.judged(
            new Claim(24, "non-analytic functions are very difficult to optimize", of(17)),
            result.found(HardToOptimise.Found.class).map(WalkClaims::isHardToOptimise)),
        Claims.judged(
            new Claim(25, "gradients can be averaged over multiple queries and exploited", of(18)),
            result.found(Averaging.Found.class).map(WalkClaims::averagingHelps)),
        Claims.judged(
            new Claim(26, "an intrinsic property of machine learning", of(19)),
            result.found(Frontier.Found.class).map(WalkClaims::isIntrinsic)));
  }

  private static List<Integer> of(Integer... figures) {
    return List.of(figures);
  }

  private static Decided decided(
      boolean holds, boolean holdsBut, String format, Object... numbers) {
    return Decided.of(Decided.outcome(holds, holdsBut), format, numbers);
  }

  private static String percent(Proportion proportion) {
    return percent(proportion.value());
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  // ---- 16 to 18: attacks

  private static Decided isEasilyFooled(NoBrainer.Found found) {
    int[] gradients = found.gradients();
    String fooled =
        "%d of %d images were fooled within %s"
            .formatted(found.fooled().count(), found.fooled().total(), found.epsilon());
    if (gradients.length == 0) {
      return decided(false, false, "%s.", fooled);
    }
    int median = gradients[gradients.length / 2];
    return decided(
        found.fooled().value() > NEARLY_ALL && median < FEW_GRADIENTS,
        found.fooled().value() > HALF,
        "%s, half of them after %d gradients or fewer; noise as large fooled %s.",
        fooled,
        median,
        percent(found.noise()));
  }

  private static Decided survivesACamera(OnPaper.Found found) {
    Estimate clean = row(found, "clean").photographed();
    Estimate eot = row(found, "eot").photographed();
    boolean isSeen = clean.value() < HALF;
    return decided(
        isSeen && eot.value() > HALF,
        false,
        "Of simulated photographs of adversarial images that were made for the camera %s were"
            + " misclassified, of those made without it %s, of clean images %s.",
        percent(eot.value()),
        percent(row(found, "plain").photographed().value()),
        percent(clean.value()));
  }

  private static OnPaper.Row row(OnPaper.Found found, String name) {
    return found.rows().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  private static Decided followsGradients(NoBrainer.Found found) {
    int all = found.whiteBox() + found.scores() + found.labels();
    return decided(
        2 * found.whiteBox() > all,
        false,
        "%d of the %d attacks in the catalogue follow gradients of the model.",
        found.whiteBox(),
        all);
  }

  // ---- 19 to 21: flat models

  private record Both(RidgeByHand.Found ridge, Flattened.Found flat) {

    /** The mean over repetitions, by ascending weight. */
    double[] nets(ToDoubleFunction<Flattened.Net> of) {
      return weights()
          .map(
              weight ->
                  flat.nets().stream()
                      .filter(net -> net.weight() == weight)
                      .mapToDouble(of)
                      .average()
                      .orElseThrow())
          .toArray();
    }

    private DoubleStream weights() {
      return flat.nets().stream().mapToDouble(Flattened.Net::weight).distinct().sorted();
    }
  }

  private static double[] ridges(RidgeByHand.Found found, ToDoubleFunction<Solution> of) {
    return found.solutions().stream().mapToDouble(of).toArray();
  }

  private static boolean falls(double[] values) {
    return IntStream.range(1, values.length).allMatch(i -> values[i] < values[i - 1]);
  }

  private static double last(double[] values) {
    return values[values.length - 1];
  }

  private static Decided regularises(Both both) {
    double[] freedom = ridges(both.ridge(), Solution::degreesOfFreedom);
    double[] slope = ridges(both.ridge(), Solution::gradient);
    double[] gradient = both.nets(Flattened.Net::gradient);
    boolean isRidge = falls(freedom) && falls(slope);
    return decided(
        isRidge && falls(gradient),
        isRidge && last(gradient) < gradient[0],
        "From the smallest weight to the largest ridge's degrees of freedom go from %.1f to %.1f,"
            + " its gradient from %.3g to %.3g, and the network's gradient from %.3g to %.3g%s.",
        freedom[0],
        last(freedom),
        slope[0],
        last(slope),
        gradient[0],
        last(gradient),
        falls(gradient) ? "" : ", though not with every step");
  }

  private static Decided costsErrors(Both both, Optional<Frontier.Found> frontier) {
    List<double[]> errors =
        List.of(
            ridges(both.ridge(), solution -> solution.training().value()),
            ridges(both.ridge(), solution -> solution.test().value()),
            both.nets(net -> net.training().value()),
            both.nets(net -> net.test().value()));
    boolean rise = errors.stream().allMatch(row -> last(row) > row[0]);
    boolean isLower =
        Stream.of(errors.get(1), errors.get(3))
            .anyMatch(row -> DoubleStream.of(row).anyMatch(error -> error < row[0]));
    return decided(
        rise && !isLower,
        rise,
        "Without a penalty and with the largest, ridge misclassifies %s and %s of training images"
            + " and %s and %s of test images, the network %s and %s, and %s and %s%s.%s",
        percent(errors.get(0)[0]),
        percent(last(errors.get(0))),
        percent(errors.get(1)[0]),
        percent(last(errors.get(1))),
        percent(errors.get(2)[0]),
        percent(last(errors.get(2))),
        percent(errors.get(3)[0]),
        percent(last(errors.get(3))),
        rise && isLower ? "; a small penalty lowers the test error" : "",
        frontier.map(WalkClaims::whatDefensesCost).orElse(""));
  }

  /** Beside the model without a defense, which is the first point. */
  private static String whatDefensesCost(Frontier.Found found) {
    double without = found.points().get(0).clean().value();
    List<Frontier.Point> defenses = found.points().subList(1, found.points().size());
    return String.format(
        Locale.ROOT,
        " Of %d defenses %d misclassify more test images than the model without one.",
        defenses.size(),
        defenses.stream().filter(point -> point.clean().value() > without).count());
  }

  private static Decided isLessExpressive(RidgeByHand.Found found) {
    double[] freedom = ridges(found, Solution::degreesOfFreedom);
    double[] slope = ridges(found, Solution::slope);
    return decided(
        falls(freedom) && falls(slope),
        false,
        "From the smallest weight to the largest the degrees of freedom go from %.1f to %.1f and"
            + " the norm of the slope from %.3g to %.3g.",
        freedom[0],
        last(freedom),
        slope[0],
        last(slope));
  }

  // ---- 22 to 24: small models, and those that are hard to train

  private static Guess story(EducatedGuesses.Found found) {
    return found.guesses().get(found.guesses().size() - 1);
  }

  /** What is wrong on most images is far from a boundary for the wrong reason. */
  private static Decided fewerParametersHelp(EducatedGuesses.Found found) {
    Guess story = story(found);
    List<Guess> smaller =
        found.guesses().stream()
            .filter(guess -> !guess.trained() && guess.errors().value() < HALF)
            .filter(guess -> guess.learned() >= 0 && guess.learned() < story.learned())
            .toList();
    Predicate<Guess> isFarther = guess -> guess.l2() > story.l2();
    Optional<Guess> best =
        smaller.stream().filter(isFarther).max(Comparator.comparingDouble(Guess::l2));
    if (best.isEmpty()) {
      return decided(
          false,
          false,
          "None of %d models with fewer learned numbers is farther from its boundary than %s (L2"
              + " %.3g).",
          smaller.size(),
          story.name(),
          story.l2());
    }
    Guess guess = best.get();
    return decided(
        guess.linf() > story.linf(),
        true,
        "%s has %,d learned numbers and %s %,d; the median distance to what fools it is %.3g and"
            + " %.3g in L2, %.3g and %.3g in L-inf, and it misclassifies %s and %s.",
        guess.name(),
        guess.learned(),
        story.name(),
        story.learned(),
        guess.l2(),
        story.l2(),
        guess.linf(),
        story.linf(),
        percent(guess.errors()),
        percent(story.errors()));
  }

  private record Drawn(Guess templates, Guess story) {}

  private static Optional<Drawn> handDrawn(EducatedGuesses.Found found) {
    return found.guesses().stream()
        .filter(guess -> guess.name().equals("templates"))
        .map(guess -> new Drawn(guess, story(found)))
        .findFirst();
  }

  private static Decided needsNoLearning(Drawn drawn) {
    double errors = drawn.templates().errors().value();
    return decided(
        errors <= drawn.story().errors().value(),
        errors < HALF,
        "The nearest hand-drawn template classifies %s of test images correctly, %s %s.",
        percent(1 - errors),
        drawn.story().name(),
        percent(1 - drawn.story().errors().value()));
  }

  private static Decided isHardToOptimise(HardToOptimise.Found found) {
    double hard = loss(found, "hard");
    double smooth = loss(found, "smooth");
    return decided(
        hard > 2 * smooth,
        hard > smooth,
        "After %,d steps the loss is %.3g with a hard threshold, %.3g with the gradient passed"
            + " straight through, and %.3g with a smooth one.",
        found.steps()[found.steps().length - 1],
        hard,
        loss(found, "straight-through"),
        smooth);
  }

  private static double loss(HardToOptimise.Found found, String name) {
    return found.trainings().stream()
        .filter(trained -> trained.name().equals(name))
        .findFirst()
        .orElseThrow()
        .finalLoss();
  }

  // ---- 25 and 26: noise, and what is left

  private static Decided averagingHelps(Averaging.Found found) {
    Estimate one = gradients(found, 1);
    Estimate many = gradients(found, MOST_DRAWS);
    return decided(
        many.value() < HALF * one.value(),
        many.high() < one.low(),
        "With noise PGD leaves %s of images correctly classified, and %s when each step follows the"
            + " mean of %d gradients; without noise it leaves %s.",
        percent(one.value()),
        percent(many.value()),
        MOST_DRAWS,
        percent(found.withoutNoise().value()));
  }

  private static Estimate gradients(Averaging.Found found, int draws) {
    return found.attacks().stream()
        .filter(attack -> attack.knows().equals("gradients") && attack.draws() == draws)
        .findFirst()
        .orElseThrow()
        .remaining();
  }

  private static Decided isIntrinsic(Frontier.Found found) {
    Frontier.Point best =
        found.points().stream()
            .min(Comparator.comparingDouble(point -> point.robust().value()))
            .orElseThrow();
    String published =
        found.published().isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                "; of the published ones the least is %s",
                percent(
                    found.published().stream()
                        .mapToDouble(Frontier.Hollow::robust)
                        .min()
                        .orElseThrow()));
    return decided(
        best.robust().value() > 0,
        false,
        "The least robust error of %d models at %s is %s (%s)%s: measured, not proved.",
        found.points().size(),
        found.epsilon(),
        percent(best.robust().value()),
        best.name(),
        published);
  }
}
