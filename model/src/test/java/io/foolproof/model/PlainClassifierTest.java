package io.foolproof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Classifiers that a program writes with plain arrays, and those that pass questions on. */
class PlainClassifierTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 1, 3);

  /** Logits x0 * x1 and x2 * x2 for each image. */
  private static float[][] logits(float[][] images) {
    return Arrays.stream(images)
        .map(x -> new float[] {x[0] * x[1], x[2] * x[2]})
        .toArray(float[][]::new);
  }

  private static float[][] gradient(float[][] images, float[][] weights) {
    float[][] gradients = new float[images.length][];
    for (int i = 0; i < images.length; i++) {
      float[] x = images[i];
      float[] w = weights[i];
      gradients[i] = new float[] {w[0] * x[1], w[0] * x[0], w[1] * 2 * x[2]};
    }
    return gradients;
  }

  private static Tensor images() {
    return Tensor.of(new float[] {0.5f, 0.25f, 1, 0.125f, 1, 0.75f}, 2, 1, 1, 3);
  }

  @Test
  void logitsAreThoseOfTheProgram() {
    try (Scope scope = Scope.open()) {
      Classifier own = Classifier.of("own", INPUT, 2, PlainClassifierTest::logits);
      assertThat(own.logits(images()).toFloats()).containsExactly(0.125f, 1, 0.125f, 0.5625f);
      assertThat(own.logits(images().slice(0, 0, 0, 1)).shape()).containsExactly(0, 2);
      assertThat(own.origin().isKnown()).isFalse();
    }
  }

  @Test
  void gradientsOfAnyLossFollowFromThoseOfTheProgram() {
    try (Scope scope = Scope.open()) {
      DifferentiableClassifier own =
          DifferentiableClassifier.of(
              "own", INPUT, 2, PlainClassifierTest::logits, PlainClassifierTest::gradient);
      Tensor x = images().variable();
      Tensor logits = own.logits(x);
      assertThat(logits.toFloats()).containsExactly(0.125f, 1, 0.125f, 0.5625f);
      // Of the sum of squares of the logits: 2 l0 dl0 + 2 l1 dl1.
      float[] found = Gradients.of(logits.mul(logits), x).toFloats();
      float[] expected = {0.0625f, 0.125f, 4, 0.25f, 0.03125f, 1.6875f};
      assertThat(found).containsExactly(expected, within(1e-6f));
    }
  }

  @Test
  void whatDoesNotFitIsRefusedInOneLine() {
    try (Scope scope = Scope.open()) {
      Classifier rows = Classifier.of("own", INPUT, 2, x -> new float[1][2]);
      refused(() -> rows.logits(images()), "own: gives 1 rows of logits for 2 images");
      Classifier columns = Classifier.of("own", INPUT, 2, x -> new float[x.length][3]);
      refused(() -> columns.logits(images()), "own: gives 3 logits for image 0", "expected 2");
      refused(() -> Classifier.of("own", INPUT, 1, x -> x), "own: has 1 classes");
      DifferentiableClassifier slopes =
          DifferentiableClassifier.of(
              "own", INPUT, 2, PlainClassifierTest::logits, (x, w) -> new float[x.length][2]);
      refused(() -> slopes.logits(images().variable()), "own: gives 2 values of the gradient");
    }
  }

  @Test
  @SuppressWarnings("NullAway")
  void missingRowsAreRefusedInOneLine() {
    try (Scope scope = Scope.open()) {
      Classifier nothing = Classifier.of("own", INPUT, 2, x -> null);
      refused(() -> nothing.logits(images()), "own: gives 0 rows of logits for 2 images");
      Classifier hole = Classifier.of("own", INPUT, 2, x -> new float[x.length][]);
      refused(() -> hole.logits(images()), "own: gives 0 logits for image 0");
    }
  }

  /** Programs may work in the arrays that they are given. */
  @Test
  void arraysBelongToTheProgram() {
    try (Scope scope = Scope.open()) {
      DifferentiableClassifier own =
          DifferentiableClassifier.of(
              "own",
              INPUT,
              2,
              x -> {
                float[][] logits = logits(x);
                wipe(x);
                return logits;
              },
              (x, w) -> {
                float[][] gradients = gradient(x, w);
                wipe(x);
                wipe(w);
                return gradients;
              });
      Tensor x = images().variable();
      float[] found = Gradients.of(own.logits(x), x).toFloats();
      float[] expected = {0.25f, 0.5f, 2, 1, 0.125f, 1.5f};
      assertThat(found).containsExactly(expected);
      assertThat(x.toFloats()).isEqualTo(images().toFloats());
    }
  }

  private static void wipe(float[][] rows) {
    for (float[] row : rows) {
      Arrays.fill(row, Float.NaN);
    }
  }

  @Test
  void aComponentThatIsNotFiniteCountsAsZeroAndChangesNothingElse() {
    try (Scope scope = Scope.open()) {
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        DifferentiableClassifier own =
            DifferentiableClassifier.of(
                "own",
                INPUT,
                2,
                PlainClassifierTest::logits,
                (x, w) -> {
                  float[][] gradients = gradient(x, w);
                  gradients[0][1] = bad;
                  return gradients;
                });
        Tensor x = images().variable();
        Tensor logits = own.logits(x);
        assertThat(logits.toFloats()).containsExactly(0.125f, 1, 0.125f, 0.5625f);
        assertThat(Gradients.of(logits, x).toFloats())
            .containsExactly(0.25f, 0, 2, 1, 0.125f, 1.5f);
      }
    }
  }

  /** Programs need not know what to do without images. */
  @Test
  void withoutImagesTheProgramIsNotCalled() {
    try (Scope scope = Scope.open()) {
      DifferentiableClassifier own =
          DifferentiableClassifier.of(
              "own",
              INPUT,
              2,
              x -> {
                throw new IllegalStateException("called");
              },
              (x, w) -> {
                throw new IllegalStateException("called");
              });
      Tensor none = images().slice(0, 0, 0, 1);
      assertThat(own.logits(none).shape()).containsExactly(0, 2);
      assertThat(own.logits(none.variable()).shape()).containsExactly(0, 2);
    }
  }

  private static void refused(Runnable call, String... parts) {
    assertThatThrownBy(call::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(parts);
  }

  /** A question that is not passed on would be answered by the interface's default. */
  @Test
  void everyQuestionIsPassedOn() {
    for (Method question : Classifier.class.getMethods()) {
      // Another classifier in its place is for each of those that change one thing to make.
      boolean isAnother = question.getName().equals("drawing");
      if (!Modifier.isStatic(question.getModifiers()) && !isAnother) {
        assertThat(ForwardingClassifier.class.getDeclaredMethods())
            .as(question.toString())
            .anyMatch(
                own ->
                    own.getName().equals(question.getName())
                        && Arrays.equals(own.getParameterTypes(), question.getParameterTypes()));
      }
    }
  }
}
