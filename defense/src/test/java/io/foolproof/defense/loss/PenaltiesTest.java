package io.foolproof.defense.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PenaltiesTest {
  private static final int INPUTS = 4;
  private static final int HIDDEN = 5;
  private static final int CLASSES = 3;
  private static final int IMAGES = 2;

  /** tanh between two matrices, all in one vector of weights. */
  private record Net(Tensor weights) implements DifferentiableClassifier {
    @Override
    public String name() {
      return "net";
    }

    @Override
    public InputSpec input() {
      return InputSpec.unit(INPUTS);
    }

    @Override
    public int classes() {
      return CLASSES;
    }

    @Override
    public Tensor logits(Tensor images) {
      Tensor first = weights.rows(0, INPUTS * HIDDEN).reshape(INPUTS, HIDDEN);
      Tensor second = weights.rows(INPUTS * HIDDEN, size()).reshape(HIDDEN, CLASSES);
      return images.matmul(first).tanh().matmul(second);
    }

    static int size() {
      return HIDDEN * (INPUTS + CLASSES);
    }
  }

  private static double[] random(int count, String name) {
    RandomStream stream = new RandomStream(3, 0, name, 0);
    return IntStream.range(0, count).mapToDouble(i -> stream.nextGaussian()).toArray();
  }

  private static Tensor loss(TrainingLoss loss, Tensor weights) {
    Tensor x = Tensor.of(random(IMAGES * INPUTS, "x"), IMAGES, INPUTS);
    Tensor other = Tensor.of(random(IMAGES * INPUTS, "other"), IMAGES, INPUTS);
    List<RandomStream> streams =
        IntStream.range(0, IMAGES).mapToObj(i -> new RandomStream(9, i, "loss", 0)).toList();
    return loss.of(new Batch(new Net(weights), x, other, Tensor.ofInts(0, 2), streams)).sum();
  }

  static Stream<TrainingLoss> losses() {
    return Stream.of(
        new CrossEntropy(0.1),
        new AdversarialCrossEntropy(),
        new Trades(2),
        new Mart(5),
        new LogitSqueezing(0.3),
        new GradientPenalty(0.7),
        new JacobianPenalty(0.7),
        new Cure(0.7, 0.5),
        new GradAlign(0.7, 0.3),
        new LocalLinearity(0.7, 0.4, 0.3, 5));
  }

  /** Second derivatives, too. */
  @ParameterizedTest
  @MethodSource("losses")
  void gradientsByTheWeightsAgreeWithCentralDifferences(TrainingLoss loss) {
    double h = 1e-5;
    try (Scope scope = Scope.open()) {
      double[] weights = random(Net.size(), "weights");
      Tensor variable = Tensor.of(weights, weights.length).variable();
      double[] gradient = Gradients.of(loss(loss, variable), variable).toDoubles();
      for (int i = 0; i < weights.length; i++) {
        double[] up = weights.clone();
        double[] down = weights.clone();
        up[i] += h;
        down[i] -= h;
        double difference =
            loss(loss, Tensor.of(up, up.length)).item()
                - loss(loss, Tensor.of(down, down.length)).item();
        assertThat(gradient[i])
            .isCloseTo(
                difference / (2 * h), Offset.offset(1e-5 * Math.max(1, Math.abs(gradient[i]))));
      }
    }
  }

  @Test
  void theGradientPenaltyIsTheSquaredLengthOfTheGradient() {
    try (Scope scope = Scope.open()) {
      double plain = loss(new CrossEntropy(0), weights()).item();
      double penalised = loss(new GradientPenalty(1), weights()).item();
      Tensor x = Tensor.of(random(IMAGES * INPUTS, "x"), IMAGES, INPUTS).variable();
      Tensor logits = new Net(weights()).logits(x);
      Tensor loss = Nn.crossEntropy(logits, Tensor.ofInts(0, 2));
      double squared = Gradients.of(loss, x).pow(2).sum().item();
      assertThat(penalised - plain).isCloseTo(squared, Offset.offset(1e-9));
    }
  }

  private static Tensor weights() {
    return Tensor.of(random(Net.size(), "weights"), Net.size());
  }

  /** The mean over many directions is the Frobenius norm of the Jacobian. */
  @Test
  void theJacobianPenaltyIsRightOnAverage() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(random(INPUTS, "x"), 1, INPUTS);
      double norm = 0;
      for (int k = 0; k < CLASSES; k++) {
        Tensor variable = x.variable();
        Tensor logit = new Net(weights()).logits(variable).slice(1, k, k + 1, 1);
        norm += Gradients.of(logit, variable).pow(2).sum().item();
      }
      double sum = 0;
      int draws = 4000;
      for (int draw = 0; draw < draws; draw++) {
        List<RandomStream> stream = List.of(new RandomStream(9, draw, "loss", 0));
        Batch batch = new Batch(new Net(weights()), x, x, Tensor.ofInts(0), stream);
        sum += new JacobianPenalty(2).of(batch).item() - new CrossEntropy(0).of(batch).item();
      }
      assertThat(sum / draws).isCloseTo(norm, Offset.offset(0.05 * norm));
    }
  }
}
