package io.foolproof.study.claim;

import io.foolproof.study.Rounded;
import io.foolproof.study.StudyResult;
import io.foolproof.study.figure.Digit;
import io.foolproof.study.figure.FewAndMany;
import io.foolproof.study.figure.Learning;
import io.foolproof.study.figure.Patterns;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Claims 1 to 11: good and bad fits, the number of images, and what is learned of them. */
final class FitClaims {
  /** So many digits has a googol, 10^100. */
  private static final int GOOGOL_DIGITS = 101;

  private static final int PIXELS = 784;
  private static final int SIDE = 28;
  private static final int TRAINING = 50_000;

  /** What counts as a large change. */
  private static final double FACTOR = 10;

  private FitClaims() {}

  static List<Judgement> judge(StudyResult result) {
    Optional<FewAndMany.Found> fits = result.found(FewAndMany.Found.class);
    Optional<Digit.Found> digit = result.found(Digit.Found.class);
    Optional<Patterns.Found> patterns = result.found(Patterns.Found.class);
    Optional<Learning.Found> learning = result.found(Learning.Found.class);
    return List.of(
        Claims.judged(
            new Claim(
                1,
                "A good fit interpolates ... many data points, few dimensions and a simple model",
                List.of(4)),
            fits.map(FitClaims::goodFit)),
        Claims.judged(
            new Claim(2, "A bad fit extrapolates: ... a few data points", List.of(4)),
            fits.map(FitClaims::fewPoints)),
        Claims.judged(
            new Claim(3, "and/or many dimensions", List.of(4)),
            fits.map(FitClaims::manyDimensions)),
        Claims.judged(
            new Claim(4, "and/or many parameters", List.of(4)),
            fits.map(FitClaims::manyParameters)),
        Claims.judged(
            new Claim(
                5, "numbers-wise you would expect a bad fit ... but somehow it works", List.of(5)),
            learning.map(FitClaims::moreWeightsThanImages)),
        Claims.judged(
            new Claim(6, "28x28 px greyscale image: a vector of 784 numbers", List.of(1)),
            digit.map(FitClaims::vector)),
        Claims.judged(
            new Claim(7, "an exponential number of images: n ** 784", List.of(2)),
            patterns.map(FitClaims::fewPatternsSeen)),
        Claims.judged(
            new Claim(8, "len(str(2 ** 784)) == 237 > google", List.of(2)),
            patterns.map(FitClaims::moreThanAGoogol)),
        Claims.judged(
            new Claim(9, "we use 50,000 training samples", List.of(5)),
            learning.map(
                found ->
                    Decided.of(
                        found.images() == TRAINING,
                        "There are %,d of them here.",
                        found.images()))),
        Claims.judged(
            new Claim(10, "successfully recognizes most digits from the test set", List.of(5)),
            learning.map(FitClaims::mostAreCorrect)),
        Claims.judged(
            new Claim(11, "it is really impossible to sample a 784-dimensional space", List.of(2)),
            patterns.map(FitClaims::cannotBeSampled)));
  }

  private static Decided goodFit(FewAndMany.Found found) {
    int[] at = found.points().at();
    double inside = last(found.points().inside());
    return Decided.of(
        inside < found.noise(),
        "A polynomial of degree %d that is fitted to %,d points of one dimension has the error %s"
            + " inside their hull, and the noise of a point is %s.",
        found.degree(),
        at[at.length - 1],
        Rounded.of(inside),
        Rounded.of(found.noise()));
  }

  private static Decided fewPoints(FewAndMany.Found found) {
    int[] at = found.points().at();
    double[] outside = found.points().outside();
    double factor = outside[0] / last(outside);
    return Decided.of(
        Decided.outcome(factor > FACTOR, factor > 1),
        "Outside the hull the error is %s with %,d points and %s with %,d; the noise is %s.",
        Rounded.of(outside[0]),
        at[0],
        Rounded.of(last(outside)),
        at[at.length - 1],
        Rounded.of(found.noise()));
  }

