package io.foolproof.audit;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Goal;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.journal.Tally;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.TestGraph;
import io.foolproof.transform.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models whose first logit is linear with standard normal noise: the probability that a draw is
 * correct is known at every image, and the lowest within epsilon is at a corner.
 */
@Tag("slow")
class RandomisedModelTest {
  private static final int D = 9;
  private static final int SAMPLES = 40;
  private static final double EPSILON = 0.1;

  /** The quantiles of the standard normal distribution. */
  private static final double Z60 = 0.2533471;

  private static final double Z05 = -1.6448536;
  private static final double Z10 = -1.2815516;

  @TempDir Path folder;

  /**
   * What the first logit is on the clean images, which are grey, and how it falls towards black, so
   * that a draw is correct with probability Phi(clean) there and Phi(worst) in the worst corner.
   */
  private record Line(double clean, double worst) {
    double slope() {
      return (clean - worst) / (D * EPSILON);
    }

    /** All logits but for the noise. */
    float[] logits(float[] image) {
      double sum = 0;
      for (float value : image) {
        sum += value - 0.5;
      }
      return new float[] {(float) (clean + slope() * sum), 0, -10, -11};
    }

    /** As a network, which draws its noise by an operator. */
    OnnxClassifier network() {
      float[] weights = new float[4 * D];
      for (int i = 0; i < D; i++) {
        weights[4 * i] = (float) slope();
      }
      return new TestGraph()
          .input("x", "batch", "1", "3", "3")
          .floats("w", weights, D, 4)
          .floats("b", new float[] {(float) (clean - slope() * D / 2), 0, -10, -11}, 4)
          .floats("first", new float[] {1, 0, 0, 0}, 4)
          .node("Flatten", List.of("x"), "flat")
          .node("MatMul", List.of("flat", "w"), "product")
          .node("Add", List.of("product", "b"), "sum")
          .node("RandomNormalLike", List.of("sum"), "drawn")
          .node("Mul", List.of("drawn", "first"), "noise")
          .node("Add", List.of("sum", "noise"), "y")
          .output("y", "batch", "4")
          .classifier();
    }

    /** As a program's own, which draws one number for a whole batch. */
    DifferentiableClassifier program() {
      return DifferentiableClassifier.of(
          "program",
          InputSpec.unit(1, 3, 3),
          4,
          images -> {
            float noise = (float) ThreadLocalRandom.current().nextGaussian();
            float[][] rows = Arrays.stream(images).map(this::logits).toArray(float[][]::new);
            Arrays.stream(rows).forEach(row -> row[0] += noise);
            return rows;
          },
          this::gradient);
    }

    /** As a program's own, without noise. */
    DifferentiableClassifier still() {
      return DifferentiableClassifier.of(
          "still",
          InputSpec.unit(1, 3, 3),
          4,
          images -> Arrays.stream(images).map(this::logits).toArray(float[][]::new),
          this::gradient);
    }

    private float[][] gradient(float[][] images, float[][] weights) {
      float[][] gradients = new float[images.length][D];
      for (int i = 0; i < images.length; i++) {
        Arrays.fill(gradients[i], (float) slope() * weights[i][0]);
      }
      return gradients;
    }
  }

  private static ImageSet grey(int samples) {
    float[] pixels = new float[samples * D];
    Arrays.fill(pixels, 0.5f);
    return ImageSet.ofPixels(
        "grey", new ImageShape(1, 3, 3), pixels, new int[samples], List.of("a", "b", "c", "d"));
  }

  private static Audit audit(Classifier model, int samples, ThreatModel threat) {
    return Audit.of(model, grey(samples)).against(threat).extent(AuditPlan.Extent.VERDICTS);
  }

  private static ThreatModel towards(int target) {
    return ThreatModel.of("linf", EPSILON, new Goal.Targeted(target), 0);
  }

  private static AuditResult attacked(Classifier model, String... attacks) {
    return audit(model, SAMPLES, ThreatModel.linf(EPSILON))
        .with(Stream.of(attacks).map(Attacks::parse).toArray(Attack[]::new))
        .workers(2)
        .run();
  }

