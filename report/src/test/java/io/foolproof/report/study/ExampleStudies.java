package io.foolproof.report.study;

import io.foolproof.audit.Proportion;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.data.PublishedSet;
import io.foolproof.report.ReportContext;
import io.foolproof.study.Computed;
import io.foolproof.study.Estimate;
import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.StudyResult;
import io.foolproof.study.Timing;
import io.foolproof.study.TrainingHistory;
import io.foolproof.study.claim.Claims;
import io.foolproof.study.claim.Judgement;
import io.foolproof.study.figure.AccuracyAgainstEpsilon;
import io.foolproof.study.figure.Averaging;
import io.foolproof.study.figure.Boundary;
import io.foolproof.study.figure.Digit;
import io.foolproof.study.figure.EducatedGuesses;
import io.foolproof.study.figure.FewAndMany;
import io.foolproof.study.figure.Flattened;
import io.foolproof.study.figure.Frontier;
import io.foolproof.study.figure.Generalises;
import io.foolproof.study.figure.HardToOptimise;
import io.foolproof.study.figure.InsideByDimension;
import io.foolproof.study.figure.Landscape;
import io.foolproof.study.figure.Learning;
import io.foolproof.study.figure.NoBrainer;
import io.foolproof.study.figure.OnPaper;
import io.foolproof.study.figure.OwnDigit;
import io.foolproof.study.figure.Patterns;
import io.foolproof.study.figure.Picture;
import io.foolproof.study.figure.Polynomials;
import io.foolproof.study.figure.RidgeByHand;
import io.foolproof.study.figure.Walk;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Studies whose figures are made up: plausible, or never fooled. */
public final class ExampleStudies {
  private static final int[] SHAPE = {1, 28, 28};
  private static final int PIXELS = 784;
  private static final int CLASSES = 10;

  private final ImageSet images;
  private final boolean fooled;

  private ExampleStudies(ImageSet images, boolean fooled) {
    this.images = images;
    this.fooled = fooled;
  }

  /** All figures, of digits. */
  public static StudyResult complete() {
    return new ExampleStudies(digits(), true).result();
  }

  /** All figures, of a model that no attack fools. */
  public static StudyResult neverFooled() {
    return new ExampleStudies(digits(), false).result();
  }

  /** All figures, of clothes. */
  public static StudyResult clothes() {
    ImageSet digits = digits();
    float[][] pixels = new float[digits.size()][];
    int[] labels = new int[digits.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = digits.pixels(i);
      labels[i] = digits.label(i);
    }
    ImageSet clothes =
        ImageSet.of(pixels, labels, new ImageShape(1, 28, 28))
            .named("fashion-mnist")
            .withAllClasses(PublishedSet.FASHION_MNIST.classNames());
    return new ExampleStudies(clothes, true).result();
  }

  /** The page and its files, with the claims that the figures decide. */
  public static void write(StudyResult result, ReportContext context, Path folder) {
    List<Judgement> claims = Claims.judge(result);
    StudyFiles.write(result, claims, context, folder);
    StudyReport.write(result, claims, context, folder);
  }

  /** A study without one of its figures. */
  static StudyResult without(StudyResult result, int number, String leftOut) {
    return new StudyResult(
        result.plan(),
        result.figures().stream().filter(computed -> computed.figure().number() != number).toList(),
        leftOut.isEmpty() ? Map.of() : Map.of(number, leftOut));
  }

  private static ImageSet digits() {
    return GeneratedDigits.standard().training(StudyPlan.LEAST_TRAINING);
  }

