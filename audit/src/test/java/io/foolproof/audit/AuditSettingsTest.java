package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Goal;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.attack.suite.Suite;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What an audit's settings mean, and which are refused before anything runs. */
class AuditSettingsTest {
  private static final Pattern NUMBER_OF_QUERIES = Pattern.compile("(?:queries|draws)=(\\d+)");
  private static final LinearClassifier MODEL =
      LinearClassifier.random(InputSpec.unit(1, 2, 2), 4, 1);

  private static ImageSet images(int... labels) {
    float[][] pixels = new float[labels.length][4];
    for (int i = 0; i < labels.length; i++) {
      Arrays.fill(pixels[i], (i + 1) / 100f);
    }
    return ImageSet.of(
        "grey", pixels, labels, new ImageShape(1, 2, 2), List.of("a", "b", "c", "d"));
  }

  private static Audit audit() {
    return Audit.of(MODEL, images(0, 1, 1));
  }

  private static AuditPlan plan(Audit audit) {
    return audit.plan(new AuditedModel.Loaded(MODEL).open(true));
  }

  private static void assertRefused(ThrowingCallable settings, String message) {
    assertThatThrownBy(settings).isInstanceOf(InvalidInputException.class).hasMessage(message);
  }

  @Test
  void whatIsGivenTwiceIsRefusedWithBothValues() {
    assertRefused(
        () -> audit().with(Suite.FAST).with(Suite.STANDARD),
        "what to attack with is given twice, first fast, then standard: give it once");
    assertRefused(
        () -> audit().with(Attacks.parse("fgsm")).with(Suite.FAST),
        "what to attack with is given twice, first fgsm, then fast: give it once");
    assertRefused(
        () -> audit().against(ThreatModel.linf(0.1)).against(ThreatModel.l2(1)),
        "the threat model is given twice, first linf 0.1, any wrong class, then l2 1.0, any wrong"
            + " class: give it once");
    assertRefused(
        () -> audit().seed(1).seed(2), "the seed is given twice, first 1, then 2: give it once");
    assertRefused(
        () -> audit().workers(1).workers(2),
        "the number of workers is given twice, first 1, then 2: give it once");
    assertRefused(
        () -> audit().journal(Path.of("a")).journal(Path.of("b")),
        "the journal is given twice, first a, then b: give it once");
    assertRefused(
        () -> audit().progress(Progress.none()).progress(Progress.none()),
        "progress is given twice: give it once");
  }