  private static Decided manyDimensions(FewAndMany.Found found) {
    FewAndMany.Dimensions panel = found.dimensions();
    int end = panel.dimension().length - 1;
    boolean falls = panel.inside()[end] < panel.inside()[0];
    boolean grows = panel.error()[end] > panel.error()[0];
    return Decided.of(
        Decided.outcome(falls && panel.inside()[end] == 0 && grows, falls),
        "Of %,d new points inside the hull of %,d: %,d where there %s and %,d in %d dimensions; the error is"
            + " %s and %s.",
        panel.queries(),
        panel.points(),
        panel.inside()[0],
        panel.dimension()[0] == 1 ? "is 1 dimension" : "are " + panel.dimension()[0],
        panel.inside()[end],
        panel.dimension()[end],
        Rounded.of(panel.error()[0]),
        Rounded.of(panel.error()[end]));
  }

  /** The first few parameters may help: they are not many. */
  private static Decided manyParameters(FewAndMany.Found found) {
    double[] outside = found.parameters().outside();
    int best = 0;
    boolean grows = true;
    for (int k = 1; k < outside.length; k++) {
      best = outside[k] < outside[best] ? k : best;
      grows &= outside[k] > outside[k - 1];
    }
    boolean muchWorse = last(outside) > FACTOR * outside[best];
    return Decided.of(
        Decided.outcome(grows && muchWorse, muchWorse),
        "Outside the hull of %d points the error is smallest with degree %d (%s), and %s with"
            + " degree %d%s.",
        found.samples(),
        found.parameters().at()[best],
        Rounded.of(outside[best]),
        Rounded.of(last(outside)),
        found.parameters().at()[outside.length - 1],
        grows ? "; it grows with every degree" : "; not every degree adds to it");
  }

  private static Decided moreWeightsThanImages(Learning.Found found) {
    double accuracy = (double) found.correct() / found.tested();
    return Decided.of(
        found.weights() > found.images() && accuracy > 0.95,
        "%,d weights, %,d training images; %.2f %% of the test images are correctly classified.",
        found.weights(),
        found.images(),
        100 * accuracy);
  }

  private static Decided vector(Digit.Found found) {
    return Decided.of(
        found.numbers() == PIXELS
            && found.channels() == 1
            && found.height() == SIDE
            && found.width() == SIDE,
        "An image in the data has %d channel%s of %d x %d pixels: %,d numbers.",
        found.channels(),
        found.channels() == 1 ? "" : "s",
        found.height(),
        found.width(),
        found.numbers());
  }

  private static Decided fewPatternsSeen(Patterns.Found found) {
    int k = found.seen().length;
    double fraction = found.seen()[k - 1] / (double) (1L << k);
    return Decided.of(
        fraction < 0.01,
        "Of the 2^%d on/off patterns of the %d most varied pixels, %,d images show %,d: %s %%.",
        k,
        k,
        found.images(),
        found.seen()[k - 1],
        Rounded.of(100 * fraction));
  }

  private static Decided moreThanAGoogol(Patterns.Found found) {
    int digits = found.digits()[Arrays.binarySearch(found.levels(), 2)];
    boolean larger = digits > GOOGOL_DIGITS;
    return Decided.of(
        Decided.outcome(larger && digits == 237, larger),
        "2^%,d has %,d decimal digits, a googol %d.",
        found.pixels(),
        digits,
        GOOGOL_DIGITS);
  }

  private static Decided mostAreCorrect(Learning.Found found) {
    return Decided.of(
        found.low() > 0.5,
        "%,d of %,d test images are correctly classified: %.2f %% (95 %% interval %.2f to %.2f).",
        found.correct(),
        found.tested(),
        100.0 * found.correct() / found.tested(),
        100 * found.low(),
        100 * found.high());
  }

  private static Decided cannotBeSampled(Patterns.Found found) {
    return Decided.of(
        found.covered() < found.pixels(),
        "%,d images could show every on/off pattern of %d pixels at most, and an image has %,d.",
        found.images(),
        found.covered(),
        found.pixels());
  }

  private static double last(double[] values) {
    return values[values.length - 1];
  }
}
