package io.foolproof.defense.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.search.Ball;
import io.foolproof.defense.Threats;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class InnerAttackTest {
  private static final InputSpec INPUT = InputSpec.unit(4);

  /** Class 1 against class 0: x_0 - x_1 + 2 x_2. */
  private record Line() implements DifferentiableClassifier {
    @Override
    public String name() {
      return "line";
    }

    @Override
    public InputSpec input() {
      return INPUT;
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public Tensor logits(Tensor images) {
      return Nn.linear(images, Tensor.of(new float[] {0, 0, 0, 0, 1, -1, 2, 0}, 2, 4), null);
    }
  }

  private static float[] attacked(InnerAttack attack, NormBounded threat) {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {0.5f, 0.5f, 0.95f, 0.5f}, 1, 4);
      return attack
          .attack(
              new Line(),
              x,
              Tensor.ofInts(0),
              Ball.around(x, threat, INPUT),
              Nn::crossEntropy,
              List.of(new RandomStream(1, 2, "start", 3)),
              threat.epsilon())
          .toFloats();
    }
  }

  private static NormBounded within(Norm norm, double epsilon) {
    return new NormBounded(norm, epsilon, new Goal.Untargeted());
  }

  @Test
  void stepsGoUpAsFarAsBallAndBoxAllow() {
    InnerAttack one = new InnerAttack(1, 0.5, InnerAttack.Start.IMAGE);
    Offset<Float> tolerance = Offset.offset(1e-6f);
    float[] half = attacked(one, within(Norm.LINF, 0.2));
    assertThat(half).containsExactly(new float[] {0.6f, 0.4f, 1, 0.5f}, tolerance);
    InnerAttack many = new InnerAttack(5, 0.5, InnerAttack.Start.IMAGE);
    float[] whole = attacked(many, within(Norm.LINF, 0.2));
    assertThat(whole).containsExactly(new float[] {0.7f, 0.3f, 1, 0.5f}, tolerance);
  }

  /** A success half way ends nothing: the image fools from the first step on. */
  @Test
  void itEndsWhereTheLastStepLeads() {
    InnerAttack many = new InnerAttack(30, 0.1, InnerAttack.Start.IMAGE);
    float[] found = attacked(many, within(Norm.L2, 0.5));
    double length =
        Math.sqrt(Math.pow(found[0] - 0.5, 2) + Math.pow(found[1] - 0.5, 2) + Math.pow(0.05, 2));
    assertThat(length).isCloseTo(0.5, Offset.offset(1e-3));
  }

  @Test
  void randomStartsAreTheImagesOwn() {
    InnerAttack still = new InnerAttack(1, 1e-9, InnerAttack.Start.BALL);
    float[] once = attacked(still, within(Norm.LINF, 0.2));
    assertThat(once).isEqualTo(attacked(still, within(Norm.LINF, 0.2)));
    assertThat(once[3]).isNotEqualTo(0.5f);
    for (float value : once) {
      assertThat(value).isBetween(0.3f, 1f);
    }
  }

  /** {@link Line}, and what it was shown. */
  private record Watched(List<float[]> shown) implements DifferentiableClassifier {
    @Override
    public String name() {
      return "watched";
    }

    @Override
    public InputSpec input() {
      return INPUT;
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public Tensor logits(Tensor images) {
      shown.add(images.toFloats());
      return new Line().logits(images);
    }
  }

  @Test
  void aStartBeyondTheBoxIsWhereTheGradientIsTaken() {
    Watched net = new Watched(new ArrayList<>());
    try (Scope scope = Scope.open()) {
      Tensor black = Tensor.of(new float[4], 1, 4);
      NormBounded threat = within(Norm.LINF, 0.2);
      float[] found =
          new InnerAttack(1, 1e-9, InnerAttack.Start.BEYOND_BOX)
              .attack(
                  net,
                  black,
                  Tensor.ofInts(0),
                  Ball.around(black, threat, INPUT),
                  Nn::crossEntropy,
                  List.of(new RandomStream(1, 2, "start", 3)),
                  threat.epsilon())
              .toFloats();
      float[] shown = net.shown().get(0);
      boolean beyond = false;
      for (int i = 0; i < found.length; i++) {
        beyond |= shown[i] < 0;
        assertThat(shown[i]).isBetween(-0.2f, 0.2f);
        assertThat(found[i]).isCloseTo(Math.max(0, shown[i]), Offset.offset(1e-6f));
      }
      assertThat(beyond).isTrue();
    }
  }

  @Test
  void anAttackWithoutStepsIsRefused() {
    assertThatThrownBy(() -> new InnerAttack(0, 0.1, InnerAttack.Start.BALL))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1 step or more");
  }

  @Test
  void epsilonGrowsFromNothing() {
    InnerAttack attack = new InnerAttack(1, 1, InnerAttack.Start.BALL);
    Adversary adversary = new Adversary(Threats.of(within(Norm.LINF, 0.3)), attack, 0.2);
    assertThat(adversary.grown(0)).isZero();
    assertThat(adversary.grown(0.1)).isCloseTo(0.5, Offset.offset(1e-12));
    assertThat(adversary.grown(0.2)).isEqualTo(1);
    assertThat(adversary.grown(1)).isEqualTo(1);
    assertThat(new Adversary(Threats.of(within(Norm.LINF, 0.3)), attack, 0).grown(0)).isEqualTo(1);
  }
}