  /** In whichever order the settings come, at the second of the two. */
  @Test
  void settingsThatContradictEachOtherAreRefusedAtOnce() {
    String flow = "fgsm has no version for flow; it has L-inf, L2, L1";
    assertRefused(() -> audit().with(Attacks.parse("fgsm")).against(ThreatModel.flow(1)), flow);
    assertRefused(() -> audit().against(ThreatModel.flow(1)).with(Attacks.parse("fgsm")), flow);
    assertThatThrownBy(() -> audit().with(Suite.PLUS).against(ThreatModel.flow(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("attacks 'plus' has nothing for flow");
    String queries =
        "the number of queries is 9, but the attacks are fast: it is a setting of the suite"
            + " black-box";
    assertRefused(() -> audit().queries(9).with(Suite.FAST), queries);
    assertRefused(() -> audit().with(Suite.FAST).queries(9), queries);
    String extent =
        "the suite minimal measures the closest adversarial example of every sample, but the extent"
            + " is Extent[closest=false, curveSteps=1, diagnose=false]";
    assertRefused(() -> audit().extent(AuditPlan.Extent.VERDICTS).with(Suite.MINIMAL), extent);
    assertRefused(() -> audit().with(Suite.MINIMAL).extent(AuditPlan.Extent.VERDICTS), extent);
  }

  @Test
  void whatCannotBeIsRefusedAtOnce() {
    assertRefused(
        () -> audit().against(ThreatModel.linf(0.1).withGoal(new Goal.Targeted(4))),
        "target class 4 is out of range: linear has classes 0 to 3");
    assertRefused(
        () -> audit().against(ThreatModel.linf(0.1).withGoal(new Goal.Targeted(1))),
        "2 of the samples belong to the target class 1 already: leave them out");
    assertRefused(() -> audit().workers(0), "the number of workers is 0: give 1 or more");
    assertRefused(() -> audit().queries(0), "the number of queries is 0: give 1 or more");
    assertRefused(() -> audit().with(), "no attack is given: give one or more, or a suite");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertRefused(
        () -> audit().with(Suite.FAST).run(),
        "no threat model is given: give one, such as against(ThreatModel.linf(0.1))");
    assertRefused(
        () -> audit().against(ThreatModel.linf(0.1)).run(),
        "nothing is given to attack with: give a suite, such as with(Suite.FAST), or attacks");
  }

  /** A journal that does not say which model it is about could be taken up for another one. */
  @Test
  void aModelThatNothingTellsFromOthersHasNoJournalOnDisk() {
    record Anonymous(Classifier model) implements ForwardingClassifier {
      @Override
      public Origin origin() {
        return Origin.unknown("some model");
      }
    }
    Audit audit = Audit.of(new Anonymous(MODEL), images(0));
    assertRefused(
        () -> audit.journal(Path.of("j")),
        "j: a journal names its models, but nothing tells some model from others: let its origin()"
            + " give an identity, or give no journal");
  }

  @Test
  void unlessTheyAreGivenSettingsAreTheUsualOnes() {
    AuditPlan plan = plan(audit().against(ThreatModel.linf(0.1)).with(Suite.FAST));
    assertThat(plan.seed()).isZero();
    assertThat(plan.extent()).isEqualTo(AuditPlan.Extent.REPORT);
    assertThat(plan.otherRuntimes()).isEmpty();
    assertThat(plan.surrogates().isEmpty()).isTrue();
    AuditPlan minimal = plan(audit().against(ThreatModel.l2(1)).with(Suite.MINIMAL));
    assertThat(minimal.extent()).isEqualTo(AuditPlan.Extent.CLOSEST);
    // What does not divide by the number of attacks is left.
    assertThat(queries(audit())).isBetween(Audit.USUAL_QUERIES - 5, Audit.USUAL_QUERIES);
    assertThat(queries(audit().queries(7))).isEqualTo(7);
  }

  /** How many queries all attacks of the suite have together. */
  private static int queries(Audit audit) {
    return plan(audit.with(Suite.BLACK_BOX).against(ThreatModel.linf(0.1))).attacks().stream()
        .map(attack -> NUMBER_OF_QUERIES.matcher(attack.settings()))
        .filter(Matcher::find)
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .sum();
  }

  /** An attack that learnt from what it is judged on would look better than it is. */
  @Test
  void noAttackLearnsFromAnAttackedImage() {
    ImageSet more = images(0, 1, 1, 2, 0);
    ImagePool pool = Supplies.notAttacked(more, images(0, 1, 1));
    assertThat(pool.labels()).containsExactly(2, 0);
    assertThat(pool.images()[0]).isEqualTo(more.pixels(3));
    assertThat(pool.images()[1]).isEqualTo(more.pixels(4));
  }

  /** Images that none of the attacks wants are not even read. */
  @Test
  void imagesToLearnFromAreReadForThoseThatLearn() {
    Audit audit =
        audit()
            .against(ThreatModel.linf(0.1))
            .with(Attacks.parse("fgsm"))
            .learningFrom(
                () -> {
                  throw new AssertionError("nobody learns here");
                });
    assertThat(plan(audit).attacks()).hasSize(1);
  }

  @Test
  void attacksMayStartFromSomeImagesOfEachClass() {
    int[] labels = new int[20];
    Arrays.fill(labels, 8, 20, 1);
    ImagePool starts = Supplies.starts(images(labels));
    assertThat(starts.labels()).containsExactly(0, 0, 0, 0, 0, 1, 1, 1, 1, 1);
    assertThat(starts.images()[5][0]).isEqualTo(9 / 100f);
  }
}
