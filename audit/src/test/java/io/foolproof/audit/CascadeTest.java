package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.AttackResult.Status;
import io.foolproof.attack.FunctionClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ScoresOnly;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Cascade;
import io.foolproof.attack.suite.Suite;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which samples a cascade attacks with what, on samples whose rank is their index. */
class CascadeTest {
  private static final int ALL = 400;

  /** The first pixel says how far a sample is from being fooled; the second fools it above 0.6. */
  private static final DifferentiableClassifier MODEL =
      new Ranked(new FunctionClassifier(InputSpec.unit(1, 1, 2), 3, CascadeTest::logits));

  /** One that a journal can name. */
  private record Ranked(DifferentiableClassifier model)
      implements ForwardingClassifier, DifferentiableClassifier {
    @Override
    public Origin origin() {
      return new Origin("function", "ranked by the first pixel", List.of());
    }
  }

  private static Tensor logits(Tensor images) {
    Tensor values = images.flatten(1);
    Tensor margin =
        values
            .slice(1, 0, 1, 1)
            .add(0.01)
            .sub(values.slice(1, 1, 2, 1).sub(0.6).clamp(0, 1).mul(100));
    Tensor zero = margin.mul(0);
    return Tensor.concat(List.of(margin, zero, zero.sub(1)), 1);
  }

  private static ImageSet data(int count) {
    return data(count, i -> i);
  }

  private static ImageSet data(int count, IntUnaryOperator rank) {
    float[] pixels = new float[2 * count];
    for (int i = 0; i < count; i++) {
      pixels[2 * i] = (float) rank.applyAsInt(i) / count;
      pixels[2 * i + 1] = 0.5f;
    }
    return ImageSet.ofPixels(
        "ranks", new ImageShape(1, 1, 2), pixels, new int[count], List.of("a", "b", "c"));
  }

  /** Fools some samples and no other, and claims of some that it did. */
  private record Fools(
      String name, LongPredicate which, LongPredicate claims, LongPredicate notFinite)
      implements Attack {
    Fools(String name, LongPredicate which) {
      this(name, which, CascadeTest::never, CascadeTest::never);
    }

    @Override
    public String settings() {
      return name;
    }

    @Override
    public Set<Norm> norms() {
      return Norm.withBalls();
    }

    @Override
    public List<AttackResult> run(
        Classifier model, Samples samples, ThreatModel threat, long seed) {
      List<AttackResult> results = new ArrayList<>();
      for (int i = 0; i < samples.size(); i++) {
        float[] image = samples.images()[i].clone();
        long index = samples.indices()[i];
        image[1] = which.test(index) ? 0.7f : 0.5f;
        Status status = notFinite.test(index) ? Status.NOT_A_NUMBER : Status.STANDING;
        status = which.test(index) || claims.test(index) ? Status.FOOLED : status;
        results.add(new AttackResult(status, image, status == Status.FOOLED ? -1 : 1, 1, 0));
      }
      return results;
    }
  }

  private static Audit audit(
      ImageSet data, LongPredicate thorough, LongPredicate last, LongPredicate reference) {
    return audit(data, new Fools("first", CascadeTest::never), thorough, last, reference);
  }

  private static Audit audit(
      ImageSet data,
      Fools first,
      LongPredicate thorough,
      LongPredicate last,
      LongPredicate reference) {
    List<Attack> attacks =
        List.of(
            first,
            new Fools("thorough", thorough),
            new Fools("last", last),
            new Fools("reference", reference));
    return Audit.of(MODEL, data)
        .against(ThreatModel.linf(0.25))
        .with(new Suite.Choice(attacks, false, true, new Cascade(1, 1, 1, 1, "the reference")))
        .extent(AuditPlan.Extent.VERDICTS);
  }

  private static int tried(AuditResult result, int attack) {
    return result.attacks().get(attack).tried();
  }

