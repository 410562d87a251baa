package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;

/**
 * How much memory and work a model may ask for: checked before the engine allocates or computes, so
 * that a small file that asks for too much is refused in one line and does not exhaust the machine.
 *
 * <p>Every refusal is an {@link UnsafeModelException}, so that no other runtime is given the model.
 */
public final class SizeLimits {
  /** Elements of one value: 2^28, a gigabyte of 32-bit floating-point numbers. */
  public static final long MOST_ELEMENTS = 1L << 28;

  /** Elements of all values of one run: 2^29, two gigabytes of 32-bit floating-point numbers. */
  public static final long MOST_ELEMENTS_OF_A_RUN = 1L << 29;

  /**
   * Elements that are computed from constants when a model is loaded, besides {@link
   * #FOLDED_PER_CONSTANT}.
   */
  private static final long MOST_FOLDED = 1L << 26;

  /** How many elements may be computed from constants for each element that the file has. */
  private static final long FOLDED_PER_CONSTANT = 4;

  /** Sizes, strides, dilations and padding of a window along one dimension. */
  public static final long MOST_OF_A_WINDOW = 1L << 20;

  /** How far a diagonal may lie outside a matrix. */
  public static final long MOST_DIAGONAL = 1L << 15;

  /** Nodes of a graph that are to be run. */
  private static final int MOST_NODES = 1 << 15;

  /** Numbers of a table that is computed one by one, such as the sources of a resized axis. */
  private static final long MOST_OF_A_TABLE = 1L << 22;

  /** Steps of a sequence, of which each is computed by itself. */
  private static final long MOST_STEPS = 1L << 14;

  /** Classes that a model tells apart. */
  private static final long MOST_CLASSES = 1L << 20;

  /** Multiplications of one node: 2^37, which take the engine about ten seconds. */
  private static final long MOST_WORK = 1L << 37;

  /** Multiplications of all nodes of one run. */
  public static final long MOST_WORK_OF_A_RUN = 1L << 37;

  /**
   * How many multiplications of a matrix product take as long as one step of a loop over windows,
   * which uses no matrix kernels.
   */
  private static final long WORK_OF_A_STEP = 16;

  /**
   * The engine's convolutions hold channels in blocks of this size: one channel takes as much
   * memory as all of them.
   */
  private static final long CHANNEL_BLOCK = 16;

  static final String REMEDY = "; use smaller images or a smaller model";

  private SizeLimits() {}

  /** Refuses a result of this shape when it is too large or has a negative size. */
  public static void checkResult(long... shape) {
    check("the result would have the shape ", shape);
  }

  /** As {@link #checkResult}, of a value that is made on the way to a result. */
  static void checkIntermediate(long... shape) {
    check("an intermediate value would have the shape ", shape);
  }

  /**
   * As {@link #checkIntermediate}, of images [N, C, sizes...] that enter or leave a convolution.
   */
  static void checkImages(long... shape) {
    long[] blocked = shape.clone();
    blocked[1] = saturatedProduct(Math.floorDiv(shape[1] - 1, CHANNEL_BLOCK) + 1, CHANNEL_BLOCK);
    checkIntermediate(blocked);
  }

  private static void check(String what, long... shape) {
    long elements = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new UnsafeModelException(
            what + Arrays.toString(shape) + ", in which a size is negative");
      }
      elements = saturatedProduct(elements, size);
    }
    // A size of 0 must not hide an absurd one beside it.
    if (elements > MOST_ELEMENTS || Arrays.stream(shape).anyMatch(s -> s > MOST_ELEMENTS)) {
      throw new UnsafeModelException(
          what + Arrays.toString(shape) + ", more than 2^28 elements" + REMEDY);
    }
  }

  /** Refuses more than a number of multiplications, as in a product of matrices. */
  static void checkWork(long results, long multiplicationsEach) {
    long multiplications = saturatedProduct(results, multiplicationsEach);
    if (multiplications > MOST_WORK) {
      throw new UnsafeModelException(
          "%d results of %d multiplications each are more than 2^37%s"
              .formatted(results, multiplicationsEach, REMEDY));
    }
    Work.count(multiplications);
  }

  /** As {@link #checkWork}, of steps that no matrix kernel does. */
  static void checkLoop(long results, long stepsEach) {
    checkWork(results, saturatedProduct(stepsEach, WORK_OF_A_STEP));
  }

  /** Refuses a table of too many numbers that is computed one by one. */
  static void checkTable(long... shape) {
    if (elements(shape) > MOST_OF_A_TABLE) {
      throw new UnsafeModelException(
          "a table of %s numbers is more than 2^22%s".formatted(Arrays.toString(shape), REMEDY));
    }
  }

  /** Refuses a sequence of too many steps that are computed one after another. */
  static void checkSteps(long steps) {
    if (steps > MOST_STEPS) {
      throw new UnsafeModelException(
          "a sequence has %d steps, more than 2^14; use shorter sequences".formatted(steps));
    }
  }

  /** Refuses scores of too many classes: many hold them, in double precision too. */
  public static void checkClasses(long classes) {
    if (classes > MOST_CLASSES) {
      throw new UnsafeModelException(
          "one image gives %d scores, and at most 2^20 classes are supported".formatted(classes));
    }
  }

  /** Refuses a graph of too many nodes. */
  public static void checkNodes(int nodes) {
    if (nodes > MOST_NODES) {
      throw new UnsafeModelException(
          "the graph has %d nodes that its scores need, more than 2^15; use a smaller model"
              .formatted(nodes));
    }
  }

  /**
   * How many elements may be computed from constants.
   *
   * @param constants how many elements the constants in the file have
   */
  public static long mostFolded(long constants) {
    return Math.min(MOST_ELEMENTS, MOST_FOLDED + FOLDED_PER_CONSTANT * constants);
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

  /** How many elements a shape has, or the largest long. */
  public static long elements(long... shape) {
    return Arrays.stream(shape).reduce(1, SizeLimits::saturatedProduct);
  }
}
