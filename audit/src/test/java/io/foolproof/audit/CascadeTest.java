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
    float[] pixels = new float[2 * count];
    for (int i = 0; i < count; i++) {
      pixels[2 * i] = (float) i / count;
      pixels[2 * i + 1] = 0.5f;
    }
    return ImageSet.ofPixels(
        "ranks", new ImageShape(1, 1, 2), pixels, new int[count], List.of("a", "b", "c"));
  }

  /** Fools some samples and no other. */
  private record Fools(String name, LongPredicate which) implements Attack {
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
        boolean fooled = which.test(samples.indices()[i]);
        image[1] = fooled ? 0.7f : 0.5f;
        results.add(
            new AttackResult(
                fooled ? Status.FOOLED : Status.STANDING, image, fooled ? -1 : 1, 1, 0));
      }
      return results;
    }
  }

  private static Audit audit(
      ImageSet data, LongPredicate thorough, LongPredicate last, LongPredicate reference) {
    List<Attack> attacks =
        List.of(
            new Fools("first", index -> false),
            new Fools("thorough", thorough),
            new Fools("last", last),
            new Fools("reference", reference));
    return Audit.of(MODEL, data)
        .against(ThreatModel.linf(0.25))
        .with(new Suite.Choice(attacks, false, true, new Cascade(1, 1, 1, 1)))
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
    assertThat(searched(result)).isEqualTo(new Searched(ALL, 50, 50, 0));
    assertThat(tried(result, 1)).isEqualTo(50);
    assertThat(tried(result, 2)).isEqualTo(30);
    assertThat(tried(result, 3)).isEqualTo(50);
    assertThat(searched(result).notSearched()).isEqualTo(300);
    assertThat(searched(result).atMost()).isCloseTo(0.0582, within(1e-4));
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
    assertThat(searched(all)).isEqualTo(new Searched(ALL, ALL, 0, 0));
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
    assertThat(searched(result)).isEqualTo(new Searched(40, 40, 0, 0));
    assertThat(tried(result, 1)).isEqualTo(40);
  }

  @Test
  void aCascadeWithNothingLeftSaysSo() {
    List<Attack> attacks =
        List.of(new Fools("first", index -> true), new Fools("thorough", CascadeTest::never));
    AuditResult result =
        Audit.of(MODEL, data(60))
            .against(ThreatModel.linf(0.25))
            .with(new Suite.Choice(attacks, false, true, new Cascade(1, 1, 0, 0)))
            .run();
    assertThat(searched(result)).isEqualTo(new Searched(0, 0, 0, 0));
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
