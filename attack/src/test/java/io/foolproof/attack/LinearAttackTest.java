package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.gradient.Apgd;
import io.foolproof.attack.gradient.ApgdT;
import io.foolproof.attack.gradient.Fgsm;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.attack.transfer.Uap;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every attack against models whose distance to the boundary is known. */
@Tag("slow")
public class LinearAttackTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);

  /** With two classes the loss rises straight towards the boundary, so that attacks are exact. */
  private static final LinearClassifier MODEL = LinearClassifier.random(INPUT, 2, 11);

  /** For attacks that compare more than two. */
  private static final LinearClassifier FIVE_CLASSES = LinearClassifier.balanced(INPUT, 5, 11);

  /** Settings that suffice for a linear model, of attacks that take many steps otherwise. */
  private static final Map<String, String> QUICK =
      Map.ofEntries(
          Map.entry("noise", "draws=40"),
          Map.entry("odi", "restarts=1"),
          Map.entry("multitargeted", "targets=2"),
          Map.entry("apgd", "steps=30"),
          Map.entry("apgd-t", "steps=30:targets=2"),
          Map.entry("square", "queries=150"),
          Map.entry("nes", "queries=421:step=0.2:pairs=10"),
          Map.entry("spsa", "queries=253:pairs=10"),
          Map.entry("simba", "queries=150"),
          Map.entry("sparse-rs", "queries=600"),
          Map.entry("ddn", "steps=80"),
          Map.entry("fmn", "steps=80"),
          Map.entry("fab", "steps=30"),
          Map.entry("fabt", "steps=30"),
          Map.entry("cw", "searches=4:steps=80:step=0.2"),
          Map.entry("ead", "searches=5:steps=40"),
          Map.entry("alma", "steps=150"),
          Map.entry("pdpgd", "steps=100"),
          Map.entry("sigmazero", "steps=60"),
          Map.entry("genattack", "queries=400"),
          Map.entry("one-pixel", "queries=400:population=20"),
          Map.entry("zoo", "queries=2500:searches=2"),
          Map.entry("boundary", "queries=150"),
          Map.entry("hopskipjump", "queries=250:evaluations=20"),
          Map.entry("geoda", "queries=250:rounds=3"),
          Map.entry("sign-opt", "queries=250:directions=30"),
          Map.entry("pointwise", "queries=100"),
          Map.entry("sinifgsm", "scales=2"),
          Map.entry("vmifgsm", "neighbours=2"),
          Map.entry("jsma", "steps=10:targets=2"),
          Map.entry("closest", "by=pgd+stripes:steps=30"),
          Map.entry("bb", "steps=60"));

  /** The model itself: what transfers to it is what fools it. */
  private static final Surrogates OWN = new Surrogates(List.of(MODEL));

  /** How far beyond the boundary attacks have to look that follow no exact gradient. */
  private static final Map<String, Double> REACH =
      Map.ofEntries(
          Map.entry("noise", 6.0),
          Map.entry("odi", 1.3),
          Map.entry("rfgsm", 4.0),
          Map.entry("difgsm", 2.0),
          Map.entry("tifgsm", 10.0),
          Map.entry("apgd-t", 1.1),
          Map.entry("square", 4.0),
          Map.entry("nes", 2.0),
          Map.entry("spsa", 2.0),
          Map.entry("simba", 1.6),
          Map.entry("genattack", 1.6),
          Map.entry("one-pixel", 2.5));

  public static Stream<Arguments> attacksAndNorms() {
    return Attacks.all().stream()
        .map(entry -> Attacks.parse(quick(entry.name())).withSurrogates(OWN))
        // Those that move pixels, or learn from other images, have tests of their own.
        .filter(attack -> !(attack instanceof Uap))
        .flatMap(attack -> attack.norms().stream().map(norm -> Arguments.of(attack, norm)));
  }

  /** An attack with settings that a test has time for. */
  public static String quick(String name) {
    String settings = QUICK.get(name);
    return settings == null ? name : name + ":" + settings;
  }

  /** How many distances to the boundary an attack within epsilon needs to cross it. */
  public static double reach(Attack attack) {
    return REACH.getOrDefault(attack.name(), 1.01);
  }

  static LinearClassifier modelFor(Attack attack) {
    return attack instanceof ApgdT ? FIVE_CLASSES : MODEL;
  }

  /** Images around mid-grey, a little closer to a boundary than the box is. */
  static Samples samples(LinearClassifier model, int count) {
    float[][] images = new float[count][INPUT.elements()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      new RandomStream(5, i, "images", 0).fillUniform(images[i], 0, images[i].length, 0.45f, 0.55f);
      labels[i] = model.predict(images[i]);
    }
    return new Samples(images, labels, LongStream.range(0, count).toArray());
  }

  static Stream<Arguments> attacksWithGradients() {
    return attacksAndNorms()
        .filter(arguments -> ((Attack) arguments.get()[0]).knowledge() == Knowledge.WHITE_BOX);
  }

  /** What those find that look for the closest example is measured in a test of its own. */
  static Stream<Arguments> attacksWithinEpsilon() {
    return attacksAndNorms()
        .filter(arguments -> !(arguments.get()[0] instanceof MinimalNormAttack));
  }

  /** Queries may cost something: those about a sample that is fooled already would be wasted. */
  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void whatTheModelIsAskedIsCountedAndNeverAboutWhatIsFooled(Attack attack, Norm norm) {
    LinearClassifier model = modelFor(attack);
    AtomicLong asked = new AtomicLong();
    FunctionClassifier counting =
        new FunctionClassifier(
            model.input(),
            model.classes(),
            images -> {
              asked.addAndGet(images.size(0));
              return model.logits(images);
            });
    Samples samples = samples(model, 9);
    double[] distances = new double[9];
    for (int i = 0; i < 9; i++) {
      distances[i] = model.distance(samples.images()[i], samples.labels()[i], norm);
    }
    Arrays.sort(distances);
    double epsilon = distances[5] * 1.5;
    List<AttackResult> results =
        attack.run(counting, samples, ThreatModel.untargeted(norm, epsilon), 1);
    assertThat(results.stream().mapToLong(AttackResult::forwards).sum())
        .as(attack.settings() + norm)
        .isEqualTo(asked.get());
  }

  @ParameterizedTest
  @MethodSource("attacksWithinEpsilon")
  void findsWhatIsJustBeyondTheBoundaryAndNothingBefore(Attack attack, Norm norm) {
    LinearClassifier model = modelFor(attack);
    Samples samples = samples(model, 6);
    double reach = reach(attack);
    for (int i = 0; i < samples.size(); i++) {
      Samples one = one(samples, i);
      double distance = model.distance(one.images()[0], one.labels()[0], norm);
      assertThat(run(attack, one, norm, distance * reach).get(0).status())
          .as("sample %d just beyond its distance %s", i, distance)
          .isEqualTo(AttackResult.Status.FOOLED);
      AttackResult before = run(attack, one, norm, distance * 0.999).get(0);
      assertThat(before.status()).isEqualTo(AttackResult.Status.STANDING);
      assertThat(before.margin()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void resultsAreInsideBallAndBoxInDoublePrecision(Attack attack, Norm norm) {
    LinearClassifier model = modelFor(attack);
    boolean minimal = attack instanceof MinimalNormAttack;
    Samples samples = samples(model, 10);
    double[] epsilons = {0, 1e-6, 0.031, 0.3, 12};
    // Of those that look for the closest example, epsilon changes no point.
    for (double epsilon : minimal ? new double[] {0.031} : epsilons) {
      List<AttackResult> results = run(attack, samples, norm, epsilon);
      for (int i = 0; i < samples.size(); i++) {
        float[] found = results.get(i).image();
        assertThat(Distances.between(found, samples.images()[i], INPUT).in(norm))
            .isLessThanOrEqualTo(epsilon);
        for (float value : found) {
          assertThat(value).isBetween(0f, 1f);
        }
        if (results.get(i).status() == AttackResult.Status.FOOLED) {
          assertThat(model.predict(found)).isNotEqualTo(samples.labels()[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void batchesChangeNothing(Attack attack, Norm norm) {
    LinearClassifier model = modelFor(attack);
    Samples samples = samples(model, 9);
    // The farthest sample stands, and the nearest is within every attack's reach.
    double epsilon = largestDistance(model, samples, norm) * 0.99;
    List<AttackResult> together = run(attack, samples, norm, epsilon);
    if (!norm.countsChanges()) {
      assertThat(together.stream().map(AttackResult::status).distinct()).hasSize(2);
    }
    int stride = attack instanceof MinimalNormAttack ? 8 : 2;
    for (int i = 0; i < samples.size(); i += stride) {
      AttackResult alone = run(attack, one(samples, i), norm, epsilon).get(0);
      assertThat(alone).usingRecursiveComparison().isEqualTo(together.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void aTargetedAttackReachesItsClassAndNoOtherWillDo(Attack attack, Norm norm) {
    LinearClassifier model = LinearClassifier.random(INPUT, 5, 3);
    float[] image = samples(model, 1).images()[0];
    int label = model.predict(image);
    boolean minimal = attack instanceof MinimalNormAttack;
    for (int target = 0; target < 2; target++) {
      if (target == label) {
        continue;
      }
      Samples sample = new Samples(new float[][] {image}, new int[] {label}, new long[] {0});
      double epsilon = minimal ? 30 : norm == Norm.LINF ? 0.4 : norm == Norm.L2 ? 2 : 12;
      ThreatModel threat = new NormBounded(norm, epsilon, new Goal.Targeted(target));
      // Some classes are so small a part of the box that no random start lies in them.
      ImagePool pool = new ImagePool(new float[][] {model.purest(target)}, new int[] {target});
      AttackResult result =
          attack
              .withStarts(pool)
              .withSurrogates(new Surrogates(List.of(model)))
              .run(model, sample, threat, 3)
              .get(0);
      assertThat(result.status() == AttackResult.Status.FOOLED)
          .isEqualTo(model.predict(result.image()) == target);
      boolean sure = attack instanceof Pgd || attack instanceof Apgd || attack instanceof ApgdT;
      if (sure || minimal) {
        assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
      }
    }
  }

  /** Lanes without a direction draw one; their neighbours must neither notice nor matter. */
  @ParameterizedTest
  @MethodSource("attacksWithGradients")
  void batchesChangeNothingWhereGradientsVanish(Attack attack, Norm norm) {
    // So large that the loss of what is classified rightly is zero to the last bit.
    int classes = modelFor(attack).classes();
    float[][] weights = new float[classes][INPUT.elements()];
    new RandomStream(3, 0, "weights", 0).fillGaussian(weights[0], 0, weights[0].length);
    for (int i = 0; i < weights[0].length; i++) {
      weights[0][i] *= 200;
    }
    LinearClassifier model = new LinearClassifier(INPUT, weights, new float[classes]);
    Samples samples = samples(model, 3);
    ThreatModel threat = ThreatModel.untargeted(norm, 1e-3);
    List<AttackResult> together = attack.run(model, samples, threat, 1);
    for (int i = 0; i < samples.size(); i += 2) {
      AttackResult alone = attack.run(model, one(samples, i), threat, 1).get(0);
      assertThat(alone).usingRecursiveComparison().isEqualTo(together.get(i));
    }
  }

  @Test
  void aSampleWithNanLogitsIsReportedAndTheOthersFinish() {
    float[][] weights = {{1, 0}, {0, Float.POSITIVE_INFINITY}};
    LinearClassifier model = new LinearClassifier(InputSpec.unit(2), weights, new float[] {0, -1});
    // 0 times infinity is no number; anything else is minus or plus infinity.
    Samples samples =
        new Samples(new float[][] {{1, 0}, {0.9f, 0.1f}}, new int[] {0, 1}, new long[] {0, 1});
    List<AttackResult> results =
        new Fgsm().run(model, samples, ThreatModel.untargeted(Norm.LINF, 0), 1);
    assertThat(results.get(0).status()).isEqualTo(AttackResult.Status.NOT_A_NUMBER);
  }

  @Test
  void aSampleThatIsFooledCostsNothingMore() {
    Samples samples = samples(MODEL, 30);
    Attack attack = Attacks.parse("pgd:steps=20:restarts=3");
    for (AttackResult result : run(attack, samples, Norm.LINF, 0.4)) {
      assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
      assertThat(result.forwards()).isLessThan(20);
    }
    for (AttackResult result : run(attack, samples, Norm.LINF, 1e-4)) {
      assertThat(result.forwards()).isEqualTo(63);
      assertThat(result.backwards()).isEqualTo(60);
    }
  }

  @Test
  void anotherSeedOrIndexStartsElsewhere() {
    Samples samples = samples(MODEL, 1);
    Attack attack = Attacks.parse("pgd:steps=1");
    ThreatModel threat = ThreatModel.untargeted(Norm.L2, 0.01);
    List<float[]> images = new ArrayList<>();
    images.add(attack.run(MODEL, samples, threat, 1).get(0).image());
    images.add(attack.run(MODEL, samples, threat, 2).get(0).image());
    Samples elsewhere = new Samples(samples.images(), samples.labels(), new long[] {9});
    images.add(attack.run(MODEL, elsewhere, threat, 1).get(0).image());
    assertThat(images.get(0)).isNotEqualTo(images.get(1)).isNotEqualTo(images.get(2));
  }

  private static double largestDistance(LinearClassifier model, Samples samples, Norm norm) {
    return IntStream.range(0, samples.size())
        .mapToDouble(i -> model.distance(samples.images()[i], samples.labels()[i], norm))
        .max()
        .orElseThrow();
  }

  private static Samples one(Samples samples, int i) {
    return new Samples(
        new float[][] {samples.images()[i]},
        new int[] {samples.labels()[i]},
        new long[] {samples.indices()[i]});
  }

  private static List<AttackResult> run(Attack attack, Samples samples, Norm norm, double epsilon) {
    return attack.run(modelFor(attack), samples, ThreatModel.untargeted(norm, epsilon), 1);
  }
}
