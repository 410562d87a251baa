package io.foolproof.certify.property;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be proved, in normal form: that no input lies in one of some boxes while its output
 * meets all linear constraints that belong to the box.
 *
 * @param inputs how many numbers the network takes
 * @param outputs how many it gives
 * @param cases what must not happen
 */
public record Property(int inputs, int outputs, List<Unsafe> cases) {
  /** Copies the list. */
  public Property {
    cases = List.copyOf(cases);
  }

  /**
   * A case that must not happen.
   *
   * @param low exact lower ends of the box
   * @param high exact upper ends
   * @param aboveLow by input, whether it is above its lower end, and not at it
   * @param belowHigh by input, whether it is below its upper end, and not at it
   * @param ball in which the input lies, too; null where it may be anywhere in the box
   * @param constraints that the output meets, all of them
   */
  public record Unsafe(
      BigDecimal[] low,
      BigDecimal[] high,
      boolean[] aboveLow,
      boolean[] belowHigh,
      @Nullable Ball ball,
      List<Constraint> constraints) {
    /** Copies the list. */
    public Unsafe {
      constraints = List.copyOf(constraints);
    }

    /** Lower ends as numbers that are not above them. */
    public double[] lowest() {
      return Arrays.stream(low).mapToDouble(end -> Decimals.outwards(end, false)).toArray();
    }

    /** Upper ends as numbers that are not below them. */
    public double[] highest() {
      return Arrays.stream(high).mapToDouble(end -> Decimals.outwards(end, true)).toArray();
    }

    /**
     * Whether some input is in the box: of a number that is above an end, and at it, there is none.
     */
    boolean hasInputs() {
      for (int i = 0; i < low.length; i++) {
        if (low[i].compareTo(high[i]) > (aboveLow[i] || belowHigh[i] ? -1 : 0)) {
          return false;
        }
      }
      return true;
    }

    /** The index of the first input whose range holds no 32-bit number; -1 if every range does. */
    public int withoutFloat() {
      for (int i = 0; i < low.length; i++) {
        float least = Math.max(-Float.MAX_VALUE, low[i].floatValue());
        if (Float.isFinite(least) && !isHighEnough(i, least)) {
          least = Math.nextUp(least);
        }
        if (!Float.isFinite(least) || !isLowEnough(i, least)) {
          return i;
        }
      }
      return -1;
    }

    /** Whether a finite number is not below what input i may be. */
    public boolean isHighEnough(int i, float value) {
      return new BigDecimal(value).compareTo(low[i]) >= (aboveLow[i] ? 1 : 0);
    }

    /** Whether a finite number is not above what input i may be. */
    public boolean isLowEnough(int i, float value) {
      return new BigDecimal(value).compareTo(high[i]) <= (belowHigh[i] ? -1 : 0);
    }

    /**
     * Whether an input is in the box, and in the ball, and an output meets the constraints,
     * exactly.
     */
    public boolean happens(float[] input, float[] output) {
      for (int i = 0; i < input.length; i++) {
        if (!Float.isFinite(input[i]) || !isHighEnough(i, input[i]) || !isLowEnough(i, input[i])) {
          return false;
        }
      }
      if (ball != null && !ball.contains(input)) {
        return false;
      }
      for (float y : output) {
        if (!Float.isFinite(y)) {
          return false;
        }
      }
      return constraints.stream().allMatch(constraint -> constraint.isMetBy(output));
    }

    /** Whether another case has the same box. */
    public boolean sharesBox(Unsafe other) {
      boolean same = Arrays.equals(low, other.low) && Arrays.equals(high, other.high);
      return Arrays.equals(aboveLow, other.aboveLow)
          && Arrays.equals(belowHigh, other.belowHigh)
          && (same
              || (Arrays.equals(lowest(), other.lowest())
                  && Arrays.equals(highest(), other.highest())));
    }
  }

  /**
   * The sum of coefficients times outputs is at most the limit.
   *
   * @param coefficients by output
   * @param strict whether it is below the limit
   */
  public record Constraint(BigDecimal[] coefficients, BigDecimal limit, boolean strict) {

    /** Whether outputs meet it, exactly. */
    public boolean isMetBy(float[] output) {
      BigDecimal sum = BigDecimal.ZERO;
      for (int k = 0; k < output.length; k++) {
        if (coefficients[k].signum() != 0) {
          sum = sum.add(coefficients[k].multiply(new BigDecimal(output[k])));
        }
      }
      int side = sum.compareTo(limit);
      return strict ? side < 0 : side <= 0;
    }

    /** The coefficients, to the nearest number. */
    public double[] row() {
      return Arrays.stream(coefficients).mapToDouble(BigDecimal::doubleValue).toArray();
    }

    /** The limit, rounded up. */
    public double highestLimit() {
      return Decimals.outwards(limit, true);
    }
  }
}