  private static Randomness randomness(AuditResult result) {
    return Objects.requireNonNull(result.randomness());
  }

  private static void assertHeadline(AuditResult result, double expected) {
    Randomness randomness = randomness(result);
    assertThat(result.headlineAccuracy()).isEqualTo(randomness.mean());
    // Some three standard deviations of 40 x 101 draws.
    assertThat(randomness.mean()).isCloseTo(expected, within(0.025));
    assertThat(randomness.overDraws().low()).isCloseTo(expected - 0.015, within(0.025));
    assertThat(randomness.overDraws().high()).isCloseTo(expected + 0.015, within(0.025));
    assertThat(randomness.overBoth().low()).isLessThanOrEqualTo(randomness.overDraws().low());
    assertThat(randomness.overBoth().high()).isGreaterThanOrEqualTo(randomness.overDraws().high());
  }

  @Test
  void theHeadlineIsTheProbabilityInTheWorstCorner() {
    Line line = new Line(3, Z60);
    for (Classifier model : List.of(line.network(), line.program())) {
      AuditResult result =
          audit(model, SAMPLES, ThreatModel.linf(EPSILON)).with(Suite.RAND).workers(2).run();
      assertHeadline(result, 0.6);
      // Most draws are correct even there.
      assertThat(result.count(Verdict.UNKNOWN).count()).isEqualTo(SAMPLES);
    }
  }

  /** A camera that sees grey images brighter or darker: which draws are correct is known. */
  @Test
  void behindACameraTheHeadlineIsTheProbabilityInTheWorstCorner() {
    // Correct where a draw adds more than -0.25 to a clean image, -0.15 in the worst corner.
    Line line = new Line(D * 0.25, D * 0.15);
    View view = View.parse("brightness:add=-0.3..0.1");
    Audit audit = audit(line.still(), SAMPLES, ThreatModel.linf(EPSILON)).seenThrough(view);
    AuditResult result = audit.with(Attacks.parse("pgd:steps=30:eot=4")).workers(2).run();
    assertHeadline(result, 0.625);
    assertThat(randomness(result).reproducible()).isTrue();
    assertThat(result.subject().model().preprocessing())
        .isEqualTo("seen through brightness:add=-0.3..0.1");
  }

  /** Many draws are lucky on the way of attacks that follow single ones. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pgd:steps=20:step=0.5",
        "apgd:steps=20",
        "fgsm",
        "fab:steps=10",
        "mifgsm",
        "uap",
        "square:queries=150",
        "genattack:queries=200",
        "hopskipjump:queries=200"
      })
  void attacksThatFollowSingleDrawsEndAtNoLuckyOne(String attack) {
    ImageSet images = grey(SAMPLES);
    AuditResult result =
        Audit.of(new Line(3, Z60).network(), images)
            .against(ThreatModel.linf(EPSILON))
            .extent(AuditPlan.Extent.VERDICTS)
            .learningFrom(other())
            .with(Attacks.parse(attack))
            .run();
    double most = attack.contains("queries") ? 0.99 : attack.startsWith("fab") ? 0.8 : 0.65;
    assertThat(randomness(result).mean()).isBetween(0.57, most);
    assertThat(result.count(Verdict.FOOLED).count()).isZero();
  }

  /** Images of other pixels. */
  private static ImageSet other() {
    float[] pixels = new float[D];
    Arrays.fill(pixels, 0.6f);
    return ImageSet.ofPixels(
        "other", new ImageShape(1, 3, 3), pixels, new int[1], List.of("a", "b", "c", "d"));
  }

  @Test
  void whatFoolsMostDrawsIsFooled() {
    AuditResult result = attacked(new Line(3, Z10).network(), "apgd:steps=10:eot=5");
    assertHeadline(result, 0.1);
    assertThat(result.count(Verdict.FOOLED).count()).isEqualTo(SAMPLES);
    SampleVerdict.Witness witness = Objects.requireNonNull(result.samples().get(0).witness());
    assertThat(witness.prediction()).isEqualTo(1);
    assertThat(witness.distances().linf()).isCloseTo(EPSILON, within(1e-6));
    assertThat(result.attacks().get(0).fooled()).isEqualTo(SAMPLES);
    assertThat(result.attacks().get(0).robustAccuracy().count()).isZero();
  }