  private static Searched searched(AuditResult result) {
    return Objects.requireNonNull(result.searched());
  }

  private static boolean never(long index) {
    return false;
  }

  @Test
  void theClosestAreAttackedThoroughlyAndSomeOthersChecked() {
    AuditResult result =
        audit(data(ALL), index -> index < 20, CascadeTest::never, CascadeTest::never).run();
    // 6 % would be 24: of few samples a group has 50.
    assertThat(searched(result)).isEqualTo(new Searched(ALL, 50, 50, 0, "the reference"));
    assertThat(tried(result, 1)).isEqualTo(50);
    assertThat(tried(result, 2)).isEqualTo(30);
    assertThat(tried(result, 3)).isEqualTo(50);
    assertThat(searched(result).notSearched()).isEqualTo(300);
    assertThat(searched(result).atMost()).isEqualTo(18 / 300.0);
    assertThat(result.count(Verdict.FOOLED).count()).isEqualTo(20);
    assertThat(result.attacks().get(1).robustAccuracy().count()).isEqualTo(ALL - 20);
    assertThat(result.attacks().get(3).robustAccuracy()).isEqualTo(result.robustAccuracy());
  }

  @Test
  void aFallAtTheEndOfAGroupBringsTheNextOne() {
    // The last third of the first group are the ranks from 34 to 50.
    AuditResult none =
        audit(data(ALL), index -> index == 32, CascadeTest::never, CascadeTest::never).run();
    assertThat(searched(none).thorough()).isEqualTo(50);
    AuditResult one =
        audit(data(ALL), index -> index == 40, CascadeTest::never, CascadeTest::never).run();
    assertThat(searched(one).thorough()).isEqualTo(100);
    AuditResult all = audit(data(ALL), index -> true, CascadeTest::never, index -> true).run();
    assertThat(searched(all)).isEqualTo(new Searched(ALL, ALL, 0, 0, "the reference"));
    assertThat(searched(all).atMost()).isZero();
    assertThat(all.attacks()).hasSize(3);
  }

  @Test
  void whatOnlyTheLastAttacksFoolBringsTheNextGroupToo() {
    AuditResult result =
        audit(data(ALL), CascadeTest::never, index -> index == 45, CascadeTest::never).run();
    assertThat(searched(result).thorough()).isEqualTo(100);
    assertThat(tried(result, 2)).isEqualTo(100);
  }

  /** The last attacks run on the second group first, since the thorough ones fool in the other. */
  @Test
  void whatOnlyTheLastAttacksFoolIsSearchedInTheFirstGroupsToo() {
    AuditResult result =
        audit(
                data(ALL),
                index -> index == 40,
                index -> index == 10 || index == 60,
                CascadeTest::never)
            .run();
    assertThat(searched(result).thorough()).isEqualTo(100);
    assertThat(tried(result, 2)).isEqualTo(99);
    assertThat(result.count(Verdict.FOOLED).count()).isEqualTo(3);
  }

  @Test
  void aGroupOfEqualMarginsIsSearchedAndTheNextOneAfterIt() {
    // The ranks from 30 to 300 tie: the first group ends among them, and so do the next five.
    ImageSet data = data(ALL, i -> i < 30 || i >= 300 ? i : 30);
    AuditResult result =
        audit(data, index -> index == 200, CascadeTest::never, CascadeTest::never).run();
    assertThat(searched(result).thorough()).isEqualTo(350);
    AuditResult none =
        audit(data, CascadeTest::never, CascadeTest::never, CascadeTest::never).run();
    assertThat(searched(none).thorough()).isEqualTo(300);
    AuditResult equal =
        audit(data(ALL, i -> 7), index -> index == 3, CascadeTest::never, index -> true).run();
    assertThat(searched(equal)).isEqualTo(new Searched(ALL, ALL, 0, 0, "the reference"));
  }

