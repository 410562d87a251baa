package io.foolproof.attack;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;

/** What counts as fooled. Every class and loss that depends on the goal asks it here. */
public sealed interface Goal {

  /** Any class but the right one. */
  record Untargeted() implements Goal {
    @Override
    public Tensor referenceClass(Tensor labels) {
      return labels;
    }

    @Override
    public int referenceClass(int label) {
      return label;
    }

    @Override
    public int direction() {
      return 1;
    }

    @Override
    public boolean isReachedBy(int predicted, int label) {
      return predicted != label;
    }

    @Override
    public String toString() {
      return "any wrong class";
    }
  }

  /**
   * One class, chosen beforehand.
   *
   * @param target the class, from 0
   */
  record Targeted(int target) implements Goal {
    @Override
    public Tensor referenceClass(Tensor labels) {
      return Tensor.full(target, DType.INT64, labels.shape());
    }

    @Override
    public int referenceClass(int label) {
      return target;
    }

    @Override
    public int direction() {
      return -1;
    }

    @Override
    public boolean isReachedBy(int predicted, int label) {
      return predicted == target;
    }

    @Override
    public String toString() {
      return "class " + target;
    }
  }

  /** The class to leave or to reach, per sample: [N] from labels [N]. */
  Tensor referenceClass(Tensor labels);

  /** As {@link #referenceClass(Tensor)}, of one sample. */
  int referenceClass(int label);

  /** 1 where the attack climbs the loss of the reference class, -1 where it descends. */
  int direction();

  /** Whether predicting a class for a sample with this label is what the attack wants. */
  boolean isReachedBy(int predicted, int label);

  /**
   * How far each sample is from being fooled: negative once it is, in units of logits. A tie is not
   * yet fooled, whichever class an arg max would name.
   *
   * @param logits [N, classes]
   * @param labels [N]
   * @return [N]
   */
  default Tensor margin(Tensor logits, Tensor labels) {
    Tensor reference = referenceClass(labels).unsqueeze(1);
    // Minus infinity, since 0 would win among negative logits.
    Tensor others = logits.scatter(1, reference, Double.NEGATIVE_INFINITY).max(false, 1);
    return logits.gather(1, reference).squeeze(1).sub(others).mul(direction());
  }

  /**
   * As {@link #margin(Tensor, Tensor)} of one sample, to the last bit. For keeping the books, which
   * needs no gradient: the engine takes longer for its calls than for what they compute.
   *
   * @param logits [classes]
   */
  default float margin(float[] logits, int label) {
    int reference = referenceClass(label);
    float others = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < logits.length; k++) {
      others = k == reference ? others : Math.max(others, logits[k]);
    }
    return (logits[reference] - others) * direction();
  }

  /**
   * Cross-entropy of each sample, signed so that an attack climbs it.
   *
   * @return [N]; never reduced by a mean, which underflows to gradients of zero
   */
  default Tensor crossEntropy(Tensor logits, Tensor labels) {
    return Nn.crossEntropy(logits, referenceClass(labels)).mul(direction());
  }
}