  private StudyResult result() {
    StudyPlan plan =
        new StudyPlan(images, images.first(20), images.first(60), null, Extent.QUICK, 0);
    List<Computed<?>> all = new ArrayList<>();
    add(all, new Digit(), new Digit.Found(1, 28, 28, PIXELS, true, picture(0)));
    add(all, new Patterns(), patterns());
    add(all, new Polynomials(), polynomials());
    add(all, new FewAndMany(), fewAndMany());
    add(all, new Learning(), learning());
    add(all, new Boundary(), boundary());
    add(all, new InsideByDimension(), inside());
    add(all, new Generalises(), generalises());
    add(all, new Walk(), walk());
    add(all, new NoBrainer(), noBrainer());
    add(all, new AccuracyAgainstEpsilon(), epsilons());
    add(all, new Landscape(), landscape());
    add(all, new OnPaper(), paper());
    add(all, new RidgeByHand(), ridge());
    add(all, new Flattened(), flattened());
    add(all, new EducatedGuesses(), guesses());
    add(all, new HardToOptimise(), optimise());
    add(all, new Averaging(), averaging());
    add(all, new Frontier(), frontier());
    add(all, new OwnDigit(), ownDigit());
    return new StudyResult(plan, all, Map.of());
  }

  private static <R extends Record> void add(List<Computed<?>> all, Figure<R> figure, R found) {
    all.add(new Computed<>(figure, 0.37 * figure.number(), found));
  }

  private Picture picture(int place) {
    return Picture.of(images, place);
  }

  private Patterns.Found patterns() {
    int[] seen = IntStream.rangeClosed(1, 24).map(k -> Math.min(1 << k, 400 * k)).toArray();
    return new Patterns.Found(
        PIXELS,
        new int[] {2, 4, 16, 256},
        new int[] {237, 473, 945, 1889},
        BigInteger.TWO.pow(PIXELS).toString(),
        50_000,
        15,
        seen);
  }

  private static double[] each(int count, IntToDoubleFunction value) {
    return IntStream.range(0, count).mapToDouble(value).toArray();
  }

  private static Polynomials.Found polynomials() {
    int places = 201;
    double[] x = each(places, i -> -2 + 4.0 * i / (places - 1));
    double[][] fits = new double[16][];
    for (int degree = 0; degree < fits.length; degree++) {
      int power = degree;
      fits[degree] = Arrays.stream(x).map(v -> Math.sin(3 * v) + Math.pow(v, power) / 5).toArray();
    }
    double[] sampled = each(21, i -> -1 + i / 10.0);
    return new Polynomials.Found(
        0.15,
        sampled,
        Arrays.stream(sampled).map(v -> Math.sin(3 * v) + 0.1 * Math.cos(40 * v)).toArray(),
        x,
        Arrays.stream(x).map(v -> Math.sin(3 * v)).toArray(),
        fits,
        each(16, d -> 0.05 + Math.abs(d - 7) * 0.04),
        each(16, d -> Math.pow(10, d / 2.5)));
  }

  private static FewAndMany.Found fewAndMany() {
    int[] at = {8, 16, 32, 64, 128, 256};
    return new FewAndMany.Found(
        0.15,
        50,
        7,
        new FewAndMany.Panel(at, each(6, i -> 0.4 / (i + 1)), each(6, i -> 5000 / Math.pow(8, i))),
        20,
        new FewAndMany.Panel(
            new int[] {1, 3, 5, 7, 9, 11},
            each(6, i -> 0.4 / (i + 1)),
            each(6, i -> Math.pow(9, i))),
        new FewAndMany.Dimensions(
            100,
            500,
            new int[] {1, 2, 4, 8, 16, 32},
            new int[] {490, 430, 180, 8, 0, 0},
            each(6, i -> 0.02 * Math.pow(2, i))));
  }

