package io.foolproof.study.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.audit.Progress;
import io.foolproof.audit.Proportion;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Trainer;
import io.foolproof.defense.training.Training;
import io.foolproof.defense.training.TrainingProgress;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.study.Computed;
import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyNet;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.StudyResult;
import io.foolproof.study.TrainingHistory;
import io.foolproof.study.Workshop;
import io.foolproof.study.claim.Claims;
import io.foolproof.study.claim.Outcome;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Figures 9 to 19 on built-in digits, about a small net that stands for all nets. */
@Tag("slow") // Every figure attacks something.
final class DefenseFiguresTest {
  private static final ImageSet TRAINING = GeneratedDigits.standard().training(1200);
  private static final ImageSet TEST = GeneratedDigits.standard().test(24);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir static Path folder;
  private static Workers workers;
  private static OnnxClassifier net;

  @BeforeAll
  static void train() {
    workers = new Workers();
    net = trained(plan(null), workers);
  }

  private static OnnxClassifier trained(StudyPlan plan, Workers workers) {
    ImageSet images = plan.training();
    byte[] untrained = Architecture.MLP.untrained(images.shape(), images.classes(), 0);
    byte[] file =
        new Trainer(Training.plain().with(Augmentation.NONE), new Length.Steps(150), 0)
            .train(
                OnnxModel.of(untrained, "mlp"),
                images,
                plan.validation(),
                folder.resolve("net.onnx"),
                workers,
                TrainingProgress.none());
    Trainer.finished(folder.resolve("net.onnx"));
    return OnnxClassifier.of(OnnxModel.of(file, "mlp"));
  }

  @AfterAll
  static void close() {
    workers.close();
  }

  private static StudyPlan plan(@Nullable DifferentiableClassifier model) {
    return new StudyPlan(
        TRAINING.first(1000), TRAINING.range(1000, 1200), TEST, model, Extent.QUICK, 3);
  }

  /** Whatever net is asked for, it is the small one. */
  private record OneNet(StudyPlan plan, Workers workers, OnnxClassifier net) implements Workshop {
    OneNet(StudyPlan plan, Workers workers) {
      this(plan, workers, DefenseFiguresTest.net);
    }

    @Override
    public Progress progress() {
      return Progress.none();
    }

    @Override
    public OnnxClassifier net(StudyNet described) {
      return net;
    }

