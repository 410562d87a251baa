package io.foolproof.attack.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.AttackResult.Status;
import io.foolproof.attack.FunctionClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.PixelGrid;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StripesTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 12, 12);

  /**
   * The margin falls once the left half differs from the right by more than 0.1 on average, and has
   * no gradient anywhere near the image, nor near any point with noise on it.
   */
  private static Tensor flatAround(Tensor images) {
    Tensor halves = images.reshape(images.size(0), 12, 2, 6).mean(false, 1, 3);
    Tensor difference = halves.slice(1, 0, 1, 1).sub(halves.slice(1, 1, 2, 1)).abs();
    Tensor margin = difference.sub(0.1).clamp(0, 1).mul(-20).add(1);
    return Tensor.concat(List.of(margin, margin.mul(0)), 1);
  }

  private static Samples grey(int count) {
    float[][] images = new float[count][INPUT.elements()];
    for (float[] image : images) {
      Arrays.fill(image, 0.5f);
    }
    return new Samples(images, new int[count], LongStream.range(0, count).toArray());
  }

  @Test
  void coarsePatternsReachWhereGradientsBeginAndLongerAttacksDoNot() {
    FunctionClassifier model = new FunctionClassifier(INPUT, 2, StripesTest::flatAround);
    ThreatModel threat = ThreatModel.linf(0.1);
    List<AttackResult> stripes = Stripes.standard().run(model, grey(20), threat, 0);
    assertThat(stripes.stream().filter(result -> result.status() == Status.FOOLED).count())
        .isGreaterThanOrEqualTo(18);
    List<AttackResult> apgd = Apgd.standard().run(model, grey(20), threat, 0);
    assertThat(apgd).noneMatch(result -> result.status() == Status.FOOLED);
  }

  /** 12 evaluations of patterns, 15 gradients, and the last point, for each of 5 restarts. */
  @Test
  void whatCannotBeFooledCostsWhatTheCatalogueSays() {
    FunctionClassifier constant =
        new FunctionClassifier(
            INPUT,
            2,
            images -> {
              Tensor zero = images.flatten(1).slice(1, 0, 1, 1).mul(0);
              return Tensor.concat(List.of(zero.add(1), zero), 1);
            });
    AttackResult result =
        Stripes.standard().run(constant, grey(1), ThreatModel.linf(0.1), 0).get(0);
    assertThat(result.status()).isEqualTo(Status.STANDING);
    assertThat(result.forwards()).isEqualTo(5 * (12 + 15 + 1));
    assertThat(result.backwards()).isEqualTo(5 * 15);
  }

  @ParameterizedTest
  @EnumSource(names = {"LINF", "L2", "L1"})
  void patternsHaveNormOne(Norm norm) {
    CoarsePatterns patterns = new CoarsePatterns(new PixelGrid(3, 12, 11), norm);
    Set<Float> sizes = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      float[] change = patterns.draw(new RandomStream(1, i, "patterns", 0));
      double sum = 0;
      for (float value : change) {
        sum += norm == Norm.L2 ? value * value : Math.abs(value);
        sizes.add(Math.abs(value));
      }
      if (norm != Norm.LINF) {
        assertThat(sum).isBetween(0.9999, 1.0001);
      }
    }
    if (norm == Norm.LINF) {
      assertThat(sizes).containsExactly(1f);
    }
  }

  /** Stripes of both directions, and blocks of every size. */
  @Test
  void everyKindOfPatternIsDrawn() {
    CoarsePatterns patterns = new CoarsePatterns(new PixelGrid(1, 20, 20), Norm.LINF);
    Set<List<Integer>> sizes = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      float[] change = patterns.draw(new RandomStream(1, i, "patterns", 0));
      sizes.add(List.of(run(change, 20), run(change, 1)));
    }
    assertThat(sizes)
        .contains(List.of(20, 1), List.of(1, 20), List.of(1, 1), List.of(4, 4), List.of(10, 10));
  }

  /** The smallest distance, a multiple of this step, after which a sign changes: a block's side. */
  private static int run(float[] change, int step) {
    int shortest = 20;
    for (int line = 0; line < 20; line++) {
      int first = step == 1 ? 20 * line : line;
      int length = 1;
      for (int k = 1; k < 20; k++) {
        if (change[first + k * step] == change[first + (k - 1) * step]) {
          length++;
        } else {
          shortest = Math.min(shortest, length);
          length = 1;
        }
      }
    }
    return shortest;
  }
}