  /** What has no margin comes first, however much of it there is. */
  @Test
  void samplesWithoutAFiniteMarginAreSearchedFirst() {
    Fools first =
        new Fools("first", CascadeTest::never, index -> index % 4 == 1, index -> index % 4 == 3);
    AuditResult result =
        audit(data(ALL), first, index -> index == 301, CascadeTest::never, CascadeTest::never)
            .run();
    assertThat(result.attacks().get(0).notReplayed()).isEqualTo(100);
    assertThat(result.attacks().get(0).errors()).isEqualTo(100);
    // 200 without a margin, of which one fell, then a group of 50.
    assertThat(searched(result).thorough()).isEqualTo(250);
    assertThat(result.samples().get(301).verdict()).isEqualTo(Verdict.FOOLED);
  }

  /** A sample that is not finite counts no more, and may still be fooled, which counts once. */
  @Test
  void robustAccuracyAfterEachAttackIsThatOfAllBeforeIt() {
    Fools first = new Fools("first", index -> index == 399, CascadeTest::never, index -> index < 9);
    AuditResult result =
        audit(data(ALL), first, index -> index < 20, CascadeTest::never, CascadeTest::never).run();
    assertThat(result.attacks())
        .extracting(attack -> attack.robustAccuracy().count())
        .containsExactly(390, 379, 379, 379);
    assertThat(result.robustAccuracy().count()).isEqualTo(379);
  }

  /** Against counting all ways to draw. */
  @Test
  void theBoundIsExactHoweverFewAreLeft() {
    for (int rest = 1; rest < 40; rest++) {
      for (int checked : new int[] {1, 5, 50}) {
        int bound = new Searched(rest + checked, 0, checked, 0, "").missedAtMost();
        assertThat(missesAll(rest, checked, bound)).isGreaterThan(0.05);
        assertThat(bound == rest || missesAll(rest, checked, bound + 1) <= 0.05).isTrue();
      }
    }
    // 5.8 % of 10 would be none of them, but 50 draws of 60 miss one sample in a sixth of all
    // cases.
    assertThat(new Searched(60, 0, 50, 0, "").missedAtMost()).isEqualTo(1);
    assertThat(new Searched(1_000_000, 0, 50, 0, "").atMost()).isCloseTo(0.0582, within(1e-4));
    assertThat(new Searched(60, 10, 50, 0, "").atMost()).isZero();
    assertThat(new Searched(600, 10, 50, 1, "").atMost()).isZero();
  }

  /** The probability that draws without replacement miss some of the samples. */
  private static double missesAll(int rest, int checked, int some) {
    return some > rest ? 0 : ways(rest, some) / ways(rest + checked, some);
  }

  private static double ways(int of, int some) {
    double ways = 1;
    for (int i = 0; i < some; i++) {
      ways = ways * (of - i) / (i + 1);
    }
    return ways;
  }

  @Test
  void whereTheCheckFoolsOneTheReferenceRunsOnAllOthers() {
    AuditResult result =
        audit(data(ALL), CascadeTest::never, CascadeTest::never, index -> index % 3 == 0).run();
    assertThat(searched(result).fell()).isPositive();
    assertThat(searched(result).notSearched()).isZero();
    // Those that were attacked thoroughly, too: none of these attacks is the reference's.
    assertThat(tried(result, 3)).isEqualTo(ALL);
    assertThat(result.count(Verdict.FOOLED).count())
        .isEqualTo((int) IntStream.range(0, ALL).filter(i -> i % 3 == 0).count());
  }

  @Test
  void fewSamplesAreAllAttackedThoroughly() {
    AuditResult result =
        audit(data(40), index -> index > 30, CascadeTest::never, CascadeTest::never).run();
    assertThat(searched(result)).isEqualTo(new Searched(40, 40, 0, 0, "the reference"));
    assertThat(tried(result, 1)).isEqualTo(40);
  }

