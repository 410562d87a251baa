package io.foolproof.attack.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.Viewed;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.Draw;
import io.foolproof.transform.View;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attacks over draws of how an image is seen, and models that see images through a camera. */
class EotTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);
  private static final LinearClassifier PLAIN = LinearClassifier.random(INPUT, 4, 11);
  private static final ThreatModel THREAT = ThreatModel.untargeted(Norm.LINF, 0.1);

  /** Notes what it is shown. */
  private record Noting(DifferentiableClassifier model, Set<Long> rows, Set<Integer> seen)
      implements ForwardingClassifier, DifferentiableClassifier {
    Noting() {
      this(PLAIN, new ConcurrentSkipListSet<>(), new ConcurrentSkipListSet<>());
    }

    @Override
    public Tensor logits(Tensor images) {
      rows.add(images.size(0));
      for (long i = 0; i < images.size(0); i++) {
        seen.add(Arrays.hashCode(images.detach().rows(i, i + 1).toFloats()));
      }
      return model.logits(images);
    }
  }

  private static Samples samples(int count) {
    float[][] images = new float[count][30];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      new RandomStream(5, i, "images", 0).fillUniform(images[i], 0, 30, 0.3f, 0.7f);
      labels[i] = PLAIN.predict(images[i]);
    }
    return new Samples(images, labels, LongStream.range(0, count).toArray());
  }

  /** Draws go in groups that fill a batch of the model, be there ever so many. */
  @ParameterizedTest
  @CsvSource({"1,200", "5,200", "24,30", "1,3"})
  void memoryDoesNotGrowWithTheNumberOfDraws(int images, int draws) {
    Noting model = new Noting();
    Attack attack = Attacks.parse("pgd:steps=2:eot=" + draws + ":eot-view=phone-photo");
    attack.run(model, samples(images), THREAT, 0);
    assertThat(model.rows).allMatch(rows -> rows <= model.microBatch());
    assertThat(model.rows).contains((long) images * Math.min(draws, model.microBatch() / images));
  }

  /** Two steps of three draws, a look and five times forty draws that judge: all differ. */
  @Test
  void everyEvaluationHasDrawsOfItsOwn() {
    Noting model = new Noting();
    Attack attack = Attacks.parse("fgsm:eot=3:eot-angle=30");
    AttackResult result = attack.run(model, samples(1), THREAT, 0).get(0);
    assertThat(model.seen).hasSize((int) result.forwards());
    Noting again = new Noting();
    attack.run(again, samples(1), THREAT, 0);
    assertThat(again.seen).isEqualTo(model.seen);
    Noting other = new Noting();
    attack.run(other, samples(1), THREAT, 1);
    assertThat(other.seen).doesNotContainAnyElementsOf(model.seen);
  }

  /** The gradient of a linear model's margin is its weights, moved as the draws move images. */
  @Test
  void theGradientIsTheMeanOfTheDraws() {
    View view = View.parse("shift:right=0.2:down=0");
    DifferentiableClassifier mean = new Eot(30, view, 0, 0, 0).of(PLAIN);
    Samples samples = samples(2);
    Pursuit pursuit = new Pursuit(mean, samples, THREAT, 0, "pgd");
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      Pursuit.Slope slope =
          pursuit.slope(lanes, lanes.images(), Loss.MARGIN.towards(THREAT.goal()));
      float[] gradient = slope.gradient().toFloats();
      for (int i = 0; i < gradient.length; i += 7) {
        double up = value(view, samples, i, 1e-2f);
        double down = value(view, samples, i, -1e-2f);
        assertThat((double) gradient[i]).isCloseTo((up - down) / 2e-2, within(1e-3));
      }
      assertThat(slope.values()[0] + slope.values()[1])
          .isCloseTo(value(view, samples, 0, 0), within(1e-4));
    }
  }

  /** The objective of both samples, of a view that has one draw only. */
  private static double value(View view, Samples samples, int at, float change) {
    try (Scope scope = Scope.open()) {
      float[] pixels = samples.tensor(INPUT).toFloats();
      pixels[at] += change;
      Tensor x = Tensor.of(pixels, INPUT.batchShape(2));
      Tensor seen = view.apply(x, Draw.of(0, new int[] {0, 1}, "", 0));
      Tensor labels = Tensor.ofInts(samples.labels());
      return Loss.MARGIN.towards(THREAT.goal()).of(PLAIN.logits(seen), labels).sum().item();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pgd:eot=0|eot=0: give 1 or more",
        "pgd:eot=4:eot-view=phone|eot-view=phone: there is no view 'phone'",
        "pgd:eot-scale=1|eot-scale=1.0: give",
        "pgd:eot-angle=-3|eot-angle=-3.0: give"
      })
  void whatCannotBeDrawnIsRefusedInOneLine(String text, String message) {
    assertThatThrownBy(() -> Attacks.parse(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theViewIsPartOfTheSettings() {
    String text = "pgd:steps=40:step=0.1:restarts=1:loss=ce:eot=12:eot-view=scan:eot-angle=5.0";
    assertThat(Attacks.parse(text).settings()).isEqualTo(text);
  }

  // ---- Models behind a camera

  @Test
  void aModelBehindACameraDrawsFromItsStream() {
    Classifier model = Viewed.of(PLAIN, View.parse("phone-photo"));
    assertThat(model.drawsAtRandom()).isTrue();
    assertThat(model).isInstanceOf(DifferentiableClassifier.class);
    assertThat(model.origin().identityInUse()).isEqualTo(PLAIN.origin().identityInUse() + seen());
    try (Scope scope = Scope.open()) {
      Tensor x = samples(3).tensor(INPUT);
      float[] once = model.drawing(new RandomStream(1, 2, "draws", 0)).logits(x).toFloats();
      float[] again = model.drawing(new RandomStream(1, 2, "draws", 0)).logits(x).toFloats();
      assertThat(again).isEqualTo(once);
      assertThat(model.logits(x).toFloats()).isNotEqualTo(model.logits(x).toFloats());
    }
  }

  private static String seen() {
    View view = View.parse("phone-photo");
    return PLAIN.origin().identity().isEmpty()
        ? ""
        : " (seen through phone-photo: " + view.settings() + ")";
  }

  @Test
  void aViewThatChangesNothingIsTheModelItself() {
    assertThat(Viewed.of(PLAIN, View.NONE)).isSameAs(PLAIN);
  }

  /** What is outside an image is the darkest there is, in whatever box. */
  @Test
  void pixelsOfAnotherBoxAreSeenAlike() {
    InputSpec wide = new InputSpec(INPUT.shape(), -1, 1);
    View view = View.parse("phone-photo");
    try (Scope scope = Scope.open()) {
      Tensor x = samples(3).tensor(INPUT);
      Draw first = Draw.of(0, new int[] {0, 1, 2}, "seen", 0);
      Draw again = Draw.of(0, new int[] {0, 1, 2}, "seen", 0);
      float[] unit = Viewed.seen(x, INPUT, view, first).toFloats();
      float[] other = Viewed.seen(x.mul(2).sub(1), wide, view, again).toFloats();
      for (int i = 0; i < unit.length; i++) {
        assertThat((other[i] + 1) / 2).isCloseTo(unit[i], within(0.005f));
      }
    }
  }

  @Test
  void aModelOfRowsHasNoCamera() {
    LinearClassifier flat = LinearClassifier.random(InputSpec.unit(30), 3, 1);
    assertThatThrownBy(() -> Viewed.of(flat, View.parse("scan")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the view scan: images with rows and columns [C, H, W] wanted");
  }
}