    @Override
    public <R extends Record> R part(
        Figure<?> figure, String name, Class<R> type, Function<Path, R> compute) {
      try {
        return compute.apply(Files.createTempDirectory(folder, "part").resolve("own.jsonl"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public TrainingHistory history(StudyNet described) {
      return TrainingHistory.NONE;
    }
  }

  /** As a study keeps it: written and read again. */
  private static <R extends Record> R found(Figure<R> figure, Workshop workshop) {
    return JSON.readValue(JSON.writeValueAsString(figure.compute(workshop)), figure.type());
  }

  private static <R extends Record> R found(Figure<R> figure) {
    return found(figure, new OneNet(plan(null), workers));
  }

  // ---- 9 to 13

  @Test
  void theWalkLeavesTheLabelInStepsThatStayWithinEpsilon() {
    Walk.Found found = found(new Walk());
    assertThat(found.frames()).hasSize(16);
    assertThat(found.fooled()).isBetween(1, 15);
    int[] clean = found.frames().get(0).pixels();
    assertThat(clean).isEqualTo(Picture.levels(TEST.pixels(found.image())));
    for (Walk.Frame frame : found.frames()) {
      int largest =
          IntStream.range(0, clean.length)
              .map(p -> Math.abs(frame.pixels()[p] - clean[p]))
              .max()
              .orElseThrow();
      assertThat(largest / 255.0).isLessThanOrEqualTo(frame.epsilon() + 1e-9);
      assertThat(Arrays.stream(frame.probabilities()).sum()).isCloseTo(1, within(1e-5));
    }
    assertThat(Arrays.stream(found.gradient()).map(Math::abs).max().orElseThrow()).isEqualTo(127);
    assertThat(found.gradientNorm()).isPositive();
  }

  @Test
  void aFewGradientsFoolWhatNoiseHardlyDoes() {
    NoBrainer.Found found = found(new NoBrainer());
    assertThat(found.fooled().value()).isGreaterThan(0.9);
    assertThat(found.gradients()).hasSize(found.fooled().count()).isSorted();
    assertThat(found.gradients()[found.gradients().length / 2]).isBetween(1, 19);
    assertThat(found.noise().count()).isLessThan(found.fooled().count() / 2);
    assertThat(found.oneGradient().milliseconds()).isPositive();
    assertThat(found.whiteBox()).isGreaterThan(found.scores() + found.labels());
  }

  @Test
  void whoKnowsMoreLeavesLess() {
    AccuracyAgainstEpsilon.Found found = found(new AccuracyAgainstEpsilon());
    assertThat(found.curves().stream().map(AccuracyAgainstEpsilon.Curve::knows))
        .containsExactly("gradients", "scores", "labels", "nothing");
    int last = found.epsilons().length - 1;
    for (AccuracyAgainstEpsilon.Curve curve : found.curves().subList(0, 3)) {
      assertThat(curve.remaining()[0]).isEqualTo(found.curves().get(0).remaining()[0]);
      for (int k = 1; k <= last; k++) {
        assertThat(curve.remaining()[k]).isLessThanOrEqualTo(curve.remaining()[k - 1]);
      }
    }
    assertThat(found.curves().get(0).at(last).value()).isLessThan(0.1);
    assertThat(found.curves().get(3).remaining()[last])
        .isGreaterThan(found.curves().get(0).remaining()[last]);
  }

  @Test
  void theLossRisesAlongTheGradientMoreThanAlongRandomDirections() {
    Landscape.Found found = found(new Landscape());
    assertThat(found.panels()).hasSize(3);
    int middle = found.distances().length / 2;
    assertThat(found.distances()[middle]).isZero();
    for (Landscape.Panel panel : found.panels()) {
      int end = found.distances().length - 1;
      assertThat(panel.loss()[end][middle]).isGreaterThan(panel.loss()[middle][end]);
      assertThat(panel.predictions()[middle][middle]).isEqualTo(panel.label());
      assertThat(panel.label()).isEqualTo(TEST.label(panel.image()));
    }
  }

  @Test
  void whatIsMadeForTheCameraSurvivesItBest() {
    OnPaper.Found found = found(new OnPaper());
    OnPaper.Row clean = found.rows().get(0);
    OnPaper.Row plain = found.rows().get(1);
    OnPaper.Row eot = found.rows().get(2);
    assertThat(clean.onScreen().count()).isZero();
    assertThat(clean.destroyed().total()).isEqualTo(1);
    assertThat(plain.onScreen().value()).isGreaterThan(0.5);
    assertThat(eot.photographed().value())
        .isGreaterThan(plain.photographed().value())
        .isGreaterThan(clean.photographed().value());
    int photographs = found.draws() * eot.onScreen().total();
    Proportion asIfIndependent =
        new Proportion(
            Math.toIntExact(Math.round(eot.photographed().value() * photographs)), photographs);
    assertThat(eot.photographed().high() - eot.photographed().low())
        .isGreaterThan(asIfIndependent.high() - asIfIndependent.low());
  }

  // ---- 14

  /** Six pixels, so that the normal equations are solved here by elimination. */
  @Test
  void ridgeSolvesTheNormalEquations() {
    StudyPlan plan = few();
    RidgeByHand.Found found = found(new RidgeByHand(), new OneNet(plan, workers));
    double[][] x = centred(plan.training());
    int d = x[0].length;
    for (RidgeByHand.Solution solution : found.solutions().subList(1, 5)) {
      double[][] square = new double[d][d];
      double[][] penalised = new double[d][d];
      double[][] responses = new double[d][plan.training().classes()];
      for (int i = 0; i < x.length; i++) {
        for (int a = 0; a < d; a++) {
          responses[a][plan.training().label(i)] += x[i][a];
          for (int b = 0; b < d; b++) {
            square[a][b] += x[i][a] * x[i][b];
          }
        }
      }
      for (int a = 0; a < d; a++) {
        penalised[a] = square[a].clone();
        penalised[a][a] += solution.lambda();
      }
      double[][] slopes = solved(penalised, responses);
      double norm = 0;
      for (double[] row : slopes) {
        norm += Arrays.stream(row).map(w -> w * w).sum();
      }
      assertThat(solution.slope()).isCloseTo(Math.sqrt(norm), within(1e-5 * Math.sqrt(norm)));
      double[][] hat = solved(penalised, square);
      double trace = IntStream.range(0, d).mapToDouble(a -> hat[a][a]).sum();
      assertThat(solution.degreesOfFreedom()).isCloseTo(trace, within(1e-5));
    }
    for (RidgeByHand.Check check : found.checks()) {
      assertThat(check.images()).isPositive();
      assertThat(check.leastRatio()).isGreaterThan(1 - 1e-5);
      assertThat(check.medianRatio()).isLessThan(1.01);
    }
  }

  /** Two classes of 2 x 3 pixels, whose means differ. */
  private static StudyPlan few() {
    RandomStream random = new RandomStream(1, 0, "few pixels", 0);
    float[][] images = new float[1100][6];
    int[] labels = new int[images.length];
    for (int i = 0; i < images.length; i++) {
      labels[i] = i % 2;
      for (int p = 0; p < 6; p++) {
        double pixel = 0.4 + 0.03 * labels[i] * (p + 1) + 0.15 * random.nextGaussian();
        images[i][p] = (float) Math.max(0, Math.min(1, pixel));
      }
    }
    ImageSet all = ImageSet.of(images, labels, new ImageShape(1, 2, 3));
    return new StudyPlan(
        all.first(1000), all.range(1000, 1050), all.range(1050, 1100), null, Extent.QUICK, 0);
  }

  private static double[][] centred(ImageSet images) {
    double[][] rows = new double[images.size()][];
    double[] mean = new double[images.pixels()];
    for (int i = 0; i < rows.length; i++) {
      float[] pixels = images.pixels(i);
      rows[i] = IntStream.range(0, pixels.length).mapToDouble(p -> pixels[p]).toArray();
      for (int p = 0; p < mean.length; p++) {
        mean[p] += rows[i][p] / rows.length;
      }
    }
    for (double[] row : rows) {
      Arrays.setAll(row, p -> row[p] - mean[p]);
    }
    return rows;
  }

  /** Gauss and Jordan, of a matrix that is positive definite. */
  private static double[][] solved(double[][] matrix, double[][] right) {
    double[][] a = Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
    double[][] b = Arrays.stream(right).map(double[]::clone).toArray(double[][]::new);
    for (int k = 0; k < a.length; k++) {
      int pivot = k;
      scale(a[pivot], b[pivot], 1 / a[pivot][k]);
      for (int row = 0; row < a.length; row++) {
        if (row != k) {
          double factor = a[row][k];
          for (int c = 0; c < a[row].length; c++) {
            a[row][c] -= factor * a[pivot][c];
          }
          for (int c = 0; c < b[row].length; c++) {
            b[row][c] -= factor * b[pivot][c];
          }
        }
      }
    }
    return b;
  }

  private static void scale(double[] a, double[] b, double factor) {
    Arrays.setAll(a, c -> a[c] * factor);
    Arrays.setAll(b, c -> b[c] * factor);
  }

  // ---- 15 to 19

  @Test
  void theSameNetWithEachWeightIsMeasuredAlike() {
    Flattened.Found found = found(new Flattened());
    assertThat(found.nets().stream().map(Flattened.Net::weight))
        .containsExactly(0.0, 0.1, 1.0, 10.0, 100.0);
    assertThat(found.trainingImages()).isEqualTo(1000);
    assertThat(found.nets().stream().map(Flattened.Net::gradient).distinct()).hasSize(1);
    Flattened.Net first = found.nets().get(0);
    assertThat(first.training().total()).isEqualTo(1000);
    assertThat(first.robust().count()).isLessThanOrEqualTo(24 - first.test().count());
    assertThat(first.gradient()).isPositive();
  }

  @Test
  void modelsAreMeasuredFromNoLearnedNumberToTheStorys() {
    EducatedGuesses.Found found = found(new EducatedGuesses());
    assertThat(found.leftOut()).isEmpty();
    List<EducatedGuesses.Guess> guesses = found.guesses();
    assertThat(guesses.get(0).name()).isEqualTo("templates");
    assertThat(guesses.get(0).learned()).isEqualTo(1);
    assertThat(guesses.get(guesses.size() - 1).learned()).isEqualTo(784 * 128 + 128 + 1290);
    for (EducatedGuesses.Guess guess : guesses) {
      assertThat(guess.errors().value()).as(guess.name()).isLessThan(0.5);
      assertThat(guess.linf()).as(guess.name()).isBetween(0.005, 0.5);
      assertThat(guess.l2()).as(guess.name()).isBetween(0.05, 10.0);
    }
    EducatedGuesses.Cost dim = found.costs().get(1);
    assertThat(dim.images()).isEqualTo("dim");
    assertThat(dim.threshold().count()).isGreaterThan(dim.plain().count());
  }

  @Test
  void templatesAreForDigitsAlone() {
    ImageSet clothes =
        ImageSet.of(Subject.pixels(TRAINING), Subject.labels(TRAINING), new ImageShape(1, 28, 28))
            .withAllClasses(IntStream.range(0, 10).mapToObj(label -> "garment " + label).toList());
    StudyPlan plan =
        new StudyPlan(
            clothes.first(1000),
            clothes.range(1000, 1100),
            clothes.range(1100, 1120),
            null,
            Extent.QUICK,
            0);
    EducatedGuesses.Found found = found(new EducatedGuesses(), new OneNet(plan, workers));
    assertThat(found.leftOut()).containsExactly("templates: made for other images");
    assertThat(Defenses.of(new OneNet(plan, workers)).stream().map(Defenses.Defense::name))
        .doesNotContain("templates");
  }

  @Test
  void aHardThresholdHoldsTrainingBack() {
    HardToOptimise.Found found = found(new HardToOptimise());
    HardToOptimise.Trained hard = found.trainings().get(0);
    HardToOptimise.Trained through = found.trainings().get(1);
    HardToOptimise.Trained smooth = found.trainings().get(2);
    assertThat(hard.finalLoss()).isGreaterThan(2 * smooth.finalLoss());
    assertThat(through.finalLoss()).isLessThan(hard.finalLoss());
    assertThat(smooth.loss()).hasSameSizeAs(found.steps());
    assertThat(smooth.loss()[found.steps().length - 1]).isLessThan(smooth.loss()[0]);
  }

  @Test
  void averagingFindsTheGradientBehindTheNoise() {
    Workshop workshop = new OneNet(plan(null), workers);
    Averaging.Found found = found(new Averaging(), workshop);
    int last = found.draws().length - 1;
    assertThat(found.gradients().get(last).median())
        .isGreaterThan(found.gradients().get(0).median());
    assertThat(found.scores().get(last).median())
        .isGreaterThan(found.scores().get(0).median() + 0.1);
    assertThat(found.gradients().get(last).median())
        .isGreaterThan(found.scores().get(last).median());
    assertThat(found.attacks().stream().map(Averaging.Attacked::draws))
        .containsExactly(1, 5, 20, 100, 10, 100);
    assertThat(found.attacks().get(3).remaining().value())
        .isLessThan(found.attacks().get(0).remaining().value());
    assertThat(found.attacks().get(3).spent()).isEqualTo(1000);
    for (Averaging.Attacked attack : found.attacks()) {
      assertThat(attack.remaining().low()).isLessThanOrEqualTo(attack.remaining().value());
      assertThat(attack.remaining().high()).isGreaterThanOrEqualTo(attack.remaining().value());
    }
    assertThat(JSON.writeValueAsString(new Averaging().compute(workshop)))
        .isEqualTo(JSON.writeValueAsString(found));
  }

  /**
   * Of a linear model that tells two classes apart each noisy gradient points where the clean one
   * does; random directions find it the better, the more there are.
   */
  @Test
  void noiseDoesNotTurnTheGradientOfALinearModel() {
    OneNet workshop = new OneNet(plan(linear()), workers);
    Subject clean = Subject.of(workshop);
    Subject noisy = Subject.of(Averaging.noisy(workshop), workshop);
    assertThat(noisy.model().drawsAtRandom()).isTrue();
    int[] labelled = IntStream.range(0, 24).filter(i -> TEST.label(i) < 2).limit(3).toArray();
    Directions directions = new Directions(noisy, TEST.select(labelled), clean);
    for (Averaging.Cosine cosine : directions.cosines(directions::gradients, new int[] {1, 7})) {
      assertThat(cosine.low()).isCloseTo(1, within(1e-5));
    }
    List<Averaging.Cosine> slopes =
        directions.cosines(directions::slopes, new int[] {10, 1000, 10_000});
    assertThat(slopes.get(0).median()).isLessThan(slopes.get(1).median());
    assertThat(slopes.get(1).median()).isLessThan(slopes.get(2).median());
  }

  private static DifferentiableClassifier linear() {
    return DifferentiableClassifier.of(
        "linear",
        InputSpec.unit(1, 28, 28),
        10,
        images ->
            Arrays.stream(images)
                .map(
                    image -> {
                      float[] logits = new float[10];
                      Arrays.fill(logits, 2, 10, -100);
                      for (int p = 0; p < image.length; p++) {
                        logits[0] += image[p] * weight(p);
                        logits[1] -= image[p] * weight(p);
                      }
                      return logits;
                    })
                .toArray(float[][]::new),
        (images, weights) ->
            Arrays.stream(weights)
                .map(
                    row -> {
                      float[] gradient = new float[784];
                      for (int p = 0; p < gradient.length; p++) {
                        gradient[p] = weight(p) * (row[0] - row[1]);
                      }
                      return gradient;
                    })
                .toArray(float[][]::new));
  }

  private static float weight(int pixel) {
    return (float) Math.sin(pixel) / 100;
  }

  @Test
  void theFrontierHasAPointOfEachFamilyAndNoneAtZero() {
    Frontier.Found found = found(new Frontier());
    assertThat(found.points().stream().map(Frontier.Point::family).distinct())
        .containsExactlyInAnyOrder("none", "noisy", "flat", "small", "adversarial");
    assertThat(found.published()).isEmpty();
    for (Frontier.Point point : found.points()) {
      assertThat(point.robust().value()).as(point.name()).isGreaterThan(0.5);
      assertThat(point.robust().low()).isLessThanOrEqualTo(point.robust().value());
    }
  }

  // ---- Other images, and a model that is never fooled

  @Test
  void twoClassesOfSixPixelsGoThroughAllFigures() {
    StudyPlan plan = few();
    OneNet workshop = new OneNet(plan, workers, trained(plan, workers));
    List<Computed<?>> all = new ArrayList<>();
    for (Figure<?> figure : Figures.all()) {
      if (figure.number() >= 9 && figure.number() <= 19 && figure.unfit(plan).isEmpty()) {
        all.add(computed(figure, workshop));
      }
    }
    assertThat(all).hasSize(11);
    assertThat(
            Claims.judge(new StudyResult(plan, all, Map.of())).stream()
                .filter(judgement -> judgement.claim().number() >= 16)
                .filter(judgement -> judgement.outcome() == Outcome.NOT_MEASURED)
                .map(judgement -> judgement.claim().number()))
        .containsExactly(23);
  }

  @Test
  void aModelThatIsNeverFooledGoesThroughAllFigures() {
    OneNet workshop = new OneNet(plan(constant()), workers);
    List<Computed<?>> all = new ArrayList<>();
    for (Figure<?> figure :
        List.of(
            new Walk(),
            new NoBrainer(),
            new AccuracyAgainstEpsilon(),
            new Landscape(),
            new OnPaper(),
            new EducatedGuesses(),
            new Averaging())) {
      all.add(computed(figure, workshop));
    }
    StudyResult result = new StudyResult(workshop.plan(), all, Map.of());
    assertThat(result.found(Walk.Found.class).orElseThrow().fooled()).isEqualTo(-1);
    assertThat(result.found(NoBrainer.Found.class).orElseThrow().fooled().count()).isZero();
    assertThat(
            Claims.judge(result).stream()
                .filter(judgement -> List.of(16, 17, 22, 25).contains(judgement.claim().number())))
        .hasSize(4)
        .allMatch(judgement -> judgement.outcome() == Outcome.DOES_NOT_HOLD);
  }

  private static <R extends Record> Computed<R> computed(Figure<R> figure, Workshop workshop) {
    return new Computed<>(figure, 1, found(figure, workshop));
  }

  /** The class of the first image, whatever it sees. */
  private static DifferentiableClassifier constant() {
    return DifferentiableClassifier.of(
        "constant",
        InputSpec.unit(1, 28, 28),
        10,
        images ->
            Arrays.stream(images)
                .map(
                    image -> {
                      float[] logits = new float[10];
                      logits[TEST.label(0)] = 9;
                      return logits;
                    })
                .toArray(float[][]::new),
        (images, weights) -> new float[images.length][784]);
  }
}
