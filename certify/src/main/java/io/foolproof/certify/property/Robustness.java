package io.foolproof.certify.property;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The property that no image within epsilon of one, in the L-inf norm and in the box of the model,
 * has another class: that no other logit is at least that of the label.
 *
 * <p>With a target class: that none has this class, which would have no logit below any other.
 *
 * @param image the pixels, in the order in which the network takes them
 * @param label the class
 * @param classes how many logits there are
 * @param epsilon the largest change of a pixel
 * @param target the class that no image may have; null for all but the label
 */
public record Robustness(
    float[] image, int label, int classes, BigDecimal epsilon, @Nullable Integer target) {

  /** That no image is of any class but the label. */
  public Robustness(float[] image, int label, int classes, BigDecimal epsilon) {
    this(image, label, classes, epsilon, null);
  }

  /** As VNN-LIB 1.0: exact, since every number is written with all its digits. */
  public String vnnLib() {
    StringBuilder text = new StringBuilder();
    text.append("; class ").append(label).append(" within ").append(epsilon.toPlainString());
    text.append(" of an image, in L-inf, in [0, 1]\n");
    for (int i = 0; i < image.length; i++) {
      text.append("(declare-const X_").append(i).append(" Real)\n");
    }
    for (int k = 0; k < classes; k++) {
      text.append("(declare-const Y_").append(k).append(" Real)\n");
    }
    for (int i = 0; i < image.length; i++) {
      BigDecimal x = new BigDecimal(image[i]);
      BigDecimal low = x.subtract(epsilon).max(BigDecimal.ZERO);
      BigDecimal high = x.add(epsilon).min(BigDecimal.ONE);
      text.append("(assert (>= X_" + i + " " + low.toPlainString() + "))\n");
      text.append("(assert (<= X_" + i + " " + high.toPlainString() + "))\n");
    }
    return text.append(target == null ? anyOther() : only(target)).toString();
  }

  private String anyOther() {
    StringBuilder text = new StringBuilder("(assert (or\n");
    for (int k = 0; k < classes; k++) {
      if (k != label) {
        text.append("  (and (>= Y_" + k + " Y_" + label + "))\n");
      }
    }
    return text.append("))\n").toString();
  }

  private String only(int target) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < classes; k++) {
      if (k != target) {
        text.append("(assert (>= Y_" + target + " Y_" + k + "))\n");
      }
    }
    return text.toString();
  }
}
