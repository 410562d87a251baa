package io.foolproof.attack.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.Flow;
import io.foolproof.attack.FlowBounded;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.LinearAttackTest;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ScoresOnly;
import io.foolproof.attack.Surrogates;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.Threats;
import io.foolproof.attack.search.Unending;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.TestGraph;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.View;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expectation over draws, other backward passes, and other models' examples. */
@Tag("slow")
class HiddenGradientTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);
  private static final LinearClassifier PLAIN = LinearClassifier.random(INPUT, 4, 11);

  /** The plain model with logits that are drawn anew at every call. */
  private record Noisy(double scale, AtomicInteger calls) implements DifferentiableClassifier {
    @Override
    public String name() {
      return "noisy";
    }

    @Override
    public InputSpec input() {
      return INPUT;
    }

    @Override
    public int classes() {
      return 4;
    }

    /** The weights themselves are noisy, and so is the gradient. */
    @Override
    public Tensor logits(Tensor images) {
      RandomStream stream = new RandomStream(3, calls.incrementAndGet(), "noise", 0);
      float[] noise = new float[4 * 30];
      stream.fillGaussian(noise, 0, noise.length);
      Tensor weights = Tensor.of(noise, 4, 30).mul(scale);
      Tensor flat = images.flatten(1);
      List<Tensor> scores =
          IntStream.range(0, 4)
              .mapToObj(k -> flat.mul(weights.rows(k, k + 1)).sum(false, 1))
              .toList();
      return PLAIN.logits(images).add(Tensor.stack(scores, 1));
    }
  }

  private static Samples samples(int count) {
    float[][] images = new float[count][INPUT.elements()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      new RandomStream(5, i, "images", 0).fillUniform(images[i], 0, 30, 0.3f, 0.7f);
      labels[i] = PLAIN.predict(images[i]);
    }
    return new Samples(images, labels, LongStream.range(0, count).toArray());
  }

  private static long fooled(List<AttackResult> results) {
    return results.stream().filter(r -> r.status() == AttackResult.Status.FOOLED).count();
  }

  // ---- Expectation over draws

  /** What is left of noise in the mean of n draws shrinks as the root of n. */
  @Test
  void theMeanOfManyDrawsIsCloseToTheModelWithoutNoise() {
    try (Scope scope = Scope.open()) {
      Tensor x = samples(1).tensor(INPUT);
      double[] errors = new double[2];
      int[] draws = {1, 400};
      for (int i = 0; i < 2; i++) {
        GradientSource eot = new Eot(draws[i], View.NONE, 0, 0, 0);
        Tensor variable = x.variable();
        Tensor logits = eot.of(new Noisy(1, new AtomicInteger())).logits(variable);
        Tensor difference = logits.slice(1, 0, 1, 1).sub(logits.slice(1, 1, 2, 1));
        float[] gradient = Gradients.of(difference, variable).toFloats();
        Tensor plain = x.variable();
        Tensor exact = PLAIN.logits(plain);
        float[] wanted =
            Gradients.of(exact.slice(1, 0, 1, 1).sub(exact.slice(1, 1, 2, 1)), plain).toFloats();
        errors[i] = Distances.between(gradient, wanted).l2();
      }
      assertThat(errors[1]).isLessThan(errors[0] / 10).isPositive();
    }
  }

  @Test
  void transformationsAreDrawnAnewAtEveryStep() {
    try (Scope scope = Scope.open()) {
      Tensor x = samples(1).tensor(INPUT);
      DifferentiableClassifier still = new Eot(3, View.NONE, 0, 0, 0).of(PLAIN);
      assertThat(still.logits(x).toFloats()).isEqualTo(still.logits(x).toFloats());
      assertThat(still.drawsAtRandom()).isFalse();
      DifferentiableClassifier turning = new Eot(3, View.NONE, 20, 1, 0.1).of(PLAIN);
      assertThat(turning.drawsAtRandom()).isTrue();
      Classifier first = turning.drawing(new RandomStream(1, 2, "turns", 0));
      Classifier again = turning.drawing(new RandomStream(1, 2, "turns", 0));
      float[] step = first.logits(x).toFloats();
      assertThat(first.logits(x).toFloats()).isNotEqualTo(step);
      assertThat(again.logits(x).toFloats()).isEqualTo(step);
    }
  }

  @Test
  void transformationsBelongToTheImageAndTheSeed() {
    Samples samples = samples(3);
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.02);
    Attack attack = Attacks.parse("pgd:steps=5:eot=3:eot-angle=20");
    List<AttackResult> together = attack.run(PLAIN, samples, threat, 0);
    for (int i = 0; i < 3; i++) {
      AttackResult alone = attack.run(PLAIN, samples.single(i), threat, 0).get(0);
      assertThat(alone).usingRecursiveComparison().isEqualTo(together.get(i));
    }
  }

  /** Held against many fresh draws, which one draw's success says nothing of. */
  @Test
  void whatFoolsTheMeanFoolsMostDraws() {
    Samples samples = samples(30);
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.12);
    double single = heldUp("pgd:steps=20", samples, threat);
    double mean = heldUp("pgd:steps=20:eot=20", samples, threat);
    assertThat(mean).isGreaterThan(single + 0.1).isGreaterThan(0.75);
  }

  /** Of what an attack calls fooled, the share of fresh draws that it fools. */
  private static double heldUp(String attack, Samples samples, ThreatModel threat) {
    Classifier model = new Noisy(0.6, new AtomicInteger());
    List<AttackResult> results = Attacks.parse(attack).run(model, samples, threat, 0);
    int fooled = 0;
    int asked = 0;
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).status() == AttackResult.Status.FOOLED) {
        for (int draw = 0; draw < 40; draw++) {
          try (Scope scope = Scope.open()) {
            Tensor x = Tensor.of(results.get(i).image(), INPUT.batchShape(1));
            fooled += model.logits(x).argmax(1).toLongs()[0] == samples.labels()[i] ? 0 : 1;
            asked++;
          }
        }
      }
    }
    assertThat(asked).isGreaterThan(200);
    return (double) fooled / asked;
  }

  static Stream<Arguments> attacksWithGradients() {
    return Attacks.all().stream()
        .filter(entry -> entry.standard().knowledge() == Knowledge.WHITE_BOX)
        .flatMap(
            entry ->
                Threats.of(entry.standard())
                    .map(threat -> Arguments.of(LinearAttackTest.quick(entry.name()), threat)));
  }

  @ParameterizedTest
  @MethodSource("attacksWithGradients")
  void everyAttackWithGradientsRunsOverDraws(String name, ThreatModel kind) {
    Samples samples = samples(2);
    ImagePool others = new ImagePool(samples(20).images(), samples(20).labels());
    Attack attack = Attacks.parse(name + ":eot=2").withOthers(() -> others);
    ThreatModel threat = kind.withEpsilon(kind.id().equals("linf") ? 0.2 : 2);
    Classifier model = new Noisy(0.02, new AtomicInteger());
    attack.requireApplicable(model, threat);
    List<AttackResult> results = attack.run(model, samples, threat, 0);
    assertThat(results).hasSize(2);
    for (int i = 0; i < 2; i++) {
      AttackResult result = results.get(i);
      assertThat(result.forwards()).isPositive().matches(count -> count % 2 == 0);
      assertThat(result.backwards()).matches(count -> count % 2 == 0);
      assertThat(result.status() == AttackResult.Status.FOOLED).isEqualTo(result.margin() < 0);
      Flow flow = result.flow();
      if (threat instanceof FlowBounded && flow != null) {
        assertThat(flow.length()).isLessThanOrEqualTo(2);
        assertThat(flow.bend(samples.images()[i], INPUT)).isEqualTo(result.image());
      } else {
        assertThat(threat.size(Distances.between(samples.images()[i], result.image(), INPUT)))
            .isLessThanOrEqualTo(threat.epsilon());
      }
    }
  }

  @Test
  void everyDrawIsCounted() {
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 1e-6);
    AttackResult one = Attacks.parse("pgd:steps=7").run(PLAIN, samples(1), threat, 0).get(0);
    AttackResult many = Attacks.parse("pgd:steps=7:eot=5").run(PLAIN, samples(1), threat, 0).get(0);
    assertThat(many.forwards()).isEqualTo(5 * one.forwards()).isEqualTo(40);
    assertThat(many.backwards()).isEqualTo(5 * one.backwards()).isEqualTo(35);
  }

  /** Without chance, the mean of one draw is the model up to a term that is the same for all. */
  @Test
  void aModelThatDrawsNothingIsItsOwnMean() {
    try (Scope scope = Scope.open()) {
      Tensor x = samples(3).tensor(INPUT);
      double[] mean = new Eot(6, View.NONE, 0, 0, 0).of(PLAIN).logits(x).toDoubles();
      double[] plain = PLAIN.logits(x).toDoubles();
      for (int i = 0; i < 12; i++) {
        double shift = mean[i - i % 4] - plain[i - i % 4];
        assertThat(mean[i] - plain[i]).isCloseTo(shift, within(1e-5));
      }
    }
  }

  /** A single pixel, seen shifted: where it goes is where the mean has weight. */
  @Test
  void transformationsMoveTheImageWithinWhatIsAllowed() {
    InputSpec square = InputSpec.unit(1, 9, 9);
    float[][] weights = new float[2][81];
    for (int i = 0; i < 81; i++) {
      // How far right and below the middle a bright pixel is.
      weights[0][i] = i % 9 - 4;
      weights[1][i] = i / 9 - 4;
    }
    LinearClassifier place = new LinearClassifier(square, weights, new float[2]);
    float[] dot = new float[81];
    dot[4 * 9 + 4] = 1;
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(dot, square.batchShape(1));
      for (double shift : new double[] {0, 1, 3}) {
        double widest = 0;
        for (int draw = 1; draw <= 12; draw++) {
          double[] one = new Eot(draw, View.NONE, 0, shift, 0).of(place).logits(x).toDoubles();
          widest = Math.max(widest, Math.abs(one[0] - one[1]));
          assertThat(Math.abs(one[0] - one[1])).isLessThanOrEqualTo(2 * shift + 1e-5);
        }
        assertThat(widest > 0).isEqualTo(shift > 0);
      }
      // Turning about the middle leaves the middle where it is.
      double[] turned = new Eot(9, View.NONE, 45, 0, 0).of(place).logits(x).toDoubles();
      assertThat(turned[0] - turned[1]).isCloseTo(0, within(1e-5));
    }
  }

  @Test
  void transformationsNeedRowsAndColumns() {
    LinearClassifier flat = LinearClassifier.random(InputSpec.unit(30), 3, 1);
    Attack attack = Attacks.parse("pgd:eot=4:eot-angle=10");
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.1);
    assertThatThrownBy(() -> attack.requireApplicable(flat, threat))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("images with rows and columns");
    assertThatThrownBy(() -> attack.requireApplicable(new ScoresOnly(PLAIN), threat))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "eot=4:eot-angle=10.0 takes the mean of gradients, which scores.onnx");
  }

  // ---- Another backward pass

  /** A linear model that sees its thirty values rounded to quarters. */
  private static OnnxClassifier rounded() {
    return new TestGraph()
        .input("x", "batch", "30")
        .floats("four", new float[] {4}, 1)
        .random("w", 1, 30, 4)
        .node("Mul", List.of("x", "four"), "wide")
        .node("Round", List.of("wide"), "steps")
        .node("MatMul", List.of("steps", "w"), "y")
        .output("y", "batch", "4")
        .classifier();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pgd", "apgd", "deepfool", "fmn:steps=50", "apgd:eot=2"})
  void flatStepsStopGradientsAndAnotherBackwardPassGoesOn(String name) {
    OnnxClassifier model = rounded();
    float[][] images = new float[40][30];
    int[] labels = new int[40];
    try (Scope scope = Scope.open()) {
      for (int i = 0; i < 40; i++) {
        new RandomStream(2, i, "images", 0).fillUniform(images[i], 0, 30, 0.3f, 0.7f);
        Tensor x = Tensor.of(images[i], 1, 30);
        labels[i] = (int) model.logits(x).argmax(1).toLongs()[0];
      }
    }
    Samples samples = new Samples(images, labels, LongStream.range(0, 40).toArray());
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.06);
    long own = fooled(Attacks.parse(name).run(model, samples, threat, 0));
    // With draws as well, each draw goes through the other backward pass.
    String passing = name + ":bpda=identity";
    List<AttackResult> results = Attacks.parse(passing).run(model, samples, threat, 0);
    assertThat(fooled(results)).isGreaterThan(own).isGreaterThan(10);
    for (int i = 0; i < 40; i++) {
      if (results.get(i).status() == AttackResult.Status.FOOLED) {
        try (Scope scope = Scope.open()) {
          Tensor x = Tensor.of(results.get(i).image(), 1, 30);
          assertThat(model.logits(x).argmax(1).toLongs()[0]).isNotEqualTo(labels[i]);
        }
      }
    }
  }

  @Test
  void aModelWithoutFlatStepsOrWithoutAGraphIsRefused() {
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.1);
    Attack attack = Attacks.parse("pgd:bpda=identity");
    assertThatThrownBy(() -> attack.requireApplicable(TestGraph.perceptron().classifier(), threat))
        .hasMessageContaining("has no step without a gradient");
    assertThatThrownBy(() -> attack.requireApplicable(PLAIN, threat))
        .hasMessageContaining("which linear does not show: give bpda=surrogate");
  }

  @Test
  void anotherModelsGradientsServeForAModelThatHasNone() {
    Surrogates own = new Surrogates(List.of(PLAIN));
    Attack attack = Attacks.parse("apgd:bpda=surrogate").withSurrogates(own);
    Samples samples = samples(20);
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.1);
    ScoresOnly model = new ScoresOnly(PLAIN);
    attack.requireApplicable(model, threat);
    List<AttackResult> results = attack.run(model, samples, threat, 0);
    List<AttackResult> white = Attacks.parse("apgd").run(PLAIN, samples, threat, 0);
    assertThat(fooled(results)).isPositive();
    for (int i = 0; i < 20; i++) {
      assertThat(results.get(i).image()).isEqualTo(white.get(i).image());
    }
  }

  // ---- Other models' examples

  /** The same boundaries but for some noise in the weights. */
  private static LinearClassifier similar(double noise, long seed) {
    LinearClassifier other = LinearClassifier.random(INPUT, 4, seed);
    float[][] weights = new float[4][30];
    for (int k = 0; k < 4; k++) {
      float[] unit = new float[30];
      for (int i = 0; i < 30; i++) {
        Arrays.fill(unit, 0);
        unit[i] = 1;
        weights[k][i] = (float) (PLAIN.score(unit, k) + noise * other.score(unit, k));
      }
    }
    return new LinearClassifier(INPUT, weights, new float[4]);
  }

  @Test
  void examplesOfASimilarModelTransferAndCostOneQuery() {
    Samples samples = samples(40);
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.1);
    Attack attack = Attacks.parse("transfer");
    Surrogates one = new Surrogates(List.of(similar(0.3, 21)));
    List<AttackResult> results = attack.withSurrogates(one).run(PLAIN, samples, threat, 0);
    long white = fooled(Attacks.parse("apgd").run(PLAIN, samples, threat, 0));
    assertThat(fooled(results)).isBetween(white / 2, white);
    assertThat(results).allMatch(r -> r.forwards() == 1 && r.backwards() == 0);
    for (int i = 0; i < 40; i++) {
      assertThat(Distances.between(samples.images()[i], results.get(i).image()).linf())
          .isLessThanOrEqualTo(0.1);
    }
    Surrogates two = new Surrogates(List.of(similar(0.9, 21), similar(0.9, 22)));
    List<AttackResult> more = attack.withSurrogates(two).run(PLAIN, samples, threat, 0);
    assertThat(more).allMatch(r -> r.forwards() <= 3);
  }

  /** What just fools the surrogate fools nothing else: it is attacked to the last step. */
  @Test
  void theSurestExampleIsTaken() {
    Samples samples = samples(10);
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.15);
    List<AttackResult> ending = Attacks.parse("mifgsm").run(PLAIN, samples, threat, 0);
    List<AttackResult> going = Attacks.parse("mifgsm").run(Unending.of(PLAIN), samples, threat, 0);
    for (int i = 0; i < 10; i++) {
      assertThat(going.get(i).margin()).isLessThan(ending.get(i).margin());
    }
  }

  @Test
  void surrogatesThatAreMissingOrOfAnotherShapeAreRefused() {
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.1);
    Attack attack = Attacks.parse("transfer");
    assertThatThrownBy(() -> attack.requireApplicable(PLAIN, threat))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("give one or more (--surrogate)");
    LinearClassifier other = LinearClassifier.random(InputSpec.unit(1, 5, 5), 4, 1);
    Attack misfit = attack.withSurrogates(new Surrogates(List.of(other)));
    assertThatThrownBy(() -> misfit.requireApplicable(PLAIN, threat))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("[1, 6, 5]")
        .hasMessageContaining("[1, 5, 5]");
  }
}
