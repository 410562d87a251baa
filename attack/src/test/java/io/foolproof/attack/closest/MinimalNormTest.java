package io.foolproof.attack.closest;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.FunctionClassifier;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.LinearAttackTest;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Ending;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks that look for the closest adversarial example, where that is known. */
@Tag("slow")
class MinimalNormTest {
  private static final double FAR = 1000;

  static Stream<Arguments> attacksAndNorms() {
    return LinearAttackTest.attacksAndNorms()
        .filter(arguments -> arguments.get()[0] instanceof MinimalNormAttack);
  }

  /** Settings with which an attack lands as near as it is asked to. */
  private static final Map<String, String> THOROUGH =
      Map.ofEntries(
          Map.entry("cw", "cw:searches=8:steps=200:step=0.01"),
          Map.entry("ead", "ead:searches=7:steps=80"),
          Map.entry("alma", "alma:steps=300"),
          Map.entry("pdpgd", "pdpgd:steps=300"),
          Map.entry("sigmazero", "sigmazero:steps=200"),
          Map.entry("zoo", "zoo:queries=10000:eta=0.01"),
          Map.entry("boundary", "boundary:queries=3000"),
          Map.entry("hopskipjump", "hopskipjump:queries=3000"),
          Map.entry("geoda", "geoda:queries=3000"),
          Map.entry("sign-opt", "sign-opt:queries=3000:directions=60"),
          Map.entry("closest", "closest:by=apgd+stripes"),
          Map.entry("bb", "bb:steps=120"));

  /**
   * How much farther attacks may land that have no gradients; others within a hundredth, or a
   * twentieth in L1 and L0.
   */
  private static final Map<String, Double> TOLERANCE =
      Map.of(
          "zoo L2", 1.05,
          "hopskipjump L2", 1.05,
          "hopskipjump L-inf", 1.1,
          "geoda L2", 1.05,
          "geoda L-inf", 1.1,
          "sign-opt L-inf", 1.3,
          // Small steps do not lead from the three values it may end with to another two.
          "bb L0", 1.5);

  static Stream<Arguments> thoroughAttacksAndNorms() {
    return attacksAndNorms()
        .map(
            arguments -> {
              Attack quick = (Attack) arguments.get()[0];
              String settings = THOROUGH.getOrDefault(quick.name(), quick.settings());
              return Arguments.of(Attacks.parse(settings), arguments.get()[1]);
            });
  }

  @ParameterizedTest
  @MethodSource("thoroughAttacksAndNorms")
  void landsAtTheClosedFormDistance(Attack attack, Norm norm) {
    double exact = norm == Norm.LINF || norm == Norm.L2 ? 1.01 : 1.05;
    double tolerance = TOLERANCE.getOrDefault(attack.name() + " " + norm.symbol(), exact);
    boolean queries = attack.knowledge() != Knowledge.WHITE_BOX;
    List<InputSpec> inputs =
        queries
            ? List.of(InputSpec.unit(3, 2, 5))
            : List.of(InputSpec.unit(30), InputSpec.unit(1, 6, 5), InputSpec.unit(3, 2, 5));
    for (InputSpec input : inputs) {
      LinearClassifier model = LinearClassifier.random(input, 2, 7);
      int count = input.shape().length == 1 ? 64 : input.shape()[0] == 1 ? 1 : 7;
      Samples samples = samples(model, norm, count);
      List<AttackResult> results = run(attack, model, samples, norm, FAR);
      for (int i = 0; i < count; i++) {
        float[] clean = samples.images()[i];
        double nearest = model.distance(clean, samples.labels()[i], norm);
        assertThat(results.get(i).status()).isEqualTo(AttackResult.Status.FOOLED);
        assertThat(Distances.between(clean, results.get(i).image(), input).in(norm))
            .as("sample %d of %d", i, count)
            .isBetween(nearest * 0.99999, nearest * tolerance);
      }
    }
  }