  /** Were each of them decided by itself, some would find each sample fooled. */
  @Test
  void verdictsDoNotDependOnHowManyAttacksThereWere() {
    String[] attacks = new String[12];
    Arrays.setAll(attacks, i -> "pgd:steps=" + (i + 2) + ":step=1:eot=3");
    AuditResult many = attacked(new Line(3, 0).network(), attacks);
    assertHeadline(many, 0.5);
    assertThat(many.count(Verdict.FOOLED).count()).isLessThanOrEqualTo(2);
    AuditResult one = attacked(new Line(3, 0).network(), attacks[0]);
    assertHeadline(one, 0.5);
    assertThat(one.count(Verdict.FOOLED).count()).isLessThanOrEqualTo(2);
  }

  /** By most of its draws a sample is right far more often than by one of them. */
  @Test
  void cleanSamplesAreMeasuredByTheMeanOverDrawsToo() {
    AuditResult result = attacked(new Line(Z60, Z05).network(), "apgd:steps=10:eot=5");
    assertHeadline(result, 0.05);
    Randomness.Share clean = randomness(result).clean();
    assertThat(clean.mean()).isCloseTo(0.6, within(0.025));
    assertThat(clean.overDraws().low()).isBetween(0.55, clean.mean());
    assertThat(clean.overBoth().high()).isGreaterThan(clean.overDraws().high());
    assertThat(result.cleanEstimate().value()).isEqualTo(clean.mean());
    assertThat(result.robustEstimate().value()).isEqualTo(randomness(result).mean());
    assertThat(result.cleanAccuracy().value()).isGreaterThan(0.75);
  }

  /** The samples that are misclassified in many draws when clean are attacked all the same. */
  @Test
  void noiseMayBeLargeInTheCleanImage() {
    AuditResult result = attacked(new Line(0, Z05).network(), "apgd:steps=10:eot=5");
    assertHeadline(result, 0.05);
    assertThat(result.cleanAccuracy().value()).isBetween(0.3, 0.999);
    assertThat(result.count(Verdict.FOOLED, Verdict.MISCLASSIFIED).count()).isEqualTo(SAMPLES);
  }

  @Test
  void aTargetIsReachedInSomeDraws() {
    AuditResult result =
        audit(new Line(3, Z10).network(), SAMPLES, towards(1))
            .with(Attacks.parse("pgd:steps=4:step=1:eot=5"))
            .run();
    assertHeadline(result, 0.1);
    AuditResult never =
        audit(new Line(3, Z10).network(), SAMPLES, towards(2))
            .with(Attacks.parse("pgd:steps=4:step=1:eot=5"))
            .run();
    assertThat(randomness(never).mean()).isEqualTo(1);
    assertThat(randomness(never).overDraws().low()).isBetween(0.99, 0.9999);
  }

  @Test
  void theSameAuditGivesTheSameFiguresInAnyBatchesAndThreads() throws IOException {
    OnnxClassifier model = new Line(3, Z60).network();
    AuditResult first = small(model, "a").workers(1).batch(3).run();
    AuditResult second = small(model, "b").workers(2).batch(24).run();
    assertSame(first, second);
    assertThat(randomness(first).reproducible()).isTrue();
    // A journal that is cut anywhere.
    List<String> lines = Files.readAllLines(folder.resolve("a"));
    Files.write(folder.resolve("a"), lines.subList(0, 5 * lines.size() / 8));
    assertSame(first, small(model, "a").run());
  }

  private Audit small(Classifier model, String journal) {
    return Audit.of(model, grey(10))
        .against(ThreatModel.linf(EPSILON))
        .with(Attacks.parse("apgd:steps=5:eot=3"), Attacks.parse("square:queries=20"))
        .seed(5)
        .journal(folder.resolve(journal));
  }

