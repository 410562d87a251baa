package io.foolproof.defense.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Trainer;
import io.foolproof.defense.training.Training;
import io.foolproof.defense.training.TrainingProgress;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detectors of a plain convolutional net, against attacks that know them and one that does not. */
@Tag("slow")
class DetectorTrialTest {
  private static final ImageSet TRAINING = GeneratedDigits.standard().training(1200);
  private static final ImageSet VALIDATION = GeneratedDigits.standard().test(600).range(0, 400);
  private static final ImageSet TEST = GeneratedDigits.standard().test(600).range(400, 600);
  private static final ThreatModel THREAT = ThreatModel.untargeted(Norm.LINF, 0.1);
  private static final Attack PGD = Attacks.parse("pgd:steps=20");
  private static final JointAttack JOINT = new JointAttack(20, 0.25, 4);

  private static @Nullable OnnxClassifier trained;

  @BeforeAll
  static void train(@TempDir Path folder) {
    Training plain = Training.plain().with(Augmentation.NONE);
    Trainer trainer =
        new Trainer(
            plain.with(plain.descent().withBatch(50).withRate(3e-3)), new Length.Epochs(6), 0);
    byte[] start = Architecture.TINY.untrained(TRAINING.shape(), 10, 0);
    try (Workers workers = new Workers()) {
      byte[] file =
          trainer.train(
              OnnxModel.of(start, "start"),
              TRAINING,
              VALIDATION,
              folder.resolve("tiny"),
              workers,
              TrainingProgress.none());
      trained = OnnxClassifier.of(OnnxModel.of(file, "tiny"));
    }
  }

  private static OnnxClassifier model() {
    return java.util.Objects.requireNonNull(trained);
  }

  private static DetectorResult run(
      String detector,
      ImageSet test,
      ThreatModel threat,
      Attack plain,
      AdaptiveAttack... adaptive) {
    try (Workers workers = new Workers()) {
      return new DetectorTrial(
              model(),
              TRAINING,
              VALIDATION,
              test,
              threat,
              plain,
              List.of(adaptive),
              0.05,
              0,
              workers)
          .of(Detectors.parse(detector));
    }
  }

  /** On 200 images that no threshold was set by: 5 % are 10, and 2 to 22 has 99.9 %. */
  @Test
  void falseAlarmsHoldOnImagesThatSetNoThreshold() {
    for (String detector :
        List.of("squeezing", "dimension", "mahalanobis", "odds", "hull:points=400")) {
      DetectorResult result = run(detector, TEST, THREAT, PGD);
      assertThat(result.falseAlarms()).as(detector).isBetween(1, 24);
      assertThat(result.adaptive()).isNull();
    }
  }

  /** Whatever attacks the test images, and whichever these are, the threshold is the same. */
  @Test
  void aThresholdIsThatOfCleanValidationImages() {
    double value = run("squeezing", TEST, THREAT, PGD).threshold().value();
    assertThat(run("squeezing", TEST.first(20), THREAT.withEpsilon(0.3), PGD, JOINT).threshold())
        .isEqualTo(new Threshold(value));
  }

  @Test
  void anAttackThatKnowsTheDetectorSucceedsMoreOften() {
    DetectorResult result = run("squeezing", TEST.first(72), THREAT, PGD, JOINT);
    DetectorResult.Attacked plain = result.plain();
    DetectorResult.Attacked adaptive = java.util.Objects.requireNonNull(result.adaptive());
    assertThat(plain.attacked()).isGreaterThan(55).isEqualTo(adaptive.attacked());
    assertThat(plain.misclassified()).isGreaterThan(40);
    assertThat(adaptive.undetected()).isGreaterThan(plain.undetected() + 10);
    assertThat(adaptive.auc()).isLessThan(plain.auc());
    assertThat(adaptive.misclassified()).isGreaterThanOrEqualTo(plain.misclassified());
  }

  /** What is matched has the logits of a clean image, and so what is computed from these. */
  @Test
  void matchedLogitsPassDetectorsThatTheAttackDoesNotSee() {
    MatchingAttack matching;
    try (Workers workers = new Workers()) {
      matching = MatchingAttack.towards(model(), TRAINING, workers);
    }
    ThreatModel wide = THREAT.withEpsilon(0.3);
    for (String detector : List.of("mahalanobis", "odds:sigma=0.1")) {
      DetectorResult result = run(detector, TEST.first(72), wide, PGD, matching);
      DetectorResult.Attacked plain = result.plain();
      DetectorResult.Attacked adaptive = java.util.Objects.requireNonNull(result.adaptive());
      assertThat(plain.misclassified()).as(detector).isGreaterThan(50);
      assertThat(adaptive.undetected()).as(detector).isGreaterThanOrEqualTo(plain.undetected());
      assertThat(adaptive.auc()).as(detector).isLessThan(plain.auc() - 0.1);
    }
  }

