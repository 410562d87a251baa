package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.FeatureBox;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Table;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class FeaturesTest {
  private static final List<String> NAMES =
      List.of("income", "ph", "age", "visits", "red", "green", "blue", "id");

  /** Very different ranges, one of them across zero, whole numbers, a colour, a constant. */
  private static Table people(int rows) {
    float[][] values = new float[rows][];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      RandomStream stream = new RandomStream(3, i, "people", 0);
      float[] drawn = new float[4];
      stream.fillUniform(drawn, 0, 4, 0, 1);
      int colour = stream.nextInt(3);
      values[i] =
          new float[] {
            drawn[0] * 99_999,
            drawn[1] * 1e-3f - 5e-4f,
            17 + (int) (drawn[2] * 70),
            (int) (drawn[3] * 5),
            colour == 0 ? 1 : 0,
            colour == 1 ? 1 : 0,
            colour == 2 ? 1 : 0,
            42
          };
    }
    return Table.of("people", NAMES, values, labels, List.of("no", "yes"));
  }

  private static FeatureRules rules(Table table, FeatureEpsilon epsilon, String... frozen) {
    return new FeatureRules(
        FeatureBox.of(table),
        epsilon,
        List.of(frozen),
        List.of("age", "visits"),
        List.of(List.of("red", "green", "blue")));
  }

  @Test
  void everyRowOfTheTableIsItsPointsRowToTheLastBit() {
    Table table = people(2000);
    Features features = Features.of(table, rules(table, FeatureEpsilon.of(0.1)));
    ImageSet points = features.points(table);
    for (int i = 0; i < table.size(); i++) {
      if (!features.rounded().containsKey(i)) {
        assertThat(features.row(points.pixels(i))).containsExactly(table.row(i));
      }
    }
    // Two of 2000 random values of 24 bits may coincide, hardly more.
    assertThat(features.rounded().size()).isLessThan(5);
    assertThat(features.input(8).low()).isZero();
    assertThat(features.input(8).high()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(value = Norm.class, mode = EnumSource.Mode.EXCLUDE, names = "L0_PIXELS")
  void whatIsProposedBecomesARowWithinEpsilon(Norm norm) {
    Table table = people(40);
    for (FeatureEpsilon epsilon :
        List.of(
            FeatureEpsilon.of(norm == Norm.L0 ? 2 : 0.23),
            new FeatureEpsilon(
                0.5, Map.of("income", 1234.5, "ph", 1e-4, "age", 2.5, "red", 1.0), true))) {
      Features features = Features.of(table, rules(table, epsilon, "ph"));
      ImageSet points = features.points(table);
      int changes = 0;
      for (int i = 0; i < table.size(); i++) {
        float[] clean = points.pixels(i);
        float[] proposed = clean.clone();
        RandomStream stream = new RandomStream(9, i, "proposed", 0);
        for (int k = 0; k < (norm == Norm.L0 ? 2 : 8); k++) {
          proposed[norm == Norm.L0 ? stream.nextInt(8) : k] +=
              (float) (2 * stream.nextGaussian() * features.epsilon());
        }
        float[] found =
            features.within(features.input(8), clean, proposed, norm, features.epsilon());
        assertThat(features.admits(clean, found)).isTrue();
        assertThat(features.between(clean, found).in(norm)).isLessThanOrEqualTo(features.epsilon());
        float[] before = table.row(i);
        float[] after = features.row(found);
        assertThat(after[1]).isEqualTo(before[1]);
        assertThat(after[7]).isEqualTo(42);
        assertThat(after[2]).isEqualTo((float) Math.rint(after[2]));
        assertThat(after[4] + after[5] + after[6]).isEqualTo(1);
        if (norm == Norm.LINF && epsilon.inUnits()) {
          assertThat(Math.abs((double) after[0] - before[0])).isLessThanOrEqualTo(1234.5);
          assertThat(Math.abs(after[2] - before[2])).isLessThanOrEqualTo(2);
          assertThat(after[3]).isEqualTo(before[3]);
        }
        changes += features.changed(clean, found).size();
      }
      assertThat(changes).isGreaterThan(20);
    }
  }

  @Test
  void distancesAreThoseOfRowsInFractionsOfTheirRange() {
    Table table =
        Table.of(
            "t",
            List.of("a", "b", "x", "y"),
            new float[][] {{0, -10, 1, 0}, {100, 10, 0, 1}, {29, -10, 1, 0}},
            new int[3],
            List.of("only"));
    FeatureRules rules =
        new FeatureRules(
            FeatureBox.of(table),
            FeatureEpsilon.of(0.29),
            List.of(),
            List.of("a"),
            List.of(List.of("x", "y")));
    Features features = Features.of(table, rules);
    float[] first = features.point(table.row(0));
    Distances far = features.between(first, features.point(table.row(1)));
    assertThat(far.l0()).isEqualTo(3);
    assertThat(far.linf()).isEqualTo(1);
    assertThat(far.l1()).isEqualTo(3);
    assertThat(far.l2()).isCloseTo(Math.sqrt(3), within(1e-12));
    // 29 of 100 is 0.29, though 0.29 * 100 is less than 29 in binary.
    float[] wanted = first.clone();
    wanted[0] = 1;
    float[] found = features.within(features.input(4), first, wanted, Norm.LINF, 0.29);
    assertThat(features.row(found)[0]).isEqualTo(29);
  }

  /** The most that logit 1 - logit 0 can gain within epsilon: each feature by itself. */
  private static double mostGain(Features features, float[] row, float[] slope, double[] epsilon) {
    double gain = 0;
    for (int j = 0; j < row.length; j++) {
      Feature feature = features.features().get(j);
      if (feature.kind() == Feature.Kind.REAL || feature.kind() == Feature.Kind.INTEGER) {
        double step = feature.kind() == Feature.Kind.INTEGER ? Math.floor(epsilon[j]) : epsilon[j];
        double up = Math.min(feature.high(), row[j] + step) - row[j];
        double down = Math.max(feature.low(), row[j] - step) - row[j];
        gain += Math.max(slope[j] * up, slope[j] * down);
      }
    }
    double best = 0;
    for (int j = 4; j < 7 && epsilon[4] >= 1; j++) {
      int now = row[4] == 1 ? 4 : row[5] == 1 ? 5 : 6;
      best = Math.max(best, slope[j] - slope[now]);
    }
    return gain + best;
  }

  /** On a linear model every feature helps by itself, so that the best row is known. */
  @ParameterizedTest
  @ValueSource(strings = {"pgd:restarts=3", "apgd:restarts=3", "square:queries=2000"})
  void attacksReachTheBestRowOfALinearModel(String name) {
    Table table = people(60);
    FeatureEpsilon epsilon =
        new FeatureEpsilon(
            null,
            Map.of(
                "income", 12345.0, "ph", 2e-4, "age", 3.7, "visits", 1.0, "green", 1.0, "id", 1.0),
            true);
    Features features = Features.of(table, rules(table, epsilon, "id"));
    float[] slope = {2e-5f, -1500, -0.03f, 0.2f, 0, 0.3f, 0.9f, 1};
    double[] epsilons = {12345, 2e-4, 3.7, 1, 1, 1, 1, 0};
    int fooled = 0;
    int judged = 0;
    float[][] weights = {new float[8], slope};
    for (int i = 0; i < table.size(); i++) {
      float[] row = table.row(i);
      double most = mostGain(features, row, slope, epsilons);
      double now = IntStream.range(0, 8).mapToDouble(j -> (double) slope[j] * row[j]).sum();
      // A margin so that the best row is beyond the boundary by a little, or short of it.
      boolean possible = i % 2 == 0;
      float[] bias = {(float) (now + most * (possible ? 0.97 : 1.03)), 0};
      LinearClassifier ofRows = new LinearClassifier(features.rows(), weights, bias);
      float[][] points = {features.point(row)};
      List<AttackResult> results =
          Attacks.parse(name)
              .run(
                  features.ofPoints(ofRows),
                  new Samples(points, new int[] {0}, new long[] {i}),
                  features.threat(Norm.LINF, new Goal.Untargeted()),
                  1);
      boolean found = results.get(0).status() == AttackResult.Status.FOOLED;
      if (found) {
        assertThat(possible).as("row %d", i).isTrue();
        assertThat(features.admits(points[0], results.get(0).image())).isTrue();
        assertThat(features.between(points[0], results.get(0).image()).linf())
            .isLessThanOrEqualTo(1);
      }
      judged += possible ? 1 : 0;
      fooled += found ? 1 : 0;
    }
    assertThat(fooled).isGreaterThanOrEqualTo(judged - 1);
  }

  @Test
  void gradientsOfPointsAreThoseOfRowsTimesTheirWeights() {
    Table table = people(5);
    Features features = Features.of(table, rules(table, FeatureEpsilon.of(0.1)));
    LinearClassifier ofRows = LinearClassifier.random(features.rows(), 2, 5);
    try (Scope scope = Scope.open()) {
      Tensor x = features.points(table).tensor(new int[] {0, 1}).reshape(2, 8).variable();
      Tensor logit = features.ofPoints(ofRows).logits(x).slice(1, 0, 1, 1);
      double[] found = Gradients.of(logit.squeeze(1), x).toDoubles();
      double[] ones = new double[8];
      Tensor rows = Tensor.ofRows(new float[][] {table.row(0), table.row(1)}, 2, 8).variable();
      double[] plain =
          Gradients.of(ofRows.logits(rows).slice(1, 0, 1, 1).squeeze(1), rows).toDoubles();
      for (int j = 0; j < ones.length; j++) {
        double weight = features.features().get(j).weight();
        assertThat(found[j]).isCloseTo(plain[j] * weight, within(1e-5 * Math.abs(found[j])));
      }
    }
  }

  @Test
  void rulesThatDoNotFitTheTableAreRefused() {
    Table table = people(6);
    FeatureBox box = FeatureBox.of(table);
    FeatureEpsilon tenth = FeatureEpsilon.of(0.1);
    assertRefused(
        table,
        new FeatureRules(box, tenth, List.of("hight"), List.of(), List.of()),
        "there is no feature 'hight' that could be frozen");
    assertRefused(
        table,
        new FeatureRules(box, tenth, List.of(), List.of("income"), List.of()),
        "but the feature is declared an integer");
    assertRefused(
        table,
        new FeatureRules(box, tenth, List.of(), List.of(), List.of(List.of("red", "green"))),
        "the one-hot group red, green has the values 0.0, 0.0, expected exactly one 1");
    assertRefused(
        table,
        new FeatureRules(box, tenth, List.of(), List.of(), List.of(List.of("age", "visits"))),
        "row 1, the one-hot group age, visits has the values");
    assertRefused(
        table,
        new FeatureRules(box, tenth, List.of(), List.of(), List.of(List.of("red"))),
        "has one feature");
    assertRefused(
        table,
        new FeatureRules(box, tenth, List.of("red"), List.of(), rules(table, tenth).oneHot()),
        "freeze all or none");
    assertRefused(
        table,
        FeatureRules.of(box, new FeatureEpsilon(0.1, Map.of("agee", 1.0), false)),
        "did you mean 'age'?");
    assertRefused(
        table,
        FeatureRules.of(box, new FeatureEpsilon(null, Map.of("age", 1.0), false)),
        "has no epsilon");
    assertRefused(
        table,
        rules(table, new FeatureEpsilon(0.1, Map.of("red", 1.0, "blue", 2.0), false)),
        "have different epsilons");
    assertRefused(
        table,
        FeatureRules.of(box, new FeatureEpsilon(0.1, Map.of("income", 1e-3), true)),
        "less than a millionth of its range");
    assertThatThrownBy(() -> FeatureEpsilon.ofEach(NAMES, List.of(0.1, 0.2), false))
        .hasMessageContaining("2 epsilons for 8 features");
    LinearClassifier narrow = LinearClassifier.random(InputSpec.unit(3), 2, 1);
    assertThatThrownBy(() -> Features.of(table, rules(table, tenth)).ofPoints(narrow))
        .hasMessageContaining("takes 3 values, but the table has 8 features");
  }

  private static void assertRefused(Table table, FeatureRules rules, String message) {
    assertThatThrownBy(() -> Features.of(table, rules))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  /** Whole numbers and categories change by 1, and a constant not at all. */
  @Test
  void whichFeaturesHaveAnotherValueWithinEpsilon() {
    Table table = people(40);
    Features features = Features.of(table, rules(table, FeatureEpsilon.of(0.01), "income"));
    assertThat(IntStream.range(0, 8).filter(j -> features.canChange(j, Norm.LINF, 0.01)))
        .containsExactly(1);
    assertThat(IntStream.range(0, 8).filter(j -> features.canChange(j, Norm.L2, 0.02)))
        .containsExactly(1, 2);
    assertThat(IntStream.range(0, 8).filter(j -> features.canChange(j, Norm.L1, 1)))
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(IntStream.range(0, 8).filter(j -> features.canChange(j, Norm.L0, 1)))
        .containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void whereNothingCanChangeItIsSaid() {
    Table table = people(40);
    Features some = Features.of(table, rules(table, FeatureEpsilon.of(0.01), "income"));
    assertThat(whyFixed(some)).isEmpty();
    Features none = Features.of(table, rules(table, FeatureEpsilon.of(0.01), "income", "ph"));
    assertThat(whyFixed(none)).isEqualTo("no feature has another value within epsilon");
  }

  private static String whyFixed(Features features) {
    return features.threat(Norm.LINF, new Goal.Untargeted()).whyFixed(features.rows());
  }

  @Test
  void tamperedRowsAreNotAdmitted() {
    Table table = people(6);
    Features features = Features.of(table, rules(table, FeatureEpsilon.of(0.5), "income"));
    float[] clean = features.point(table.row(0));
    assertThat(features.admits(clean, clean)).isTrue();
    List<Integer> bad = new ArrayList<>();
    for (int j : new int[] {0, 4, 5, 6}) {
      float[] changed = clean.clone();
      changed[j] = clean[j] > 0.5f ? 0 : 1;
      if (!features.admits(clean, changed)) {
        bad.add(j);
      }
    }
    assertThat(bad).containsExactly(0, 4, 5, 6);
  }
}
