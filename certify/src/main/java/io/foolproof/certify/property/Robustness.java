package io.foolproof.certify.property;

import io.foolproof.attack.Norm;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The property that no image within epsilon of one, in a norm and in the box of the model, has
 * another class: that no other logit is at least that of the label.
 *
 * <p>With a target class: that none has this class, which would have no logit below any other.
 *
 * @param image the pixels, in the order in which the network takes them
 * @param label the class
 * @param classes how many logits there are
 * @param norm L-inf, L2 or L1
 * @param epsilon the largest change, in the norm
 * @param target the class that no image may have; null for all but the label
 */
public record Robustness(
    float[] image,
    int label,
    int classes,
    Norm norm,
    BigDecimal epsilon,
    @Nullable Integer target) {

  /** The norms that distances can be measured in. */
  public static boolean covers(Norm norm) {
    return Norm.withBalls().contains(norm);
  }

  /** That no image is of any class but the label, in L-inf. */
  public Robustness(float[] image, int label, int classes, BigDecimal epsilon) {
    this(image, label, classes, Norm.LINF, epsilon, null);
  }

  /**
   * As VNN-LIB 1.0, with the distance where it is no box: exact, since every number is written with
   * all its digits.
   */
  public String vnnLib() {
    StringBuilder text = new StringBuilder();
    text.append("; class ").append(label).append(" within ").append(epsilon.toPlainString());
    text.append(" of an image, in ").append(norm.symbol()).append(", in [0, 1]\n");
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
    if (norm != Norm.LINF) {
      text.append("(assert-distance " + norm.symbol() + " " + epsilon.toPlainString());
      for (float value : image) {
        text.append("\n  ").append(new BigDecimal(value).toPlainString());
      }
      text.append(")\n");
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
