package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The values a node is given, by position; optional ones may be missing.
 *
 * <p>Integers that gradients pass through are <em>carried</em>: held as floating-point numbers with
 * exactly their values, together with the type that they have in ONNX. {@link Carrying} operators
 * take them as they are, all others as integers.
 */
public final class Inputs {
  /** More numbers than any shape, list of axes or list of lengths has. */
  private static final int MOST_INTEGERS = 65_536;

  private final @Nullable Tensor[] values;
  private final @Nullable DType[] carried;
  private final int[] slots;
  private final long[] @Nullable [] integers;

  /**
   * A view of a table of values.
   *
   * @param values by slot
   * @param carried by slot, the ONNX type of integers that are carried; null for all other values
   * @param slots the slot of each input; negative for one that is left out
   * @param integers by slot, the numbers of values known beforehand, so that shapes are not read
   *     back from native memory at every call
   */
  public Inputs(
      @Nullable Tensor[] values,
      @Nullable DType[] carried,
      int[] slots,
      long[] @Nullable [] integers) {
    this.values = values;
    this.carried = carried;
    this.slots = slots;
    this.integers = integers;
  }

  /** How many positions there are, left out or not. */
  public int count() {
    return slots.length;
  }

  /** Whether there is a value at this position. */
  public boolean has(int index) {
    return optional(index) != null;
  }

  /** The value at this position. */
  public Tensor get(int index) {
    Tensor value = optional(index);
    if (value == null) {
      throw new InvalidInputException("input " + index + " is missing");
    }
    return value;
  }

  /** The value at this position, or null where it is left out. */
  public @Nullable Tensor optional(int index) {
    return index < slots.length && slots[index] >= 0 ? values[slots[index]] : null;
  }

  /** The ONNX type of the integers carried at this position; null where none are. */
  public @Nullable DType carried(int index) {
    return index < slots.length && slots[index] >= 0 ? carried[slots[index]] : null;
  }

  /** The type that the value at this position has in ONNX. */
  DType type(int index) {
    DType type = carried(index);
    return type == null ? get(index).dtype() : type;
  }

  /** The type of the first integers that are carried; null where none are. */
  @Nullable DType firstCarried() {
    for (int i = 0; i < slots.length; i++) {
      DType type = carried(i);
      if (type != null) {
        return type;
      }
    }
    return null;
  }

  /** The same inputs, where all integers are integers and none are carried. */
  public Inputs settled() {
    if (firstCarried() == null) {
      return this;
    }
    @Nullable Tensor[] settled = values.clone();
    for (int i = 0; i < slots.length; i++) {
      DType type = carried(i);
      if (type != null) {
        settled[slots[i]] = get(i).to(type);
      }
    }
    return new Inputs(settled, new @Nullable DType[values.length], slots, integers);
  }

  /** The numbers of a shape-like input: integers, of rank 0 or 1. */
  public long[] integers(int index) {
    Tensor value = get(index);
    long[] known = integers[slots[index]];
    return known == null ? integers(value) : known.clone();
  }

  /** The numbers of a shape-like tensor. */
  public static long[] integers(Tensor value) {
    if (!isShapeLike(value)) {
      throw new InvalidInputException("a list of integers is wanted, found " + value);
    }
    return value.toLongs();
  }

  /** Whether a tensor can be a shape, a list of axes or a list of lengths. */
  public static boolean isShapeLike(Tensor value) {
    return value.rank() <= 1 && value.elements() <= MOST_INTEGERS && !value.dtype().isFloating();
  }

  /** The only number of an input, as an integer. */
  public long integer(int index) {
    long[] found = integers(index);
    if (found.length != 1) {
      throw new InvalidInputException("one integer is wanted, found " + found.length);
    }
    return found[0];
  }

  /** The only number of an input. */
  public double number(int index) {
    Tensor value = get(index);
    if (value.elements() != 1) {
      throw new InvalidInputException("one number is wanted, found " + value);
    }
    return value.item();
  }
}