  @Test
  void aCascadeWithNothingLeftSaysSo() {
    List<Attack> attacks =
        List.of(new Fools("first", index -> true), new Fools("thorough", CascadeTest::never));
    AuditResult result =
        Audit.of(MODEL, data(60))
            .against(ThreatModel.linf(0.25))
            .with(new Suite.Choice(attacks, false, true, new Cascade(1, 1, 0, 0, "the reference")))
            .run();
    assertThat(searched(result)).isEqualTo(new Searched(0, 0, 0, 0, "the reference"));
    assertThat(tried(result, 1)).isZero();
  }

  /** More samples than the pilot has, so that groups are not exactly as large as they would be. */
  @Test
  void orderBatchesAndWorkersChangeNothing() {
    ImageSet data = data(1200);
    LongPredicate thorough = index -> index % 7 == 0 && index < 300;
    LongPredicate reference = index -> index == 900;
    AuditResult expected = audit(data, thorough, CascadeTest::never, reference).workers(1).run();
    assertThat(searched(expected).thorough()).isBetween(250, 700);
    int[] backwards = IntStream.range(0, data.size()).map(i -> data.size() - 1 - i).toArray();
    for (ImageSet same : List.of(data, data.select(backwards))) {
      AuditResult other =
          audit(same, thorough, CascadeTest::never, reference).workers(2).batch(7).run();
      assertThat(searched(other)).isEqualTo(searched(expected));
      for (SampleVerdict sample : other.samples()) {
        assertThat(sample)
            .usingRecursiveComparison()
            .isEqualTo(expected.samples().get((int) sample.index()));
      }
    }
  }

  @Test
  void aJournalThatIsCutLeadsToTheSameResult(@TempDir Path folder) throws IOException {
    LongPredicate thorough = index -> index % 5 == 0 && index < 60;
    LongPredicate reference = index -> index % 40 == 0;
    Audit whole = audit(data(ALL), thorough, CascadeTest::never, reference);
    AuditResult expected = whole.journal(folder.resolve("whole")).run();
    byte[] lines = Files.readAllBytes(folder.resolve("whole"));
    for (double fraction : new double[] {0.2, 0.5, 0.8, 1}) {
      Path cut = folder.resolve("cut" + fraction);
      Files.write(cut, Arrays.copyOf(lines, (int) (lines.length * fraction)));
      Audit resumed = audit(data(ALL), thorough, CascadeTest::never, reference).journal(cut);
      AuditResult result = resumed.run();
      assertThat(searched(result)).isEqualTo(searched(expected));
      assertThat(result.samples())
          .usingRecursiveFieldByFieldElementComparator()
          .isEqualTo(expected.samples());
    }
  }

  /** Where a model gives no gradients, the first queries of Square rank the samples. */
  @Test
  void withoutGradientsSquareRanksAndSearches() {
    AuditResult result =
        Audit.of(new ScoresOnly(MODEL), data(60))
            .against(ThreatModel.linf(0.05))
            .with(Suite.STRONG)
            .extent(AuditPlan.Extent.VERDICTS)
            .run();
    assertThat(result.attacks())
        .extracting(AttackSummary::settings)
        .containsExactly(
            "square:queries=100:share=0.8:schedule=100",
            "square:queries=5000:share=0.8:schedule=5000",
            "square:queries=5000:share=0.8:schedule=10000");
    // Those that can be fooled: a margin of less than 0.05 can be overcome by the first pixel.
    assertThat(searched(result).ranked()).isBetween(50, 60);
  }

  @Test
  void aRandomisedModelIsRefused() {
    Audit audit =
        Audit.of(new Random(MODEL), data(20)).against(ThreatModel.linf(0.1)).with(Suite.STRONG);
    assertThatThrownBy(audit::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("differ between the draws of function")
        .hasMessageContaining("rand");
  }

  private record Random(DifferentiableClassifier model)
      implements ForwardingClassifier, DifferentiableClassifier {
    @Override
    public boolean drawsAtRandom() {
      return true;
    }
  }
}
