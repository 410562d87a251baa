package io.foolproof.attack.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.Goal;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.Threats;
import io.foolproof.attack.search.Bisection;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Dialogue;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What attacks without gradients are known to get wrong. */
class BlackBoxTest {
  private static final InputSpec WIDE = new InputSpec(new long[] {1, 6, 5}, -2, 3);

  /** Attacks whose usual steps cost more than 99: with three pairs a step takes 2 * 3 + 1. */
  private static final Map<String, String> SEVEN_A_STEP =
      Map.of(
          "nes", "nes:queries=99:pairs=3",
          "spsa", "spsa:queries=99:pairs=3",
          "zoo", "zoo:queries=99:values=3");

  static Stream<Arguments> attacksAndNorms() {
    return Attacks.all().stream()
        .filter(entry -> entry.standard().knowledge() != Knowledge.WHITE_BOX)
        .filter(entry -> !entry.name().equals("noise") && !entry.name().equals("transfer"))
        .map(entry -> SEVEN_A_STEP.getOrDefault(entry.name(), entry.name() + ":queries=99"))
        .map(Attacks::parse)
        .flatMap(attack -> Threats.of(attack).map(threat -> Arguments.of(attack, threat)));
  }

  /** Those that look for a start; what moves pixels starts from the image itself. */
  static Stream<Arguments> decisionBased() {
    return attacksAndNorms()
        .filter(arguments -> arguments.get()[1] instanceof NormBounded)
        .filter(arguments -> ((Attack) arguments.get()[0]).knowledge() == Knowledge.LABELS);
  }

  /** Counts the images it is asked about, and remembers the smallest and largest values. */
  private static class Watched implements Classifier {
    private final Classifier model;
    private final AtomicLong asked = new AtomicLong();
    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;

    Watched(Classifier model) {
      this.model = model;
    }

    @Override
    public String name() {
      return "watched";
    }

    @Override
    public InputSpec input() {
      return model.input();
    }

    @Override
    public int classes() {
      return model.classes();
    }