  @Test
  void gradientsOfOddsAreThoseOfCentralDifferences() {
    Suspicion suspicion;
    try (Workers workers = new Workers()) {
      suspicion = Detectors.parse("odds:draws=4").fit(model(), TRAINING, workers);
    }
    try (Scope scope = Scope.open()) {
      double[] pixels = TEST.tensor(new int[] {4}).reshape(1, 1, 28, 28).toDoubles();
      Tensor image = Tensor.of(pixels, 1, 1, 28, 28).variable();
      double[] gradient =
          Gradients.of(suspicion.scores(image, model().logits(image)), image).toDoubles();
      double largest = java.util.Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
      assertThat(largest).isPositive();
      for (int j : new int[] {350, 405, 406, 520}) {
        double[] scores = new double[2];
        for (int side = 0; side < 2; side++) {
          double[] moved = pixels.clone();
          moved[j] += side == 0 ? -1e-6 : 1e-6;
          Tensor at = Tensor.of(moved, 1, 1, 28, 28);
          scores[side] = suspicion.scores(at, model().logits(at)).toDoubles()[0];
        }
        assertThat(gradient[j]).isCloseTo((scores[1] - scores[0]) / 2e-6, within(1e-4 * largest));
      }
    }
  }

  /** Within epsilon, misclassified where it says so, and the same again. */
  @Test
  void whatTheMatchingAttackFindsIsWithinEpsilonAndAsItSays() {
    Samples samples = Samples.of(TEST, IntStream.range(0, 24).toArray());
    NormBounded threat = NormBounded.require(THREAT);
    MatchingAttack matching;
    Suspicion suspicion;
    try (Workers workers = new Workers()) {
      matching = MatchingAttack.towards(model(), TRAINING, workers);
      suspicion = Odds.standard().fit(model(), TRAINING, workers);
    }
    Threshold none = new Threshold(Double.NEGATIVE_INFINITY);
    List<Found> found = matching.run(model(), suspicion.asAttacked(), none, samples, threat, 0);
    for (int i = 0; i < 24; i++) {
      float[] image = found.get(i).image();
      assertThat(threat.size(threat.between(samples.images()[i], image, model().input())))
          .isLessThanOrEqualTo(0.1);
      try (Scope scope = Scope.open()) {
        long predicted = model().logits(Tensor.of(image, 1, 1, 28, 28)).argmax(1).toLongs()[0];
        assertThat(found.get(i).margin() < 0).isEqualTo(predicted != samples.labels()[i]);
      }
    }
    assertThat(found).filteredOn(one -> one.margin() < 0).hasSizeGreaterThan(8);
    assertThat(matching.run(model(), suspicion.asAttacked(), none, samples, threat, 0))
        .usingRecursiveComparison()
        .isEqualTo(found);
  }

  /** By itself, without what the plain attack found. */
  @Test
  void whatTheJointAttackFindsIsWithinEpsilonAndAsItSays() {
    Samples samples = Samples.of(TEST, IntStream.range(0, 24).toArray());
    NormBounded threat = NormBounded.require(THREAT);
    Suspicion suspicion;
    try (Workers workers = new Workers()) {
      suspicion = Squeezing.standard().fit(model(), TRAINING, workers);
    }
    List<Found> found = JOINT.run(model(), suspicion, new Threshold(0.5), samples, threat, 0);
    for (int i = 0; i < 24; i++) {
      float[] image = found.get(i).image();
      assertThat(threat.size(threat.between(samples.images()[i], image, model().input())))
          .isLessThanOrEqualTo(0.1);
    }
    assertThat(found)
        .filteredOn(one -> one.margin() < 0 && one.score() <= 0.5)
        .hasSizeGreaterThan(4);
    assertThat(JOINT.run(model(), suspicion, new Threshold(0.5), samples, threat, 0))
        .usingRecursiveComparison()
        .isEqualTo(found);
  }

  @Test
  void theAreaUnderTheCurveCountsPairs() {
    double[] clean = {1, 2, 3, 4};
    DetectorResult.Attacked attacked =
        DetectorResult.Attacked.of(
            new int[] {0, 1, 2}, new double[] {2.5, Double.NaN, 4}, new Threshold(3), clean);
    // 2.5 beats two of four, 4 beats three and ties with one.
    assertThat(attacked.auc()).isEqualTo((2 + 3.5) / 8);
    assertThat(attacked.attacked()).isEqualTo(3);
    assertThat(attacked.misclassified()).isEqualTo(2);
    assertThat(attacked.detected()).isEqualTo(1);
    assertThat(attacked.undetected()).isEqualTo(1);
    assertThat(
            DetectorResult.Attacked.of(
                    new int[] {0}, new double[] {Double.NaN}, new Threshold(3), clean)
                .auc())
        .isNaN();
  }

  @Test
  void whatCannotBeAttackedIsRefused() {
    assertThatThrownBy(() -> run("squeezing", TEST, ThreatModel.untargeted(Norm.L0, 10), PGD))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("within linf, l2 or l1");
    assertThatThrownBy(() -> new JointAttack(0, 0.1, 1)).isInstanceOf(InvalidInputException.class);
  }
}
