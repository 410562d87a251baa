package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Successes that attacks are known to lose: at the start, on the way, at another restart. */
class EverySuccessCountsTest {
  private static final InputSpec INPUT = InputSpec.unit(40);
  private static final ThreatModel THREAT = ThreatModel.untargeted(Norm.LINF, 0.1);

  /**
   * Two classes; the right one, 0, leads by a function of the mean of the image, whose gradient is
   * another function's.
   */
  private record OfTheMean(UnaryOperator<Tensor> lead, double slope)
      implements DifferentiableClassifier {
    @Override
    public String name() {
      return "of the mean";
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
      Tensor mean = images.mean(false, 1);
      Tensor value = lead.apply(mean.detach());
      Tensor margin = value.add(mean.sub(mean.detach()).mul(slope));
      return Tensor.stack(List.of(margin, margin.mul(0)), 1);
    }
  }

  private static List<AttackResult> attack(String attack, DifferentiableClassifier model) {
    int count = 40;
    float[][] images = new float[count][INPUT.elements()];
    for (float[] image : images) {
      java.util.Arrays.fill(image, 0.5f);
    }
    long[] indices = IntStream.range(0, count).asLongStream().toArray();
    Samples samples = new Samples(images, new int[count], indices);
    return Attacks.parse(attack).run(model, samples, THREAT, 1);
  }

  private static List<AttackResult> fooled(List<AttackResult> results) {
    return results.stream().filter(r -> r.status() == AttackResult.Status.FOOLED).toList();
  }

  /** Brighter than grey by a little is another class, and the gradient leads to the dark. */
  @ParameterizedTest
  @ValueSource(strings = {"pgd:steps=10", "apgd:steps=10", "rfgsm", "multitargeted:steps=10"})
  void atTheRandomStart(String attack) {
    OfTheMean model = new OfTheMean(mean -> mean.sub(0.503).neg(), 1);
    List<AttackResult> fooled = fooled(attack(attack, model));
    assertThat(fooled).hasSizeBetween(3, 25);
    assertThat(fooled).allMatch(result -> result.margin() < 0);
    if (attack.startsWith("pgd")) {
      assertThat(fooled).allMatch(result -> result.forwards() == 1);
    }
  }

  /** Only a band on the way is another class; the steps lead through it and beyond. */
  @ParameterizedTest
  @ValueSource(strings = {"bim:steps=10", "pgd:steps=20", "apgd:steps=20", "mifgsm"})
  void onTheWay(String attack) {
    OfTheMean model = new OfTheMean(mean -> mean.sub(0.55).abs().sub(0.012), -1);
    assertThat(fooled(attack(attack, model))).hasSizeGreaterThan(15);
    // The end of the way itself is the right class.
    assertThat(fooled(attack("fgsm", model))).isEmpty();
  }

  /** Each sample has its own lucky restart, and needs no other. */
  @ParameterizedTest
  @ValueSource(strings = {"pgd:steps=3:restarts=", "apgd:steps=3:restarts="})
  void atAnyRestart(String attack) {
    OfTheMean model = new OfTheMean(mean -> mean.sub(0.503).neg(), 1);
    List<AttackResult> one = attack(attack + 1, model);
    List<AttackResult> many = attack(attack + 12, model);
    assertThat(fooled(many)).hasSizeGreaterThan(fooled(one).size() + 5);
    for (int i = 0; i < one.size(); i++) {
      if (one.get(i).status() == AttackResult.Status.FOOLED) {
        assertThat(many.get(i).image()).isEqualTo(one.get(i).image());
        assertThat(many.get(i).forwards()).isEqualTo(one.get(i).forwards());
      }
    }
    assertThat(fooled(many).stream().mapToLong(AttackResult::forwards).distinct().count())
        .isGreaterThan(3);
  }
}
