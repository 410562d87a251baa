package io.foolproof.attack.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.Threats;
import io.foolproof.attack.query.Noise;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.TestGraph;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuiteTest {
  private static final int QUERIES = 77;

  private static List<String> settings(String text, ThreatModel threat) {
    return Suite.parse(text, threat, QUERIES).attacks().stream().map(Attack::settings).toList();
  }

  /** The parameters of the published ensemble, in its order; for L1 those of its own paper. */
  @Test
  void theStandardSuiteIsThePublishedOne() {
    assertThat(settings("standard", ThreatModel.linf(1)))
        .containsExactly(
            "apgd:steps=100:restarts=1:loss=ce",
            "apgd-t:steps=100:targets=9:restarts=1",
            "fabt:steps=100:restarts=1:targets=9",
            "square:queries=5000:share=0.8:schedule=10000");
    assertThat(settings("standard", ThreatModel.l1(1)))
        .startsWith("apgd:steps=100:restarts=5:loss=ce", "apgd-t:steps=100:targets=5:restarts=1");
  }

  @Test
  void everyAttackOfASuiteHasAVersionForTheNorm() {
    for (Suite suite : Suite.values()) {
      for (Norm norm : List.of(Norm.LINF, Norm.L2, Norm.L1)) {
        assertThat(suite.attacks(ThreatModel.untargeted(norm, 1), QUERIES))
            .isNotEmpty()
            .allMatch(attack -> attack.norms().contains(norm));
      }
    }
  }

  @Test
  void aBlackBoxSuiteNeverNeedsGradientsAndKeepsToTheQueries() {
    for (ThreatModel threat : Threats.all().toList()) {
      for (int queries : new int[] {1, 2, 5, QUERIES, 5000}) {
        Suite.Choice choice = Suite.parse("black-box", threat, queries);
        assertThat(choice.needsGradients()).isFalse();
        int inAll =
            choice.attacks().stream()
                .mapToInt(
                    attack ->
                        attack instanceof Noise noise
                            ? noise.draws()
                            : Integer.parseInt(
                                attack.settings().replaceAll(".*:queries=(\\d+).*", "$1")))
                .sum();
        assertThat(inAll).isBetween(queries < 5 ? 1 : queries - 5, queries);
      }
    }
    assertThat(Suite.parse("standard", ThreatModel.l2(1), QUERIES).needsGradients()).isTrue();
  }

  /** Both for values and for pixels; by labels alone where a model tells no more. */
  @Test
  void suitesCountChangesWhereThatIsWhatIsMeasured() {
    for (ThreatModel threat : List.of(ThreatModel.l0(1), ThreatModel.l0Pixels(1))) {
      assertThat(settings("fast", threat))
          .containsExactly("sigmazero:steps=100", "sparse-rs:queries=300:share=0.3");
      assertThat(settings("standard", threat))
          .containsExactly("sigmazero:steps=1000", "sparse-rs:queries=5000:share=0.3");
      assertThat(settings("black-box", threat))
          .containsExactly(
              "sparse-rs:queries=25:share=0.3",
              "one-pixel:queries=25:population=400",
              "pointwise:queries=25");
    }
  }

  @Test
  void suitesMovePixelsWhereThatIsWhatIsMeasured() {
    assertThat(settings("fast", ThreatModel.flow(1))).hasSize(2);
    assertThat(settings("standard", ThreatModel.flow(1))).hasSize(2);
    assertThat(settings("black-box", ThreatModel.flow(1))).hasSize(1);
    assertThat(settings("fast", ThreatModel.linf(1))).noneMatch(text -> text.startsWith("spatial"));
    assertThatThrownBy(() -> Suite.parse("minimal", ThreatModel.flow(1), QUERIES))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("attacks 'minimal' has nothing for flow: give one or more of spatial, stadv");
  }

  @Test
  void onlyTheSuiteOfClosestExamplesLooksForThem() {
    assertThat(Suite.parse("minimal", ThreatModel.l2(1), QUERIES).closest()).isTrue();
    assertThat(Suite.parse("minimal", ThreatModel.l0(1), QUERIES).attacks())
        .allMatch(attack -> attack instanceof MinimalNormAttack);
    assertThat(Suite.parse("ddn", ThreatModel.l2(1), QUERIES).closest()).isFalse();
  }

  /** What was asked for by name is refused later, where it does not fit; a suite leaves it out. */
  @Test
  void aSuiteLeavesOutWhatAModelDoesNotTell() {
    LabelsOnly labels = new LabelsOnly(LinearClassifier.random(InputSpec.unit(1, 4, 4), 3, 1));
    assertThat(Suite.parse("black-box", ThreatModel.l2(1), QUERIES).on(labels).attacks())
        .isNotEmpty()
        .noneMatch(attack -> attack.knowledge() == Knowledge.SCORES);
    assertThat(Suite.parse("square", ThreatModel.l2(1), QUERIES).on(labels).attacks()).hasSize(1);
    Attack square = Attacks.parse("square");
    assertThatThrownBy(() -> square.requireApplicable(labels, ThreatModel.untargeted(Norm.L2, 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("square needs the scores of all classes, of which labels.onnx");
  }

  /** A clip in front of the weights hides gradients where it saturates. */
  @Test
  void plusPassesClippedImages() {
    TestGraph clipped =
        new TestGraph()
            .input("x", "batch", "3")
            .floats("low", new float[] {0.3f})
            .floats("high", new float[] {0.7f})
            .random("w", 1, 3, 2)
            .node("Clip", List.of("x", "low", "high"), "c")
            .node("MatMul", List.of("c", "w"), "y")
            .output("y", "batch", "2");
    Suite.Choice plus = Suite.parse("plus", ThreatModel.linf(0.3), QUERIES);
    assertThat(plus.on(TestGraph.perceptron().classifier()).toString()).doesNotContain("bpda");
    assertThat(plus.on(clipped.classifier()).attacks())
        .filteredOn(attack -> attack.settings().endsWith(":bpda=identity"))
        .extracting(Attack::name)
        .containsExactly("pgd", "apgd");
    for (String suite : List.of("fast", "strong")) {
      Suite.Choice choice = Suite.parse(suite, ThreatModel.linf(0.3), QUERIES);
      Suite.Choice plain = choice.on(TestGraph.perceptron().classifier());
      Suite.Choice passing = choice.on(clipped.classifier());
      assertThat(plain.toString()).doesNotContain("bpda");
      assertThat(passing.attacks()).hasSize(plain.attacks().size() + 1);
      assertThat(passing.attacks().get(suite.equals("fast") ? 2 : 3).settings())
          .startsWith("pgd:steps=40")
          .endsWith(":bpda=identity");
      if (passing.cascade() != null && plain.cascade() != null) {
        assertThat(passing.cascade().size()).isEqualTo(passing.attacks().size());
        assertThat(passing.cascade().thoroughFrom()).isEqualTo(4);
        assertThat(plain.cascade().size()).isEqualTo(plain.attacks().size());
        assertThat(plain.cascade().thoroughFrom()).isEqualTo(3);
      }
    }
  }

  @Test
  void whatCannotBeReadIsRefusedInOneLine() {
    assertThatThrownBy(() -> Suite.parse("fgsm,standard", ThreatModel.linf(1), QUERIES))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'standard' is a suite and stands for itself");
    assertThatThrownBy(() -> Suite.parse("rand", ThreatModel.l0(1), QUERIES))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("attacks 'rand' has nothing for L0: give one or more of ")
        .hasMessageContaining("sigmazero");
    assertThatThrownBy(() -> Suite.parse("black-box", ThreatModel.l2(1), 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("queries=0: give 1 or more");
    assertThatThrownBy(() -> Suite.parse("standrad", ThreatModel.l2(1), QUERIES))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no attack 'standrad'; did you mean 'standard'?");
  }

  /** As another model, but it tells classes only. */
  private record LabelsOnly(LinearClassifier model) implements ForwardingClassifier {
    @Override
    public String name() {
      return "labels.onnx";
    }

    @Override
    public boolean answersScores() {
      return false;
    }

    @Override
    public Tensor logits(Tensor images) {
      return model.logits(images).detach();
    }
  }
}