  /**
   * As near as the search looks; of several classes in L2, where APGD may fail just beyond the
   * boundary, within some per cent.
   */
  @ParameterizedTest
  @ValueSource(strings = {"apgd", "apgd+stripes", "apgd-t+apgd+stripes"})
  void anEpsilonSearchEndsAtTheBoundary(String by) {
    LinearClassifier model =
        LinearClassifier.random(InputSpec.unit(30), by.contains("apgd-t") ? 4 : 2, 7);
    for (Norm norm : List.of(Norm.LINF, Norm.L2)) {
      double most = model.classes() > 2 && norm == Norm.L2 ? 1.06 : 1.002;
      Samples samples = samples(model, norm, 16);
      List<AttackResult> results =
          run(Attacks.parse("closest:by=" + by), model, samples, norm, FAR);
      for (int i = 0; i < 16; i++) {
        float[] clean = samples.images()[i];
        double nearest = model.distance(clean, samples.labels()[i], norm);
        assertThat(Distances.between(clean, results.get(i).image(), model.input()).in(norm))
            .as("sample %d in %s", i, norm)
            .isBetween(nearest * 0.99999, nearest * most);
      }
    }
  }

  /** What the first attack finds is where the next begins, which can only come closer. */
  @Test
  void theNextAttackOfAnEpsilonSearchGoesOnWhereTheLastEnded() {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(30), 2, 7);
    Samples samples = samples(model, Norm.LINF, 16);
    List<AttackResult> first = run(Attacks.parse("closest:by=bim"), model, samples, Norm.LINF, FAR);
    List<AttackResult> both =
        run(Attacks.parse("closest:by=bim+pgd"), model, samples, Norm.LINF, FAR);
    for (int i = 0; i < 16; i++) {
      float[] clean = samples.images()[i];
      assertThat(Distances.between(clean, both.get(i).image()).linf())
          .isLessThanOrEqualTo(Distances.between(clean, first.get(i).image()).linf());
    }
    List<AttackResult> next = run(Attacks.parse("closest:by=pgd"), model, samples, Norm.LINF, FAR);
    assertThat(gradients(both)).isGreaterThan(gradients(first));
    assertThat(gradients(both) - gradients(first)).isLessThan(gradients(next));
  }

  private static long gradients(List<AttackResult> results) {
    return results.stream().mapToLong(AttackResult::backwards).sum();
  }

  /** The same images in a box of another width: all lengths are as many times as large. */
  @ParameterizedTest
  @ValueSource(
      strings = {"ddn", "fmn", "pdpgd", "sigmazero", "ead", "alma", "cw", "fab", "bb", "closest"})
  void boxesOfAnyWidthAreAttackedAlike(String name) {
    Attack attack = Attacks.parse(THOROUGH.getOrDefault(name, name));
    InputSpec wide = new InputSpec(new long[] {30}, 0, 255);
    float[][] weights = new float[2][30];
    for (int k = 0; k < 2; k++) {
      new RandomStream(7, k, "weights", 0).fillGaussian(weights[k], 0, 30);
    }
    float[][] narrow =
        Arrays.stream(weights).map(row -> scaled(row, 1 / 255f)).toArray(float[][]::new);
    LinearClassifier unit = new LinearClassifier(InputSpec.unit(30), weights, new float[2]);
    LinearClassifier bytes = new LinearClassifier(wide, narrow, new float[2]);
    for (Norm norm : attack.norms()) {
      Samples samples = samples(unit, norm, 5);
      float[][] images =
          Arrays.stream(samples.images()).map(row -> scaled(row, 255)).toArray(float[][]::new);
      Samples large = new Samples(images, samples.labels(), samples.indices());
      List<AttackResult> results = run(attack, bytes, large, norm, 255 * FAR);
      double exact = norm == Norm.LINF || norm == Norm.L2 ? 1.01 : 1.05;
      double tolerance = TOLERANCE.getOrDefault(name + " " + norm.symbol(), exact);
      for (int i = 0; i < 5; i++) {
        double nearest = bytes.distance(images[i], samples.labels()[i], norm);
        assertThat(Distances.between(images[i], results.get(i).image(), wide).in(norm))
            .as("%s in %s", name, norm)
            .isBetween(nearest * 0.9999, nearest * tolerance);
      }
    }
  }

  /**
   * Ripples on a plane: steps to planes that touch the boundary end on its wrong side as often as
   * not, and a walk that is there in the end has found nothing.
   */
  @Test
  void aWalkAlongABoundaryThatBendsEndsBeyondIt() {
    InputSpec input = InputSpec.unit(200);
    float[][] weights = new float[2][200];
    new RandomStream(7, 0, "weights", 0).fillGaussian(weights[0], 0, 200);
    double sum = IntStream.range(0, 200).mapToDouble(j -> weights[0][j]).sum();
    // Class 0 in the middle of the box, where the boundary is about 1.4 away.
    float[] bias = {(float) (20 - sum / 2), 0};
    LinearClassifier plane = new LinearClassifier(input, weights, bias);
    FunctionClassifier rippled =
        new FunctionClassifier(
            input,
            2,
            images -> {
              Tensor ripple = images.mul(300).sin().sum(true, 1).mul(0.002);
              return plane.logits(images).add(Tensor.concat(List.of(ripple, ripple.neg()), 1));
            });
    float[][] images = new float[6][200];
    for (int i = 0; i < 6; i++) {
      new RandomStream(5, i, "images", 0).fillUniform(images[i], 0, 200, 0.4f, 0.6f);
    }
    Samples samples = new Samples(images, new int[6], LongStream.range(0, 6).toArray());
    ThreatModel threat = ThreatModel.untargeted(Norm.L2, FAR);
    List<AttackResult> results = Attacks.parse("bb:steps=120").run(rippled, samples, threat, 1);
    for (int i = 0; i < 6; i++) {
      assertThat(results.get(i).status()).isEqualTo(AttackResult.Status.FOOLED);
      assertThat(Distances.between(images[i], results.get(i).image()).l2())
          .as("sample %d", i)
          .isLessThan(plane.distance(images[i], 0, Norm.L2));
    }
  }

  private static float[] scaled(float[] values, float factor) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i] * factor;
    }
    return result;
  }

  /** At black pixels the root has no slope that is a number, though its value is one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cw",
        "ead",
        "alma",
        "sigmazero",
        "fmn",
        "ddn",
        "pdpgd",
        "deepfool",
        "fab",
        "closest:by=pgd"
      })
  void aGradientThatIsNoNumberIsNotTheModelsAnswer(String name) {
    LinearClassifier behind = LinearClassifier.random(InputSpec.unit(30), 3, 7);
    FunctionClassifier model =
        new FunctionClassifier(
            behind.input(), 3, images -> behind.logits(images.mul(images).sqrt()));
    float[] image = new float[30];
    new RandomStream(5, 1, "images", 0).fillUniform(image, 0, 30, 0.35f, 0.65f);
    image[3] = 0;
    Samples samples =
        new Samples(new float[][] {image}, new int[] {behind.predict(image)}, new long[1]);
    Attack attack = Attacks.parse(LinearAttackTest.quick(name));
    for (Norm norm : attack.norms()) {
      AttackResult result = attack.run(model, samples, ThreatModel.untargeted(norm, FAR), 1).get(0);
      assertThat(result.status()).as(norm.symbol()).isNotEqualTo(AttackResult.Status.NOT_A_NUMBER);
    }
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void epsilonOnlyDecidesWhatCounts(Attack attack, Norm norm) {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(30), 4, 7);
    Samples samples = samples(model, norm, 5);
    List<AttackResult> all = run(attack, model, samples, norm, FAR);
    double[] distances = new double[5];
    for (int i = 0; i < 5; i++) {
      distances[i] =
          Distances.between(samples.images()[i], all.get(i).image(), model.input()).in(norm);
    }
    double epsilon =
        LongStream.range(0, 5).mapToDouble(i -> distances[(int) i]).sorted().toArray()[2];
    List<AttackResult> within = run(attack, model, samples, norm, epsilon);
    for (int i = 0; i < 5; i++) {
      assertThat(within.get(i).status() == AttackResult.Status.FOOLED)
          .isEqualTo(distances[i] <= epsilon);
      assertThat(within.get(i).forwards()).isEqualTo(all.get(i).forwards());
    }
  }

  /** At one epsilon the first example within it is enough, whatever the neighbours still need. */
  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void whereOneEpsilonMattersTheSearchEndsThere(Attack attack, Norm norm) {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(30), 4, 7);
    Samples samples = samples(model, norm, 5);
    List<AttackResult> all = run(attack, model, samples, norm, FAR);
    double[] distances = new double[5];
    for (int i = 0; i < 5; i++) {
      distances[i] =
          Distances.between(samples.images()[i], all.get(i).image(), model.input()).in(norm);
    }
    double epsilon = 1.05 * Arrays.stream(distances).sorted().toArray()[3];
    AtomicLong evaluated = new AtomicLong();
    FunctionClassifier counting =
        new FunctionClassifier(
            model.input(),
            4,
            images -> {
              evaluated.addAndGet(images.size(0));
              return model.logits(images);
            });
    ThreatModel threat = ThreatModel.untargeted(norm, epsilon);
    List<AttackResult> results = attack.run(Ending.of(counting), samples, threat, 1);
    for (int i = 0; i < 5; i++) {
      AttackResult result = results.get(i);
      double distance =
          Distances.between(samples.images()[i], result.image(), model.input()).in(norm);
      assertThat(result.status() == AttackResult.Status.FOOLED)
          .as("sample %d at %s, epsilon %s", i, distances[i], epsilon)
          .isEqualTo(distances[i] <= epsilon)
          .isEqualTo(model.predict(result.image()) != samples.labels()[i]);
      assertThat(distance).isLessThanOrEqualTo(epsilon);
      assertThat(result.forwards()).isLessThanOrEqualTo(all.get(i).forwards());
      Samples one =
          new Samples(
              new float[][] {samples.images()[i]}, new int[] {samples.labels()[i]}, new long[] {i});
      assertThat(attack.run(Ending.of(model), one, threat, 1).get(0))
          .usingRecursiveComparison()
          .isEqualTo(result);
    }
    long forwards = results.stream().mapToLong(AttackResult::forwards).sum();
    assertThat(forwards).isLessThan(all.stream().mapToLong(AttackResult::forwards).sum());
    if (attack.knowledge() != Knowledge.WHITE_BOX) {
      assertThat(evaluated.get()).isEqualTo(forwards);
    }
  }

  /** Values at the ends of the box, where the variables of some attacks would be infinite. */
  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void imagesOfPureBlackAndWhiteAreFooledToo(Attack attack, Norm norm) {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(30), 4, 7);
    float[][] images = new float[4][30];
    int[] labels = new int[4];
    for (int i = 0; i < 4; i++) {
      RandomStream stream = new RandomStream(9, i, "corners", 0);
      for (int j = 0; j < 30; j++) {
        images[i][j] = stream.nextInt(2);
      }
      labels[i] = model.predict(images[i]);
    }
    Samples samples = new Samples(images, labels, new long[] {0, 1, 2, 3});
    for (AttackResult result : run(attack, model, samples, norm, FAR)) {
      assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
    }
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void whatIsMisclassifiedAlreadyIsAtDistanceZero(Attack attack, Norm norm) {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(30), 4, 7);
    Samples right = samples(model, norm, 1);
    int[] wrongLabel = {(right.labels()[0] + 1) % 4};
    Samples samples = new Samples(right.images(), wrongLabel, right.indices());
    AttackResult result = run(attack, model, samples, norm, 0).get(0);
    assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
    assertThat(result.image()).isEqualTo(right.images()[0]);
    assertThat(result.forwards()).isEqualTo(1);
    assertThat(result.backwards()).isZero();
  }

  /** The class never changes and the gradient is zero: the distance is unknown, not zero. */
  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void whereNothingCanBeFoundTheSampleStands(Attack attack, Norm norm) {
    float[][] weights = new float[4][30];
    LinearClassifier model =
        new LinearClassifier(InputSpec.unit(30), weights, new float[] {1, 0, 0, -1});
    Samples samples = new Samples(new float[][] {new float[30]}, new int[] {0}, new long[] {0});
    String few = attack.knowledge() == Knowledge.WHITE_BOX ? ":steps=5" : ":queries=50";
    Attack brief = Attacks.parse(attack.name() + few);
    AttackResult result = run(brief, model, samples, norm, FAR).get(0);
    assertThat(result.status()).isEqualTo(AttackResult.Status.STANDING);
    assertThat(result.margin()).isCloseTo(1, Offset.offset(1e-4));
  }

  /**
   * Logits whose differences are small beside themselves: a point counts a little beyond the
   * boundary only, and attacks that aim at the boundary itself end where nothing counts.
   */
  @ParameterizedTest
  @ValueSource(strings = {"fab", "fabt", "deepfool"})
  void whatCountsIsAimedAt(String name) {
    InputSpec input = InputSpec.unit(30);
    float[][] weights = new float[3][30];
    for (int k = 0; k < 3; k++) {
      new RandomStream(9, k, "weights", 0).fillGaussian(weights[k], 0, 30);
    }
    LinearClassifier model = new LinearClassifier(input, weights, new float[] {9e3f, 9e3f, 9e3f});
    float[][] images = new float[20][30];
    int[] labels = new int[20];
    for (int i = 0; i < 20; i++) {
      new RandomStream(5, i, "images", 0).fillUniform(images[i], 0, 30, 0.45f, 0.55f);
      labels[i] = model.predict(images[i]);
    }
    Samples samples = new Samples(images, labels, LongStream.range(0, 20).toArray());
    ThreatModel threat = ThreatModel.untargeted(Norm.L2, 30);
    List<AttackResult> results = Attacks.parse(name).run(model, samples, threat, 1);
    double farthest = 0;
    for (int i = 0; i < 20; i++) {
      assertThat(results.get(i).status()).isEqualTo(AttackResult.Status.FOOLED);
      double found = Distances.between(images[i], results.get(i).image()).l2();
      // A hundred-thousandth of the logits is 0.09, and slopes are about 7.
      assertThat(found).isLessThan(model.distance(images[i], labels[i], Norm.L2) * 1.06 + 0.03);
      farthest = Math.max(farthest, found);
    }
    assertThat(farthest).isGreaterThan(0.03);
  }

  @Test
  void theRightClassIsNoRival() {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(30), 4, 7);
    Samples samples = samples(model, Norm.L2, 20);
    ClosestPursuit pursuit =
        new ClosestPursuit(model, samples, ThreatModel.untargeted(Norm.L2, 1), 1, "test");
    pursuit.search(
        0,
        lanes -> {
          List<Tensor> rivals = Rivals.of(pursuit, lanes, 9);
          assertThat(rivals).hasSize(3);
          for (Tensor rival : rivals) {
            assertThat(rival.eq(lanes.labels()).any()).isFalse();
          }
        });
  }

  @Test
  void constantsAreSearchedForEachSampleByItself() {
    try (Scope scope = Scope.open()) {
      ConstantSearch search = new ConstantSearch(3);
      search.next(new boolean[] {true, false, false});
      assertThat(search.constants().toFloats()).containsExactly(5e-4f, 1e-2f, 1e-2f);
      search.next(new boolean[] {false, true, false});
      assertThat(search.constants().toFloats()).containsExactly(7.5e-4f, 5.5e-3f, 1e-1f);
    }
  }

  /** Images near enough to a boundary for the box not to matter; in L0, a few values away. */
  private static Samples samples(LinearClassifier model, Norm norm, int count) {
    int d = model.input().elements();
    float[][] images = new float[count][d];
    int[] labels = new int[count];
    int drawn = 0;
    for (int i = 0; i < count; drawn++) {
      new RandomStream(5, drawn, "images", 0).fillUniform(images[i], 0, d, 0.35f, 0.65f);
      labels[i] = model.predict(images[i]);
      double distance = model.distance(images[i], labels[i], norm);
      boolean fits =
          switch (norm) {
            case LINF -> distance > 0.01 && distance < 0.2;
            case L2 -> distance > 0.1 && distance < 0.5;
            case L1 -> distance > 0.1 && distance < 0.35;
            case L0, L0_PIXELS -> distance > 1 && distance < 7;
          };
      i += fits ? 1 : 0;
    }
    return new Samples(images, labels, LongStream.range(0, count).toArray());
  }

  private static List<AttackResult> run(
      Attack attack, LinearClassifier model, Samples samples, Norm norm, double epsilon) {
    return attack.run(model, samples, ThreatModel.untargeted(norm, epsilon), 1);
  }
}
