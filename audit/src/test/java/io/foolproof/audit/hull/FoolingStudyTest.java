package io.foolproof.audit.hull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Distances;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Progress;
import io.foolproof.audit.hull.FoolingFinding.Fooled;
import io.foolproof.audit.hull.FoolingFinding.Outcome;
import io.foolproof.data.EightBit;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.geometry.Space;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fooling a linear model, whose distance to the boundary is known. */
class FoolingStudyTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);
  private static final LinearClassifier MODEL = LinearClassifier.random(INPUT, 2, 11);
  private static final double EPSILON = 0.2;
  private static final ImageSet TRAINING = images("training", 60, 100, true);
  private static final ImageSet QUERIES = images("queries", 30, 0, true);

  @TempDir Path folder;

  /** Right but for every tenth, around grey. */
  private static ImageSet images(String name, int count, int from, boolean eightBit) {
    int d = INPUT.elements();
    int[] labels = new int[count];
    int[] levels = new int[count * d];
    for (int i = 0; i < count; i++) {
      RandomStream random = new RandomStream(5, from + i, "images", 0);
      for (int j = 0; j < d; j++) {
        levels[i * d + j] = 64 + random.nextInt(128);
      }
      int right = MODEL.predict(EightBit.pixels(Arrays.copyOfRange(levels, i * d, i * d + d)));
      labels[i] = i % 10 == 9 ? 1 - right : right;
    }
    ImageShape shape = new ImageShape(1, 6, 5);
    List<String> names = List.of("low", "high");
    if (!eightBit) {
      return ImageSet.ofPixels(name, shape, EightBit.pixels(levels), labels, names);
    }
    byte[] bytes = new byte[levels.length];
    for (int j = 0; j < bytes.length; j++) {
      bytes[j] = (byte) levels[j];
    }
    return ImageSet.ofLevels(name, shape, bytes, labels, names);
  }

  private static HullPlan plan(ImageSet training, ImageSet queries, double epsilon) {
    FoolingPlan fooling =
        new FoolingPlan(
            MODEL, Attacks.parse("pgd:steps=20"), ThreatModel.untargeted(Norm.LINF, epsilon), 7);
    return new HullPlan(training, queries, new Space.Pixels(), fooling);
  }

  private FoolingResult run(HullPlan plan, int workers) {
    try (Workers pool = new Workers(workers)) {
      HullResult result = HullStudy.run(plan, HullJournals.in(folder), pool, Progress.none());
      assertThat(result.rejected()).isEmpty();
      return Objects.requireNonNull(result.fooling());
    }
  }

  @Test
  void whatIsFooledAndWhereItsBoundaryIsAgreeWithClosedForm() {
    FoolingResult result = run(plan(TRAINING, QUERIES, EPSILON), 2);
    assertThat(result.count(Outcome.MISCLASSIFIED)).isEqualTo(3);
    assertThat(result.count(Outcome.FOOLED)).isGreaterThan(10);
    for (FoolingFinding finding : result.findings()) {
      int label = QUERIES.label(finding.place());
      double distance = MODEL.distance(QUERIES.pixels(finding.place()), label, Norm.LINF);
      Fooled fooled = finding.fooled();
      if (fooled == null) {
        assertThat(finding.outcome() == Outcome.MISCLASSIFIED || distance > EPSILON - 0.01)
            .as("query %d at %s is %s", finding.place(), distance, finding.outcome())
            .isTrue();
      } else {
        assertThat(fooled.label()).isEqualTo(label);
        assertThat(FoolingResult.boundary(fooled)).isBetween(distance, distance + EPSILON / 60);
        holds(finding.place(), fooled);
      }
    }
    assertThat(result.boundaryWithHull().orElseThrow().count())
        .isEqualTo(result.count(Outcome.FOOLED));
  }

  private static void holds(int place, Fooled fooled) {
    float[] clean = QUERIES.pixels(place);
    float[] adversarial = Objects.requireNonNull(fooled.adversarial().image());
    float[] noisy = Objects.requireNonNull(FoolingResult.noise(fooled).image());
    assertThat(Distances.between(clean, adversarial).linf()).isLessThanOrEqualTo(EPSILON);
    assertThat(MODEL.predict(adversarial)).isNotEqualTo(fooled.label());
    assertThat(fooled.change()).isEqualTo(Distances.between(clean, adversarial).l2());
    assertThat(Distances.between(clean, noisy).l2()).isCloseTo(fooled.change(), within(1e-6));
    assertThat(fooled.adversarial().hull().exact()).isTrue();
    assertThat(fooled.adversarial().projected())
        .isEqualTo(MODEL.predict(fooled.adversarial().hull().nearest().of(TRAINING)));
  }

  @Test
  void neitherWorkersNorACutChangeAnything() throws IOException {
    FoolingResult whole = run(plan(TRAINING, QUERIES, EPSILON), 2);
    Path journal = folder.resolve("journal-fooling.jsonl");
    byte[] bytes = Files.readAllBytes(journal);
    for (int cut : new int[] {0, bytes.length / 3, bytes.length - 1}) {
      Files.write(journal, Arrays.copyOf(bytes, cut));
      assertThat(run(plan(TRAINING, QUERIES, EPSILON), 1).findings())
          .as("cut at %d", cut)
          .usingRecursiveComparison()
          .withComparatorForType(
              (a, b) -> Math.abs(a - b) < 1e-9 ? 0 : Double.compare(a, b), Double.class)
          .isEqualTo(whole.findings());
    }
  }

  @Test
  void realNumbersAreFooledInRealNumbers() {
    ImageSet training = images("training", 60, 100, false);
    ImageSet queries = images("queries", 12, 0, false);
    FoolingResult result = run(plan(training, queries, EPSILON), 2);
    assertThat(result.count(Outcome.NOT_REPLAYED)).isZero();
    for (Fooled fooled : result.fooled()) {
      float[] adversarial = Objects.requireNonNull(fooled.adversarial().image());
      assertThat(EightBit.pixels(EightBit.levels(adversarial))).isNotEqualTo(adversarial);
    }
    assertThat(result.compared()).isNotEmpty();
  }

  @Test
  void anotherAttackIsAnotherStudyButTheHullStays() {
    run(plan(TRAINING, QUERIES, EPSILON), 2);
    assertThatThrownBy(() -> run(plan(TRAINING, QUERIES, 0.1), 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("journal-fooling.jsonl")
        .hasMessageContaining("epsilon was 0.2, now 0.1");
  }

  @Test
  void whatDoesNotFitIsRefusedAtOnce() {
    assertThatThrownBy(() -> plan(TRAINING, QUERIES, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("epsilon is 0.0: give a positive number");
    ImageSet reals = images("reals", 5, 0, false);
    assertThatThrownBy(() -> plan(TRAINING, reals, EPSILON))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("reals: real-valued pixels, but training")
        .hasMessageContaining("has 8-bit levels");
  }
}
