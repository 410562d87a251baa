package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Distances;
import io.foolproof.attack.FunctionClassifier;
import io.foolproof.attack.Levels;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.journal.Journal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);
  private static final LinearClassifier MODEL = LinearClassifier.random(INPUT, 3, 11);
  private static final Suite.Choice ATTACKS =
      Suite.Choice.of(Attacks.parse("fgsm"), Attacks.parse("pgd:steps=10"));

  private static final AuditPlan.Extent CURVE = new AuditPlan.Extent(false, 8, false);

  @TempDir Path folder;

  /** The right class but for every tenth sample, around grey, so that distances are spread. */
  private static ImageSet data(int count) {
    float[] pixels = new float[count * INPUT.elements()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      int from = i * INPUT.elements();
      int to = from + INPUT.elements();
      new RandomStream(5, i, "images", 0).fillUniform(pixels, from, to, 0.3f, 0.7f);
      int right = MODEL.predict(Arrays.copyOfRange(pixels, from, to));
      labels[i] = i % 10 == 9 ? (right + 1) % 3 : right;
    }
    return ImageSet.ofPixels(
        "grey", new ImageShape(1, 6, 5), pixels, labels, List.of("a", "b", "c"));
  }

  private static Audit audit(ImageSet data, double epsilon) {
    return Audit.of(MODEL, data)
        .against(ThreatModel.linf(epsilon))
        .with(ATTACKS)
        .extent(CURVE)
        .seed(7);
  }

  private static AuditPlan plan(Audit audit) {
    return audit.plan(new AuditedModel.Loaded(MODEL).open(true));
  }

  @Test
  void verdictsAgreeWithTheDistancesThatAreKnown() {
    double epsilon = 0.05;
    ImageSet data = data(200);
    AuditResult result = audit(data, epsilon).workers(2).batch(48).run();
    assertThat(result.cleanAccuracy()).isEqualTo(new Proportion(180, 200));
    for (int i = 0; i < data.size(); i++) {
      SampleVerdict sample = result.samples().get(i);
      double distance = MODEL.distance(data.pixels(i), data.label(i), Norm.LINF);
      if (i % 10 == 9) {
        assertThat(sample.verdict()).isEqualTo(Verdict.MISCLASSIFIED);
      } else if (distance > epsilon) {
        assertThat(sample.verdict()).isEqualTo(Verdict.UNKNOWN);
      } else if (distance < epsilon * 0.9) {
        assertThat(sample.verdict()).isEqualTo(Verdict.FOOLED);
        SampleVerdict.Witness witness = sample.witness();
        assertThat(witness).isNotNull();
        assertThat(witness.distances().linf()).isBetween(distance, epsilon);
        assertThat(MODEL.predict(witness.image())).isEqualTo(witness.prediction());
      }
    }
    assertThat(result.count(Verdict.FOOLED).count()).isBetween(20, 170);
  }

  @Test
  void laterAttacksSeeOnlyWhatIsStandingAndTheCurveFalls() {
    AuditResult result = audit(data(200), 0.08).workers(2).batch(48).run();
    AttackSummary first = result.attacks().get(0);
    AttackSummary second = result.attacks().get(1);
    assertThat(first.tried()).isEqualTo(180);
    assertThat(second.tried()).isEqualTo(180 - first.fooled());
    assertThat(second.robustAccuracy()).isEqualTo(result.robustAccuracy());
    List<AuditResult.CurvePoint> curve = result.curve();
    assertThat(curve.get(0).robustAccuracy()).isEqualTo(result.cleanAccuracy());
    assertThat(curve.get(curve.size() - 1).epsilon()).isEqualTo(0.08);
    assertThat(curve.get(curve.size() - 1).robustAccuracy()).isEqualTo(result.robustAccuracy());
    for (int i = 1; i < curve.size(); i++) {
      assertThat(curve.get(i).robustAccuracy().count())
          .isLessThanOrEqualTo(curve.get(i - 1).robustAccuracy().count());
    }
    assertThat(curve.get(4).robustAccuracy().count())
        .isBetween(result.robustAccuracy().count() + 1, 179);
  }

  /** What fools is found in any order of attacks; what is not is an error, and counts as wrong. */
  @ParameterizedTest
  @ValueSource(strings = {"fgsm,noise:draws=20", "noise:draws=20,fgsm"})
  void answersThatAreNoNumbersElsewhereHideNothing(String attacks) {
    ImageShape shape = new ImageShape(1, 1, 2);
    float[] pixels = new float[2 * 15];
    Arrays.fill(pixels, 0.5f);
    for (int i = 12; i < 15; i++) {
      pixels[2 * i] = 0.9f;
    }
    ImageSet data = ImageSet.ofPixels("pairs", shape, pixels, new int[15], List.of("a", "b"));
    Classifier model = new FunctionClassifier(InputSpec.unit(1, 1, 2), 2, AuditTest::brokenAbove);
    AuditResult result =
        Audit.of(model, data)
            .against(ThreatModel.linf(0.2))
            .with(Stream.of(attacks.split(",")).map(Attacks::parse).toArray(Attack[]::new))
            .extent(CURVE)
            .seed(7)
            .workers(2)
            .batch(48)
            .run();
    assertThat(result.count(Verdict.FOOLED)).isEqualTo(new Proportion(12, 15));
    assertThat(result.count(Verdict.ERROR)).isEqualTo(new Proportion(3, 15));
    assertThat(result.attacks().stream().mapToInt(AttackSummary::errors).sum()).isPositive();
    assertThat(result.attacks().get(1).robustAccuracy()).isEqualTo(new Proportion(0, 15));
    List<AuditResult.CurvePoint> curve = result.curve();
    assertThat(curve.get(curve.size() - 1).robustAccuracy()).isEqualTo(new Proportion(0, 15));
  }

  /** Class 0 where the first value is above 0.4; no number where the second is above 0.55. */
  private static Tensor brokenAbove(Tensor images) {
    Tensor values = images.flatten(1);
    Tensor second = values.slice(1, 1, 2, 1);
    Tensor margin = values.slice(1, 0, 1, 1).sub(0.4).add(second.mul(0.01));
    Tensor lost = Tensor.full(Double.NaN, DType.FLOAT32, 1);
    Tensor first = Tensor.where(second.gt(0.55), lost, margin);
    return Tensor.concat(List.of(first, first.mul(0)), 1);
  }

  @Test
  void batchesAndWorkersChangeNothing() {
    ImageSet data = data(100);
    AuditResult reference = audit(data, 0.05).workers(1).batch(100).run();
    for (int[] workersAndBatch : new int[][] {{2, 48}, {3, 1}, {2, 7}}) {
      AuditResult other =
          audit(data, 0.05).workers(workersAndBatch[0]).batch(workersAndBatch[1]).run();
      assertSame(other, reference);
    }
  }

  private Audit onDisk(ImageSet data, String journal) {
    return audit(data, 0.05).workers(2).batch(16).journal(folder.resolve(journal));
  }

  @Test
  void aJournalThatIsCutAnywhereLeadsToTheSameResult() throws IOException {
    ImageSet data = data(60);
    AuditResult reference = onDisk(data, "whole").run();
    byte[] whole = Files.readAllBytes(folder.resolve("whole"));
    for (double share : new double[] {0, 0.001, 0.1, 0.35, 0.5, 0.77, 0.999, 1}) {
      Files.write(
          folder.resolve("cut"), Arrays.copyOf(whole, (int) Math.round(whole.length * share)));
      assertSame(onDisk(data, "cut").run(), reference);
    }
  }

  @Test
  void aJournalOfAnotherAuditIsRefusedAndOneInUseToo() {
    ImageSet data = data(20);
    onDisk(data, "j").run();
    assertThatThrownBy(() -> audit(data, 0.06).journal(folder.resolve("j")).run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("epsilon was 0.05, now 0.06");
    Audit other = audit(data, 0.06).journal(folder.resolve("j")).startingAfreshIfChanged();
    assertSame(other.run(), audit(data, 0.06).run());
    try (Journal held = Journal.open(folder.resolve("held"), plan(audit(data, 0.05)).identity())) {
      assertThatThrownBy(() -> onDisk(data, "held").run())
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("another audit is writing");
      assertThat(held.stage("clean")).isEmpty();
    }
  }

  @Test
  void aWitnessThatAnotherRuntimeDoesNotConfirmIsNoSuccess() {
    // A runtime that always names the right class, as the model itself does for clean images.
    Classifier stubborn = new Stubborn();
    AuditResult result = audit(data(50), 0.05).replayingOn(stubborn).run();
    assertThat(result.attacks().get(0).fooled()).isLessThan(45);
    assertThat(result.attacks().get(0).notReplayed()).isPositive();
    assertThat(result.samples().stream().filter(s -> s.verdict() == Verdict.FOOLED))
        .allSatisfy(s -> assertThat(s.witness()).extracting("prediction").isEqualTo(0));
  }

  /** Every attack sees every sample, and the closest example of all counts, at any distance. */
  @Test
  void closestExamplesAreKeptBeyondEpsilonToo() {
    ImageSet data = data(60);
    double epsilon = 0.05;
    AuditResult result =
        Audit.of(MODEL, data)
            .against(ThreatModel.linf(epsilon))
            .with(Attacks.parse("deepfool:overshoot=0.3"), Attacks.parse("fmn:steps=100"))
            .extent(new AuditPlan.Extent(true, 6, false))
            .seed(7)
            .workers(2)
            .batch(24)
            .run();
    int beyond = 0;
    for (int i = 0; i < data.size(); i++) {
      SampleVerdict sample = result.samples().get(i);
      SampleVerdict.Witness witness = sample.witness();
      if (i % 10 == 9) {
        assertThat(sample.verdict()).isEqualTo(Verdict.MISCLASSIFIED);
        continue;
      }
      assertThat(witness).isNotNull();
      double known = MODEL.distance(data.pixels(i), data.label(i), Norm.LINF);
      double found = witness.distances().linf();
      assertThat(found).isBetween(known * 0.9999, known * 1.01);
      assertThat(sample.verdict()).isEqualTo(found <= epsilon ? Verdict.FOOLED : Verdict.UNKNOWN);
      beyond += found > epsilon ? 1 : 0;
    }
    assertThat(beyond).isBetween(5, 50);
    AttackSummary.Closest deepFool = result.attacks().get(0).closest();
    AttackSummary.Closest fmn = result.attacks().get(1).closest();
    assertThat(fmn).isNotNull();
    assertThat(deepFool).isNotNull();
    assertThat(fmn.found()).isEqualTo(54);
    assertThat(fmn.median()).isLessThan(deepFool.median());
    // What goes too far is hardly ever the closest, though it came first.
    assertThat(fmn.bestFor()).isGreaterThan(48);
    assertThat(fmn.bestFor() + deepFool.bestFor()).isEqualTo(54);
    assertThat(result.robustAccuracy().count()).isEqualTo(beyond);
    List<AuditResult.CurvePoint> curve = result.curve();
    assertThat(curve.get(6).robustAccuracy().count()).isZero();
    assertThat(curve.get(0).robustAccuracy().count()).isEqualTo(54);
    // In every ball, noise finds less than what looks for the closest example.
    assertThat(curve).allMatch(point -> noise(point) >= point.robustAccuracy().count());
    assertThat(noise(curve.get(6))).isPositive().isLessThan(54);
  }

  private static int noise(AuditResult.CurvePoint point) {
    return Objects.requireNonNull(point.noise()).count();
  }

  /** What another process is writing is not dropped, even where all shall begin anew. */
  @Test
  void beginningAnewDropsNothingThatIsBeingWritten() throws IOException {
    ImageSet data = data(10);
    onDisk(data, "held").run();
    Path file = folder.resolve("held");
    byte[] before = Files.readAllBytes(file);
    Map<String, String> identity = plan(audit(data, 0.05)).identity();
    try (Journal held = Journal.open(file, identity)) {
      assertThatThrownBy(() -> audit(data, 0.05).journal(file, true).run())
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("is writing here");
      assertThat(Files.readAllBytes(file)).isEqualTo(before);
      assertThat(held.stage("clean")).hasSize(10);
    }
    try (Journal fresh = Journal.open(file, identity, true, () -> {})) {
      assertThat(fresh.stage("clean")).isEmpty();
    }
  }

  /** Witnesses at the very boundary: some are lost when their values go to the nearest level. */
  @Test
  void eachWitnessIsCheckedAsAnEightBitImage() {
    ImageSet data = data(120);
    AuditResult result = audit(data, 0.05).workers(2).batch(48).run();
    Levels levels = new Levels(256, INPUT);
    int held = 0;
    int lost = 0;
    for (SampleVerdict sample : result.samples()) {
      SampleVerdict.Witness witness = sample.witness();
      if (witness != null) {
        boolean fools = MODEL.predict(levels.nearest(witness.image())) != sample.label();
        assertThat(witness.survivesRounding()).isEqualTo(fools);
        held += fools ? 1 : 0;
        lost += fools ? 0 : 1;
      }
    }
    assertThat(held).isPositive();
    assertThat(result.surviveRounding()).isEqualTo(new Proportion(held, held + lost));
  }

  /** Answers class 0 whatever it sees. */
  private static final class Stubborn implements Classifier {
    @Override
    public String name() {
      return "stubborn";
    }

    @Override
    public InputSpec input() {
      return INPUT;
    }

    @Override
    public int classes() {
      return 3;
    }

    @Override
    public Tensor logits(Tensor images) {
      float[] scores = new float[(int) images.size(0) * 3];
      IntStream.range(0, scores.length / 3).forEach(i -> scores[3 * i] = 1);
      return Tensor.of(scores, images.size(0), 3);
    }
  }

  @Test
  void dataThatDoesNotFitIsRefused() {
    ImageSet wide =
        ImageSet.ofPixels("wide", new ImageShape(1, 4, 8), new float[32], new int[1], List.of("a"));
    assertThatThrownBy(() -> audit(wide, 0.1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("[1, 6, 5]")
        .hasMessageContaining("[1, 4, 8]");
    ImageSet labels =
        ImageSet.ofPixels(
            "many",
            new ImageShape(1, 6, 5),
            new float[30],
            new int[] {4},
            List.of("a", "b", "c", "d", "e"));
    assertThatThrownBy(() -> audit(labels, 0.1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("sample 0 has label 4, but linear has 3 outputs");
    assertThatThrownBy(() -> audit(data(3).range(0, 0), 0.1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no samples");
  }

  private static void assertSame(AuditResult actual, AuditResult expected) {
    assertThat(actual.samples())
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(expected.samples());
    assertThat(actual.curve()).isEqualTo(expected.curve());
    for (int i = 0; i < expected.attacks().size(); i++) {
      assertThat(actual.attacks().get(i))
          .usingRecursiveComparison()
          .ignoringFields("seconds")
          .isEqualTo(expected.attacks().get(i));
    }
  }

  @Test
  void distancesOfWitnessesAreThoseOfTheirPixels() {
    ImageSet data = data(40);
    AuditResult result = audit(data, 0.06).workers(2).batch(48).run();
    for (int i = 0; i < data.size(); i++) {
      SampleVerdict.Witness witness = result.samples().get(i).witness();
      if (witness != null) {
        assertThat(witness.distances())
            .isEqualTo(Distances.between(data.pixels(i), witness.image(), INPUT));
      }
    }
  }
}
