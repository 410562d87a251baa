package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;

/**
 * What an operator may make of its inputs: checked before the engine allocates, so that a file that
 * asks for the impossible gets an answer and not the machine's memory.
 */
public final class SizeLimits {
  /** 2^28 elements: a gigabyte of 32-bit floats. */
  public static final long MOST_ELEMENTS = 1L << 28;

  /** 2^39 multiplications: half a minute of work for one node. */
  private static final long MOST_WORK = 1L << 39;

  private SizeLimits() {}

  /** Refuses a result of this shape when it is too large or has a negative size. */
  public static void checkResult(long... shape) {
    long elements = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new InvalidInputException(
            "the result would have the impossible shape " + Arrays.toString(shape));
      }
      elements = saturatedProduct(elements, size);
    }
    // A size of 0 must not hide an absurd one beside it.
    if (elements > MOST_ELEMENTS || Arrays.stream(shape).anyMatch(s -> s > MOST_ELEMENTS)) {
      throw new InvalidInputException(
          "the result would have the shape "
              + Arrays.toString(shape)
              + ", more than 2^28 elements; a smaller batch may help");
    }
  }

  /** Refuses work of more than a number of multiplications. */
  static void checkWork(long results, long multiplicationsEach) {
    if (saturatedProduct(results, multiplicationsEach) > MOST_WORK) {
      throw new InvalidInputException(
          "%d results of %d multiplications each are more than 2^39; a smaller batch may help"
              .formatted(results, multiplicationsEach));
    }
  }

  /** Refuses tensors that do not broadcast to one shape, or to one that is too large. */
  static void checkBroadcast(Tensor... tensors) {
    long[] result = tensors[0].shape();
    for (int i = 1; i < tensors.length; i++) {
      result = broadcast(result, tensors[i].shape());
    }
    checkResult(result);
  }

  /** The shape that two shapes broadcast to. */
  static long[] broadcast(long[] a, long[] b) {
    long[] result = new long[Math.max(a.length, b.length)];
    for (int fromEnd = 1; fromEnd <= result.length; fromEnd++) {
      long ofA = fromEnd <= a.length ? a[a.length - fromEnd] : 1;
      long ofB = fromEnd <= b.length ? b[b.length - fromEnd] : 1;
      if (ofA != ofB && ofA != 1 && ofB != 1) {
        throw new InvalidInputException(
            "shapes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " do not broadcast");
      }
      result[result.length - fromEnd] = ofA == 1 ? ofB : ofA;
    }
    return result;
  }

  /** The product of numbers that are not negative, or the largest long. */
  static long saturatedProduct(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    return high != 0 || low < 0 ? Long.MAX_VALUE : low;
  }
}