  private static void assertSame(AuditResult one, AuditResult other) {
    Randomness a = randomness(one);
    Randomness b = randomness(other);
    assertThat(a.mean()).isEqualTo(b.mean());
    assertThat(a.overBoth()).isEqualTo(b.overBoth());
    assertThat(one.diagnostics()).isEqualTo(other.diagnostics());
    assertThat(one.curve()).isEqualTo(other.curve());
    assertThat(one.samples()).usingRecursiveComparison().isEqualTo(other.samples());
  }

  @Test
  void anotherSeedDrawsOtherNumbers() {
    OnnxClassifier model = new Line(3, Z60).network();
    double one =
        randomness(audit(model, 10, ThreatModel.linf(EPSILON)).with(Attacks.parse("fgsm")).run())
            .mean();
    double other =
        randomness(
                audit(model, 10, ThreatModel.linf(EPSILON))
                    .with(Attacks.parse("fgsm"))
                    .seed(4)
                    .run())
            .mean();
    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void anotherRuntimeDrawsByItselfAndHasAFigureOfItsOwn() {
    AuditResult result = attacked(new Line(3, Z60).network(), "pgd:steps=4:step=1:eot=5");
    Randomness.Elsewhere other = Objects.requireNonNull(randomness(result).elsewhere());
    assertThat(other.runtime()).contains("ONNX Runtime");
    assertThat(other.mean()).isCloseTo(0.6, within(0.03));
    assertThat(other.contradicted()).isZero();
    assertThat(other.overDraws().high()).isGreaterThan(other.overDraws().low());
  }

  /** A runtime that says something else beyond chance takes the witness away. */
  @Test
  void whatAnotherRuntimeContradictsIsNotFooled() {
    AuditResult result =
        audit(new Line(3, Z10).program(), SAMPLES, ThreatModel.linf(EPSILON))
            .with(Attacks.parse("pgd:steps=4:step=1:eot=5"))
            .replayingOn(new Line(3, 3).program())
            .run();
    assertThat(Objects.requireNonNull(randomness(result).elsewhere()).contradicted())
        .isEqualTo(SAMPLES);
    assertThat(result.count(Verdict.FOOLED).count()).isZero();
  }

  @Test
  void aModelThatDrawsByItselfIsNotReproducible() {
    AuditResult result = attacked(new Line(3, Z60).program(), "pgd:steps=5");
    assertThat(randomness(result).reproducible()).isFalse();
  }

  /** A network that draws one number for a whole batch has it for one image at a time. */
  @Test
  void drawsOfOneImageAreIndependent() {
    OnnxClassifier model =
        new TestGraph()
            .input("x", "batch", "1", "3", "3")
            .floats("w", new float[4 * D], D, 4)
            .floats("b", new float[] {0, 0, -10, -11}, 4)
            .floats("first", new float[] {1, 0, 0, 0}, 4)
            .node("Flatten", List.of("x"), "flat")
            .node("MatMul", List.of("flat", "w"), "product")
            .node("Add", List.of("product", "b"), "sum")
            .node("RandomNormal", List.of(), "drawn", attribute("shape", new long[] {1, 4}))
            .node("Mul", List.of("drawn", "first"), "noise")
            .node("Add", List.of("sum", "noise"), "y")
            .output("y", "batch", "4")
            .classifier();
    assertHeadline(attacked(model, "fgsm"), 0.5);
  }

  @Test
  void mostDrawsIsDecidedAtOnePerCent() {
    assertThat(new Tally(101, 38, 63).mostAreFooled()).isTrue();
    assertThat(new Tally(101, 39, 62).mostAreFooled()).isFalse();
    assertThat(new Tally(101, 0, 101).mostAreFooled()).isTrue();
    assertThat(new Tally(101, 101, 0).mostAreFooled()).isFalse();
    // 1/2^7 is less than one per cent, 1/2^6 is not.
    assertThat(new Tally(7, 0, 7).mostAreFooled()).isTrue();
    assertThat(new Tally(6, 0, 6).mostAreFooled()).isFalse();
  }
}