    @Override
    public Tensor logits(Tensor images) {
      asked.addAndGet(images.size(0));
      for (float value : images.toFloats()) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      return model.logits(images).detach();
    }
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void neverAsksMoreThanTheBudgetNorOutsideTheBox(Attack attack, ThreatModel threat) {
    boolean counts = threat instanceof NormBounded bounded && bounded.norm().countsChanges();
    LinearClassifier balanced = LinearClassifier.balanced(WIDE, 3, 4);
    LinearClassifier constant =
        new LinearClassifier(WIDE, new float[3][WIDE.elements()], new float[] {1, 0, 0});
    boolean outOfReach = counts && !(attack instanceof MinimalNormAttack);
    Watched model = new Watched(outOfReach ? constant : balanced);
    // Beyond reach within epsilon, so that nothing but the budget ends the search.
    for (double epsilon : new double[] {counts ? 1 : 1e-4, 1000}) {
      Samples sample = samples(model, 1);
      model.asked.set(0);
      AttackResult result = run(attack, model, sample, threat, epsilon).get(0);
      assertThat(model.asked.get()).isLessThanOrEqualTo(99);
      if (epsilon < 1000 || attack instanceof MinimalNormAttack) {
        assertThat(result.forwards()).isEqualTo(model.asked.get()).isGreaterThan(75);
      }
    }
    assertThat(model.low).isBetween(-2.0, 0.5);
    assertThat(model.high).isBetween(0.5, 3.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nes", "spsa"})
  void aBudgetThatSufficesForNoStepIsRefused(String name) {
    assertThatThrownBy(() -> Attacks.parse(name + ":queries=101"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("queries=101")
        .hasMessageContaining("take 102");
    assertThat(Attacks.parse(name + ":queries=102").settings()).contains("queries=102");
  }

  @Test
  void zooNeedsAStepAndALookForEverySearch() {
    Watched model = new Watched(LinearClassifier.balanced(WIDE, 3, 4));
    ThreatModel threat = ThreatModel.untargeted(Norm.L2, 1);
    // The clean image, and four searches of a step in three values and a look.
    Attack tooFew = Attacks.parse("zoo:queries=32:values=3");
    assertThatThrownBy(() -> tooFew.requireApplicable(model, threat))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("zoo: queries=32")
        .hasMessageContaining("take 33");
    Attack enough = Attacks.parse("zoo:queries=33:values=3:eta=0.5");
    enough.requireApplicable(model, threat);
    Samples sample = samples(model, 1);
    model.asked.set(0);
    AttackResult result = run(enough, model, sample, Norm.L2, 1000).get(0);
    assertThat(model.asked.get()).isEqualTo(33);
    // Half of the box away, where only the last look of a search sees it.
    assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
    assertThat(Distances.between(sample.images()[0], result.image()).linf()).isGreaterThan(0.1);
  }

  /** Both sides of a value, at the same level, would show no slope. */
  @Test
  void zooSeesSlopesAmongLevels() {
    Watched model = new Watched(LinearClassifier.balanced(WIDE, 3, 4));
    ThreatModel levels = new NormBounded(Norm.L2, 1000, new Goal.Untargeted(), 256);
    Attack zoo = Attacks.parse("zoo:queries=2000:values=10:searches=2:eta=0.05");
    for (AttackResult result : zoo.run(model, samples(model, 5), levels, 1)) {
      assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
    }
  }

  /** Models behind a URL answer each image for itself: what is fooled is not asked about again. */
  @ParameterizedTest
  @ValueSource(strings = {"square:queries=200", "simba:queries=200", "nes:queries=205:pairs=50"})
  void whatIsFooledIsNotAskedAboutAgain(String attack) {
    Watched model = new Watched(LinearClassifier.balanced(WIDE, 3, 4));
    Samples samples = samples(model, 20);
    model.asked.set(0);
    List<AttackResult> results = run(Attacks.parse(attack), model, samples, Norm.LINF, 0.1);
    assertThat(results).extracting(AttackResult::status).contains(AttackResult.Status.FOOLED);
    long counted = results.stream().mapToLong(AttackResult::forwards).sum();
    // NES asks in rounds, of which a sample may be fooled in the middle.
    assertThat(model.asked.get())
        .isBetween(counted, counted + (attack.startsWith("nes") ? 20 * 100 : 0));
  }

  /** What searches ask is packed into batches that are full but for the last. */
  @Test
  void questionsOfAllSearchesFillBatches() {
    AtomicLong calls = new AtomicLong();
    Watched model =
        new Watched(LinearClassifier.balanced(WIDE, 3, 4)) {
          @Override
          public Tensor logits(Tensor images) {
            calls.incrementAndGet();
            return super.logits(images);
          }
        };
    Samples samples = samples(model, 48);
    model.asked.set(0);
    calls.set(0);
    run(Attacks.parse("hopskipjump:queries=500"), model, samples, Norm.L2, 1000);
    assertThat(model.asked.get()).isEqualTo(48 * 500);
    assertThat(calls.get()).isLessThan(515);
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void aBudgetOfOneQuestionIsSpentOnTheCleanImage(Attack attack, ThreatModel threat) {
    if (SEVEN_A_STEP.containsKey(attack.name())) {
      return;
    }
    Watched model = new Watched(LinearClassifier.balanced(WIDE, 3, 4));
    Samples sample = samples(model, 1);
    model.asked.set(0);
    Attack once = Attacks.parse(attack.name() + ":queries=1");
    run(once, model, sample, threat, threat.id().startsWith("l0") ? 5 : 0.1);
    assertThat(model.asked.get()).isEqualTo(1);
  }

  /** Only the image of another class itself is of another class: no noise is. */
  private static Classifier lonely(float[] island) {
    return new Classifier() {
      @Override
      public String name() {
        return "lonely";
      }

      @Override
      public InputSpec input() {
        return WIDE;
      }

      @Override
      public int classes() {
        return 3;
      }

      @Override
      public Tensor logits(Tensor images) {
        float[][] rows = Rows.split(images);
        float[] logits = new float[3 * rows.length];
        for (int row = 0; row < rows.length; row++) {
          boolean near = Distances.between(rows[row], island).l2() < 2;
          logits[3 * row + (near ? 1 : 0)] = 1;
        }
        return Tensor.of(logits, rows.length, 3);
      }
    };
  }

  @ParameterizedTest
  @MethodSource("decisionBased")
  void withoutAStartTheSampleStandsAndAPoolOfImagesHelps(Attack attack, ThreatModel threat) {
    float[] island = new float[30];
    Arrays.fill(island, 2.9f);
    island[7] = -2;
    Classifier model = lonely(island);
    float[] other = island.clone();
    other[3] = 2;
    Samples sample = new Samples(new float[][] {new float[30]}, new int[] {0}, new long[] {0});
    AttackResult alone = run(attack, model, sample, threat, 1000).get(0);
    assertThat(alone.status()).isEqualTo(AttackResult.Status.STANDING);
    assertThat(alone.margin()).isPositive();

    ImagePool pool = new ImagePool(new float[][] {new float[30], other}, new int[] {0, 1});
    AttackResult helped = run(attack.withStarts(pool), model, sample, threat, 1000).get(0);
    assertThat(helped.status()).isEqualTo(AttackResult.Status.FOOLED);
    ThreatModel target = threat.withEpsilon(1000).withGoal(new Goal.Targeted(2));
    AttackResult missed = attack.withStarts(pool).run(model, sample, target, 1).get(0);
    assertThat(missed.status()).isEqualTo(AttackResult.Status.STANDING);
  }

  @Test
  void aPoolIsTriedFromTheNearestOnAndOnlyWhereItsLabelsFit() {
    float[][] images = {{5}, {1}, {3}, {2}};
    ImagePool pool = new ImagePool(images, new int[] {1, 0, 2, 1});
    float[] image = {0};
    assertThat(pool.nearest(image, 0, new Goal.Untargeted(), 2))
        .isDeepEqualTo(new float[][] {images[3], images[2]});
    assertThat(pool.nearest(image, 0, new Goal.Targeted(1), 9))
        .isDeepEqualTo(new float[][] {images[3], images[0]});
    assertThatThrownBy(() -> new ImagePool(images, new int[1]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("4 images and 1 labels");
  }

  /** Decisions only: the same labels from other scores lead to the same points. */
  @ParameterizedTest
  @MethodSource("decisionBased")
  void scoresOfAnotherScaleChangeNoPointOfADecisionBasedAttack(Attack attack, ThreatModel threat) {
    LinearClassifier model = LinearClassifier.balanced(WIDE, 3, 4);
    Samples samples = samples(model, 2);
    Classifier doubled =
        new Watched(model) {
          @Override
          public Tensor logits(Tensor images) {
            return super.logits(images).mul(2);
          }
        };
    List<AttackResult> plain = run(attack, model, samples, threat, 1000);
    List<AttackResult> scaled = run(attack, doubled, samples, threat, 1000);
    for (int i = 0; i < 2; i++) {
      assertThat(scaled.get(i).image()).isEqualTo(plain.get(i).image());
    }
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void answersThatAreNoNumbersEndTheSearch(Attack attack, ThreatModel threat) {
    float[][] weights = new float[3][30];
    Arrays.fill(weights[2], Float.NaN);
    LinearClassifier model = new LinearClassifier(WIDE, weights, new float[3]);
    Samples sample = new Samples(new float[][] {new float[30]}, new int[] {0}, new long[] {0});
    AttackResult result = run(attack, model, sample, threat, 3).get(0);
    assertThat(result.status()).isEqualTo(AttackResult.Status.NOT_A_NUMBER);
    assertThat(result.forwards()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"genattack, LINF", "one-pixel, L0"})
  void whatIsFooledIsAskedAboutNoMore(String name, Norm norm) {
    LinearClassifier model = LinearClassifier.balanced(WIDE, 3, 4);
    Attack attack = Attacks.parse(name + ":population=8");
    double epsilon = norm == Norm.L0 ? 30 : 3;
    for (AttackResult result : run(attack, model, samples(model, 5), norm, epsilon)) {
      assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
      assertThat(result.forwards()).isLessThan(500);
    }
  }

  @Test
  void aPixelOfThreeChannelsIsThreeValues() {
    InputSpec input = InputSpec.unit(3, 4, 4);
    LinearClassifier model = LinearClassifier.random(input, 2, 3);
    Attack attack = Attacks.parse("one-pixel:queries=200:population=20");
    Samples samples = samples(model, 3);
    for (AttackResult result : run(attack, model, samples, Norm.L0, 2)) {
      assertThat(result.forwards()).as("2 values make no pixel").isEqualTo(1);
    }
    List<AttackResult> results = run(attack, model, samples, Norm.L0, 5);
    for (int i = 0; i < 3; i++) {
      int changed = Distances.between(results.get(i).image(), samples.images()[i]).l0();
      assertThat(changed).isBetween(1, 3);
    }
  }

  @ParameterizedTest
  @CsvSource({"LINF", "L2"})
  void theWayBackMeetsTheBoundary(Norm norm) {
    LinearClassifier model = LinearClassifier.balanced(WIDE, 2, 4);
    Samples sample = samples(model, 1);
    float[] image = sample.images()[0];
    // On the other side of the middle, where both classes tie.
    float[] start = new float[30];
    for (int i = 0; i < 30; i++) {
      start[i] = 0.5f - 20 * (image[i] - 0.5f);
    }
    ClosestPursuit pursuit =
        new ClosestPursuit(model, sample, ThreatModel.untargeted(norm, 1000), 1, "test");
    float[][] met = new float[1][];
    Dialogue.run(
        pursuit,
        1000,
        subject ->
            Bisection.back(
                image,
                start,
                norm,
                WIDE,
                1e-4,
                point -> {
                  met[0] = point;
                  return new Dialogue.Done();
                }));
    double width = Distances.between(image, start).l2();
    assertThat(model.distance(met[0], model.predict(met[0]), Norm.L2))
        .isCloseTo(0, within(width * 1e-3));
  }

  private static Samples samples(Classifier model, int count) {
    int d = model.input().elements();
    float middle = (float) (model.input().low() + model.input().high()) / 2;
    float[][] images = new float[count][d];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      new RandomStream(5, i, "images", 0)
          .fillUniform(images[i], 0, d, middle - 0.1f, middle + 0.1f);
      Tensor logits = model.logits(Tensor.of(images[i], model.input().batchShape(1)));
      labels[i] = (int) logits.argmax(1).toLongs()[0];
    }
    return new Samples(images, labels, LongStream.range(0, count).toArray());
  }

  private static List<AttackResult> run(
      Attack attack, Classifier model, Samples samples, Norm norm, double epsilon) {
    return run(attack, model, samples, ThreatModel.untargeted(norm, 1), epsilon);
  }

  private static List<AttackResult> run(
      Attack attack, Classifier model, Samples samples, ThreatModel threat, double epsilon) {
    return attack.run(model, samples, threat.withEpsilon(epsilon), 1);
  }
}
