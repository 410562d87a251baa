package io.foolproof.certify.property;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * All inputs within a distance of a centre.
 *
 * @param isEuclidean whether the distance is the Euclidean one, L2; otherwise it is the sum of
 *     absolute differences, L1
 * @param radius the distance
 * @param centre an input
 */
public record Ball(boolean isEuclidean, BigDecimal radius, BigDecimal[] centre) {

  /** Whether an input is in it, exactly. */
  public boolean contains(float[] input) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < input.length; i++) {
      BigDecimal away = new BigDecimal(input[i]).subtract(centre[i]);
      sum = sum.add(isEuclidean ? away.multiply(away) : away.abs());
    }
    return sum.compareTo(isEuclidean ? radius.multiply(radius) : radius) <= 0;
  }

  /** The centre, to the nearest numbers. */
  public double[] nearest() {
    return Arrays.stream(centre).mapToDouble(BigDecimal::doubleValue).toArray();
  }

  /** How far from {@link #nearest()} its inputs are at most. */
  public double largestRadius() {
    BigDecimal sum = radius;
    for (BigDecimal value : centre) {
      sum = sum.add(value.subtract(new BigDecimal(value.doubleValue())).abs());
    }
    return Decimals.outwards(sum, true);
  }
}