  private Learning.Found learning() {
    List<Learning.Wrong> wrong = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      wrong.add(new Learning.Wrong(picture(i), (images.label(i) + 3) % CLASSES, 0.6));
    }
    return new Learning.Found(
        "plain",
        true,
        782,
        each(100, i -> 2.3 * Math.exp(-i / 20.0) + 0.03),
        List.of(new TrainingHistory.Epoch(1, 0.4, 0.97), new TrainingHistory.Epoch(2, 0.1, 0.985)),
        131_466,
        50_000,
        10_000,
        9861,
        0.9836,
        0.9882,
        1000,
        wrong);
  }

  private Boundary.Found boundary() {
    double[] distances = each(300, i -> i == 7 ? 0 : 3 + 2 * Math.sin(i));
    return new Boundary.Found(
        50_000,
        PIXELS,
        300,
        1,
        0,
        distances,
        List.of(new Boundary.NoCorner(picture(7), picture(8), 0.8)),
        -231.3,
        4.2,
        22.3,
        1000);
  }

  private static InsideByDimension.Found inside() {
    List<InsideByDimension.Row> rows = new ArrayList<>();
    for (int d : new int[] {2, 4, 8, 16, 32, 64}) {
      rows.add(row("pca:" + d, d, d > 30 ? 0 : 500 / d));
    }
    for (int k : new int[] {2, 4, 6}) {
      rows.add(row("patch:" + k, k * k, 900 / (k * k * k)));
    }
    rows.add(row("pixels", PIXELS, 0));
    return new InsideByDimension.Found(50_000, 500, 40, rows);
  }

  private static InsideByDimension.Row row(String space, int dimension, int inside) {
    Proportion fraction = new Proportion(inside, 500);
    return new InsideByDimension.Row(
        space,
        dimension,
        inside,
        fraction.low(),
        fraction.high(),
        Math.pow(2, dimension / 2.0) / dimension);
  }

  private static Generalises.Found generalises() {
    List<Generalises.Decile> deciles = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Proportion correct = new Proportion(100 - i / 2, 100);
      deciles.add(
          new Generalises.Decile(
              1 + 0.6 * i,
              1.6 + 0.6 * i,
              100,
              correct.count(),
              correct.low(),
              correct.high(),
              0.99 - 0.004 * i));
    }
    return new Generalises.Found(
        "plain",
        50_000,
        1000,
        0,
        0,
        each(1000, i -> 1 + 0.006 * i),
        each(1000, i -> 3 + 0.006 * i),
        each(1000, i -> 0.98),
        new boolean[1000],
        deciles);
  }

  private Walk.Found walk() {
    int label = images.label(3);
    List<Walk.Frame> frames = new ArrayList<>();
    for (int k = 0; k <= 8; k++) {
      int step = k;
      int[] levels = picture(3).levels();
      int[] changed =
          IntStream.range(0, PIXELS)
              .map(p -> Math.min(255, levels[p] + (p % 3 == 0 ? 4 * step : 0)))
              .toArray();
      int prediction = fooled && k >= 5 ? (label + 1) % CLASSES : label;
      frames.add(new Walk.Frame(0.0125 * k, changed, probabilities(prediction), prediction));
    }
    int[] gradient = IntStream.range(0, PIXELS).map(p -> p * 37 % 255 - 127).toArray();
    return new Walk.Found(
        3, label, images.classNames(), SHAPE, gradient, 0.013, frames, fooled ? 5 : -1);
  }

  private static double[] probabilities(int most) {
    return each(CLASSES, c -> c == most ? 0.91 : 0.01);
  }

  private NoBrainer.Found noBrainer() {
    int[] gradients = fooled ? IntStream.range(0, 490).map(i -> 1 + i / 60).toArray() : new int[0];
    return new NoBrainer.Found(
        "pgd: 40 steps",
        0.1,
        new Proportion(gradients.length, 493),
        gradients,
        new Proportion(fooled ? 9 : 0, 493),
        new Timing(0.8),
        31,
        9,
        11);
  }

  private AccuracyAgainstEpsilon.Found epsilons() {
    double[] at = each(6, i -> 0.04 * i);
    List<AccuracyAgainstEpsilon.Curve> curves = new ArrayList<>();
    int[] falls = fooled ? new int[] {50, 25, 20, 1} : new int[] {0, 0, 0, 0};
    String[] knows = {"gradients", "scores", "labels", "nothing"};
    for (int c = 0; c < knows.length; c++) {
      int fall = falls[c];
      curves.add(
          new AccuracyAgainstEpsilon.Curve(
              knows[c],
              "attack " + c,
              IntStream.range(0, 6).map(i -> Math.max(0, 198 - fall * i)).toArray(),
              200));
    }
    return new AccuracyAgainstEpsilon.Found(at, curves);
  }

  private Landscape.Found landscape() {
    int n = 21;
    double[] at = each(n, i -> -3 + 0.3 * i);
    List<Landscape.Panel> panels = new ArrayList<>();
    for (int panel = 0; panel < 3; panel++) {
      int label = images.label(panel);
      double[][] loss = new double[n][n];
      int[][] predictions = new int[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          loss[i][j] = Math.log1p(Math.exp(2 * at[i] + 0.1 * at[j] * at[j]));
          predictions[i][j] = fooled && at[i] > 1.2 ? (label + 1) % CLASSES : label;
        }
      }
      panels.add(new Landscape.Panel(panel, label, loss, predictions));
    }
    return new Landscape.Found(at, images.classNames(), panels);
  }

  private OnPaper.Found paper() {
    List<OnPaper.Row> rows = new ArrayList<>();
    String[] names = {"clean", "plain", "eot"};
    int[] photographed = fooled ? new int[] {40, 300, 700} : new int[] {0, 0, 0};
    for (int i = 0; i < names.length; i++) {
      rows.add(
          new OnPaper.Row(
              names[i],
              i == 0 ? "" : "pgd",
              new Proportion(fooled && i > 0 ? 48 : 0, 50),
              Estimate.of(new Proportion(photographed[i], 1000)),
              new Proportion(i == 1 ? 600 : 0, 960),
              picture(4).levels(),
              picture(5).levels(),
              images.label(4),
              images.label(5)));
    }
    return new OnPaper.Found("phone-photo", 0.2, SHAPE, 20, rows);
  }

  private RidgeByHand.Found ridge() {
    List<RidgeByHand.Solution> solutions = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Random random = new Random(i);
      int[][] weights =
          i % 2 == 1
              ? new int[0][]
              : IntStream.range(0, CLASSES)
                  .mapToObj(c -> random.ints(PIXELS, -127, 128).toArray())
                  .toArray(int[][]::new);
      solutions.add(
          new RidgeByHand.Solution(
              Math.pow(10, i - 3),
              700 - 100 * i,
              new Proportion(1400 + 100 * i, 10_000),
              new Proportion(i == 1 ? 1390 : 1450 + 90 * i, 10_000),
              9.0 - i,
              1.2 - 0.1 * i,
              0.4 + 0.2 * i,
              0.02 + 0.01 * i,
              weights));
    }
    return new RidgeByHand.Found(
        images.classNames(),
        SHAPE,
        solutions,
        List.of(new RidgeByHand.Check(0.1, "l2", "fmn", 100, 1.002, 1.0, 1.03)));
  }

  private Flattened.Found flattened() {
    List<Flattened.Net> nets = new ArrayList<>();
    double[] weights = {0, 0.01, 0.1, 1, 10};
    for (int i = 0; i < weights.length; i++) {
      nets.add(
          new Flattened.Net(
              weights[i],
              0,
              new Proportion(10 + 40 * i, 2000),
              new Proportion(20 + 30 * i, 1000),
              Math.pow(10, -i / 2.0),
              new Proportion(fooled ? 10 + 20 * i : 190, 200)));
    }
    return new Flattened.Found("gradient", "small", 10_000, 0.1, "apgd", nets);
  }

  private EducatedGuesses.Found guesses() {
    List<EducatedGuesses.Guess> guesses = new ArrayList<>();
    String[] names = {"templates", "tangent", "lda", "ridge", "small", "cnn"};
    long[] learned = {0, 0, 7850, -1, 166_406, 131_466};
    for (int i = 0; i < names.length; i++) {
      guesses.add(
          new EducatedGuesses.Guess(
              names[i],
              "model " + i + ": 4,448 weights for digits",
              learned[i],
              i > 3,
              new Proportion(300 - 50 * i, 1000),
              90,
              fooled ? 2.2 - 0.2 * i : Double.POSITIVE_INFINITY,
              fooled ? 0.2 - 0.02 * i : Double.POSITIVE_INFINITY));
    }
    return new EducatedGuesses.Found(
        guesses,
        List.of("hull: too many images"),
        List.of("fmn in L2", "fmn in L-inf"),
        List.of(
            new EducatedGuesses.Cost(
                "as they are", new Proportion(15, 1000), new Proportion(17, 1000)),
            new EducatedGuesses.Cost("dim", new Proportion(50, 1000), new Proportion(700, 1000)),
            new EducatedGuesses.Cost(
                "inverted", new Proportion(700, 1000), new Proportion(750, 1000))));
  }

  private static HardToOptimise.Found optimise() {
    int[] steps = {50, 100, 150, 200, 250, 300};
    return new HardToOptimise.Found(
        100,
        steps,
        List.of(
            trained("hard", 2.2, 0.1),
            trained("straight-through", 1.5, 0.3),
            trained("smooth", 1.2, 0.35)));
  }

  private static HardToOptimise.Trained trained(String name, double from, double fall) {
    return new HardToOptimise.Trained(
        name,
        each(6, i -> from * Math.exp(-fall * i)),
        from * Math.exp(-6 * fall),
        new Proportion(100, 1000));
  }

  private Averaging.Found averaging() {
    int[] draws = {1, 3, 10, 30, 100, 300, 1000};
    List<Averaging.Cosine> gradients = new ArrayList<>();
    List<Averaging.Cosine> scores = new ArrayList<>();
    for (int i = 0; i < draws.length; i++) {
      double cosine = 0.15 + 0.13 * i;
      gradients.add(new Averaging.Cosine(cosine - 0.05, cosine, Math.min(1, cosine + 0.05)));
      scores.add(new Averaging.Cosine(0.01 * i, 0.03 * i, 0.05 * i));
    }
    List<Averaging.Attacked> attacks = new ArrayList<>();
    int[] n = {1, 5, 20, 100};
    double[] left = fooled ? new double[] {0.92, 0.6, 0.4, 0.3} : new double[] {1, 1, 1, 1};
    for (int i = 0; i < n.length; i++) {
      attacks.add(
          new Averaging.Attacked(
              "gradients",
              n[i],
              "pgd: eot=" + n[i],
              40.0 * n[i],
              new Estimate(left[i], left[i] - 0.06, Math.min(1, left[i] + 0.06))));
    }
    attacks.add(
        new Averaging.Attacked("scores", 20, "square", 5000, new Estimate(0.95, 0.9, 0.98)));
    return new Averaging.Found(
        0.5,
        draws,
        gradients,
        scores,
        0.1,
        new Estimate(0.96, 0.94, 0.98),
        fooled ? new Estimate(0.02, 0, 0.05) : new Estimate(1, 0.98, 1),
        attacks);
  }

  private Frontier.Found frontier() {
    List<Frontier.Point> points = new ArrayList<>();
    String[] names = {"none", "ridge", "tiny", "noise", "adversarial"};
    String[] families = {"none", "flat", "small", "noisy", "adversarial"};
    for (int i = 0; i < names.length; i++) {
      Proportion robust = new Proportion(fooled ? 200 - 40 * i : 0, 200);
      points.add(
          new Frontier.Point(
              names[i],
              families[i],
              "defense " + i,
              "apgd, square",
              new Proportion(10 + 5 * i, 1000),
              Estimate.of(robust),
              i < 4
                  ? List.of()
                  : List.of(
                      new Frontier.Errors(
                          new Proportion(33, 1000),
                          Estimate.of(new Proportion(fooled ? 37 : 0, 200)),
                          "apgd, square"))));
    }
    return new Frontier.Found(
        0.1,
        "standard",
        points,
        List.of(
            new Frontier.Hollow("TRADES", 0.0052, 0.0719, "arXiv 1901.08573"),
            new Frontier.Hollow("Gowal et al. 2020", 0.0074, 0.0366, "arXiv 2010.03593")));
  }

  private OwnDigit.Found ownDigit() {
    float[] example = images.pixels(2);
    float[] after = example.clone();
    after[300] = 1;
    int label = images.label(2);
    return new OwnDigit.Found(
        List.of(
            new OwnDigit.Layer(8, 4, 2, 1),
            new OwnDigit.Layer(10, 4, 2, 1),
            new OwnDigit.Layer(12, 3, 2, 1),
            new OwnDigit.Layer(CLASSES, 4, 1, 0)),
        Base64.getEncoder().encodeToString(new byte[4448 * Float.BYTES]),
        4448,
        10_000,
        9650,
        example,
        label,
        probabilities(label),
        after,
        probabilities(fooled ? (label + 1) % CLASSES : label),
        fooled ? 14 : 200,
        1.37);
  }
}
