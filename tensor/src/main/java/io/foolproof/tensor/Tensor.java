package io.foolproof.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A dense array of numbers in native memory, of any rank, that records how it was computed.
 *
 * <p>Looks immutable: every operation returns a new tensor. Shapes follow the usual broadcasting
 * rules; negative dimensions count from the end. Lives as long as its {@link Scope}. Layers of
 * networks are in {@link Nn}, gradients in {@link Gradients}.
 *
 * <p>Operations throw {@link EngineException}, in one line, when shapes or types do not fit.
 */
public final class Tensor {
  private final org.bytedeco.pytorch.Tensor tensor;

  /** The scope that frees this tensor; null when that is left to the garbage collector. */
  @Nullable PointerScope owner;

  /** Whether {@link Scope#replace} made it the state of a loop, which nothing else refers to. */
  boolean loopState;

  private Tensor(org.bytedeco.pytorch.Tensor tensor) {
    this.tensor = tensor;
    this.owner = PointerScope.getInnerScope();
    Engine.made(tensor.numel());
  }

  org.bytedeco.pytorch.Tensor nativeTensor() {
    return tensor;
  }

  /** Runs a native operation and puts its errors into one line. */
  static Tensor call(Supplier<org.bytedeco.pytorch.Tensor> operation) {
    try {
      return new Tensor(operation.get());
    } catch (RuntimeException e) {
      throw EngineException.from(e);
    }
  }

  // ---- Making tensors

  /** A 32-bit tensor of these values, in row-major order. */
  public static Tensor of(float[] values, long... shape) {
    Tensor tensor = allocate(DType.FLOAT32, checked(values.length, shape));
    if (values.length > 0) {
      new FloatPointer(tensor.data()).put(values);
    }
    return tensor;
  }

  /** A 32-bit tensor of rows of equal length, one after another, without any array in between. */
  public static Tensor ofRows(float[][] rows, long... shape) {
    int d = rows.length == 0 ? 0 : rows[0].length;
    Tensor tensor = allocate(DType.FLOAT32, checked(rows.length * d, shape));
    if (tensor.elements() > 0) {
      FloatPointer values = new FloatPointer(tensor.data());
      for (int row = 0; row < rows.length; row++) {
        values.position((long) row * d).put(rows[row], 0, d);
      }
    }
    return tensor;
  }

  /** A 64-bit tensor of these values, in row-major order. */
  public static Tensor of(double[] values, long... shape) {
    Tensor tensor = allocate(DType.FLOAT64, checked(values.length, shape));
    if (values.length > 0) {
      new DoublePointer(tensor.data()).put(values);
    }
    return tensor;
  }

  /** A tensor of 64-bit integers, in row-major order. */
  public static Tensor of(long[] values, long... shape) {
    Tensor tensor = allocate(DType.INT64, checked(values.length, shape));
    if (values.length > 0) {
      new LongPointer(tensor.data()).put(values);
    }
    return tensor;
  }

  /** A vector of 64-bit integers, such as labels. */
  public static Tensor ofInts(int... values) {
    return of(Arrays.stream(values).asLongStream().toArray(), values.length);
  }

  /** A tensor of truth values, in row-major order. */
  public static Tensor of(boolean[] values, long... shape) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return of(ByteBuffer.wrap(bytes), DType.BOOL, shape);
  }

  /** A tensor of the bytes left in a buffer, as little-endian elements in row-major order. */
  public static Tensor of(ByteBuffer bytes, DType dtype, long... shape) {
    if (bytes.remaining() % dtype.bytes() != 0) {
      throw new IllegalArgumentException(bytes.remaining() + " bytes are no whole " + dtype + "s");
    }
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new EngineException("the engine runs on little-endian machines only");
    }
    byte[] raw = new byte[bytes.remaining()];
    bytes.duplicate().get(raw);
    Tensor tensor = allocate(dtype, checked(raw.length / dtype.bytes(), shape));
    if (raw.length > 0) {
      new BytePointer(tensor.data()).put(raw);
    }
    return tensor;
  }

  /** A single number, of rank 0. */
  public static Tensor scalar(double value, DType dtype) {
    return full(value, dtype);
  }

  /** A tensor with one value everywhere. */
  public static Tensor full(double value, DType dtype, long... shape) {
    Engine.load();
    return call(() -> torch.full(shape, new Scalar(value), options(dtype)));
  }

  /** A tensor of zeros. */
  public static Tensor zeros(DType dtype, long... shape) {
    return full(0, dtype, shape);
  }

  /** A tensor of ones. */
  public static Tensor ones(DType dtype, long... shape) {
    return full(1, dtype, shape);
  }

  /** The 64-bit integers from 0 up to an end, exclusive. */
  public static Tensor arange(long end) {
    Engine.load();
    return call(() -> torch.arange(new Scalar(end), options(DType.INT64)));
  }

  /** Tensors of one rank joined along a dimension that exists. */
  public static Tensor concat(List<Tensor> parts, int dim) {
    return call(() -> torch.cat(vector(parts), dim));
  }

  /** Tensors of one shape joined along a new dimension. */
  public static Tensor stack(List<Tensor> parts, int dim) {
    return call(() -> torch.stack(vector(parts), dim));
  }

  /** Picks from one tensor where the condition holds, from the other where it does not. */
  public static Tensor where(Tensor condition, Tensor then, Tensor otherwise) {
    return call(() -> torch.where(condition.tensor, then.tensor, otherwise.tensor));
  }

  private static long[] checked(int values, long[] shape) {
    long wanted = 1;
    for (long size : shape) {
      wanted = Math.multiplyExact(wanted, size);
    }
    if (wanted != values) {
      throw new IllegalArgumentException(
          values + " values do not fill the shape " + Arrays.toString(shape));
    }
    return shape;
  }

  private static Tensor allocate(DType dtype, long... shape) {
    Engine.load();
    return call(() -> torch.empty(shape, options(dtype), new MemoryFormatOptional()));
  }

  private static TensorOptions options(DType dtype) {
    return new TensorOptions(dtype.nativeType());
  }

  static TensorVector vector(List<Tensor> tensors) {
    return new TensorVector(
        tensors.stream().map(Tensor::nativeTensor).toArray(org.bytedeco.pytorch.Tensor[]::new));
  }

  // ---- Looking at tensors

  /** The sizes of all dimensions; a fresh copy. */
  public long[] shape() {
    long[] shape = new long[rank()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.size(i);
    }
    return shape;
  }

  /** How many dimensions there are. */
  public int rank() {
    return (int) tensor.dim();
  }

  /** The size of one dimension. */
  public long size(int dim) {
    return tensor.size(dim);
  }

  /** How many elements there are. */
  public long elements() {
    return tensor.numel();
  }

  /** The type of the elements. */
  public DType dtype() {
    return DType.of(tensor.scalar_type());
  }

  /** The elements in row-major order, as 32-bit floats. */
  public float[] toFloats() {
    try (Scope scope = Scope.open()) {
      float[] values = new float[Math.toIntExact(elements())];
      if (values.length > 0) {
        new FloatPointer(dense(DType.FLOAT32).data()).get(values);
      }
      return values;
    }
  }

  /**
   * Copies a matrix of 32-bit floats to arrays, row by row, without any array in between.
   *
   * @param targets for each of the first rows, where it goes
   * @param offset where in each target its row begins
   */
  public void copyRows(float[][] targets, int offset) {
    if (dtype() != DType.FLOAT32 || rank() != 2 || size(0) < targets.length) {
      throw new IllegalArgumentException(
          "a matrix of at least " + targets.length + " rows of FLOAT32 wanted, found " + this);
    }
    try (Scope scope = Scope.open()) {
      FloatPointer values = new FloatPointer(dense(DType.FLOAT32).data());
      int columns = Math.toIntExact(size(1));
      for (int row = 0; row < targets.length; row++) {
        values.position((long) row * columns).get(targets[row], offset, columns);
      }
    }
  }

  /** The elements in row-major order, as 64-bit floats. */
  public double[] toDoubles() {
    try (Scope scope = Scope.open()) {
      double[] values = new double[Math.toIntExact(elements())];
      if (values.length > 0) {
        new DoublePointer(dense(DType.FLOAT64).data()).get(values);
      }
      return values;
    }
  }

  /** The elements in row-major order, as 64-bit integers. */
  public long[] toLongs() {
    try (Scope scope = Scope.open()) {
      long[] values = new long[Math.toIntExact(elements())];
      if (values.length > 0) {
        new LongPointer(dense(DType.INT64).data()).get(values);
      }
      return values;
    }
  }

  /** The elements in row-major order, as truth values: whether they differ from 0. */
  public boolean[] toBooleans() {
    try (Scope scope = Scope.open()) {
      boolean[] values = new boolean[Math.toIntExact(elements())];
      BoolPointer pointer = new BoolPointer(dense(DType.BOOL).data());
      for (int i = 0; i < values.length; i++) {
        values[i] = pointer.get(i);
      }
      return values;
    }
  }

  /** The only element, as a number. */
  public double item() {
    if (elements() != 1) {
      throw new IllegalArgumentException("one element wanted, found " + elements());
    }
    return toDoubles()[0];
  }

  private Tensor dense(DType dtype) {
    return call(() -> tensor.detach().to(dtype.nativeType()).contiguous());
  }

  private Pointer data() {
    return tensor.data_ptr();
  }

  @Override
  public String toString() {
    return dtype() + Arrays.toString(shape());
  }

  // ---- Arithmetic

  /** Elementwise: -x. */
  public Tensor neg() {
    return call(() -> tensor.neg());
  }

  /** Elementwise: |x|. */
  public Tensor abs() {
    return call(() -> tensor.abs());
  }

  /** Elementwise: -1, 0 or 1. */
  public Tensor sign() {
    return call(() -> tensor.sign());
  }

  /** Elementwise: e^x. */
  public Tensor exp() {
    return call(() -> tensor.exp());
  }

  /** Elementwise: natural logarithm. */
  public Tensor log() {
    return call(() -> tensor.log());
  }

  /** Elementwise: square root. */
  public Tensor sqrt() {
    return call(() -> tensor.sqrt());
  }

  /** Elementwise: sine. */
  public Tensor sin() {
    return call(() -> tensor.sin());
  }

  /** Elementwise: cosine. */
  public Tensor cos() {
    return call(() -> tensor.cos());
  }

  /** Elementwise: the error function. */
  public Tensor erf() {
    return call(() -> tensor.erf());
  }

  /** Elementwise: max(x, 0). */
  public Tensor relu() {
    return call(() -> tensor.relu());
  }

  /** Elementwise: 1 / (1 + e^-x). */
  public Tensor sigmoid() {
    return call(() -> tensor.sigmoid());
  }

  /** Elementwise: hyperbolic tangent. */
  public Tensor tanh() {
    return call(() -> tensor.tanh());
  }

  /** Elementwise: the next integer below. */
  public Tensor floor() {
    return call(() -> tensor.floor());
  }

  /** Elementwise: the next integer above. */
  public Tensor ceil() {
    return call(() -> tensor.ceil());
  }

  /** Elementwise: the nearest integer, halves to even. */
  public Tensor round() {
    return call(() -> tensor.round());
  }

  /** Elementwise: 1 where the value is not a number. */
  public Tensor isNan() {
    return call(() -> tensor.isnan());
  }

  /** Elementwise sum. */
  public Tensor add(Tensor other) {
    return call(() -> tensor.add(other.tensor));
  }

  /** Elementwise difference. */
  public Tensor sub(Tensor other) {
    return call(() -> tensor.sub(other.tensor));
  }

  /** Elementwise product. */
  public Tensor mul(Tensor other) {
    return call(() -> tensor.mul(other.tensor));
  }

  /** Elementwise quotient; of integers, a floating-point number. */
  public Tensor div(Tensor other) {
    return call(() -> tensor.div(other.tensor));
  }

  /** Elementwise quotient, rounded towards zero. */
  public Tensor divTruncated(Tensor other) {
    // The engine keeps a view of the word, not the word.
    try (BytePointer mode = new BytePointer("trunc")) {
      return call(() -> tensor.div(other.tensor, new StringViewOptional(mode)));
    }
  }

  /** Adds a number. */
  public Tensor add(double value) {
    return call(() -> tensor.add(new Scalar(value)));
  }

  /** Subtracts a number. */
  public Tensor sub(double value) {
    return call(() -> tensor.sub(new Scalar(value)));
  }

  /** Multiplies by a number. */
  public Tensor mul(double value) {
    return call(() -> tensor.mul(new Scalar(value)));
  }

  /** Divides by a number. */
  public Tensor div(double value) {
    return call(() -> tensor.div(new Scalar(value)));
  }

  /** Raises to a power. */
  public Tensor pow(double exponent) {
    return call(() -> tensor.pow(new Scalar(exponent)));
  }

  /** Raises to powers, elementwise. */
  public Tensor pow(Tensor exponents) {
    return call(() -> tensor.pow(exponents.tensor));
  }

  /** The smaller of two values, elementwise. */
  public Tensor minimum(Tensor other) {
    return call(() -> tensor.minimum(other.tensor));
  }

  /** The larger of two values, elementwise. */
  public Tensor maximum(Tensor other) {
    return call(() -> tensor.maximum(other.tensor));
  }

  /** Moves values into [low, high]. */
  public Tensor clamp(double low, double high) {
    return call(
        () ->
            tensor.clamp(
                new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high))));
  }

  /** Moves values into [low, high], elementwise; the bounds broadcast. */
  public Tensor clamp(Tensor low, Tensor high) {
    return call(
        () -> tensor.clamp(new TensorOptional(low.tensor), new TensorOptional(high.tensor)));
  }

  // ---- Comparing

  /** Elementwise: whether equal. */
  public Tensor eq(Tensor other) {
    return call(() -> tensor.eq(other.tensor));
  }

  /** Elementwise: whether equal to a number. */
  public Tensor eq(double value) {
    return call(() -> tensor.eq(new Scalar(value)));
  }

  /** Elementwise: whether less. */
  public Tensor lt(Tensor other) {
    return call(() -> tensor.lt(other.tensor));
  }

  /** Elementwise: whether less than a number. */
  public Tensor lt(double value) {
    return call(() -> tensor.lt(new Scalar(value)));
  }

  /** Elementwise: whether greater. */
  public Tensor gt(Tensor other) {
    return call(() -> tensor.gt(other.tensor));
  }

  /** Elementwise: whether greater than a number. */
  public Tensor gt(double value) {
    return call(() -> tensor.gt(new Scalar(value)));
  }

  /** Elementwise: whether at most. */
  public Tensor le(Tensor other) {
    return call(() -> tensor.le(other.tensor));
  }

  /** Elementwise: whether at least. */
  public Tensor ge(Tensor other) {
    return call(() -> tensor.ge(other.tensor));
  }

  /** Elementwise: whether both hold. */
  public Tensor and(Tensor other) {
    return call(() -> tensor.logical_and(other.tensor));
  }

  /** Elementwise: whether one holds. */
  public Tensor or(Tensor other) {
    return call(() -> tensor.logical_or(other.tensor));
  }

  /** Elementwise: whether it does not hold. */
  public Tensor not() {
    return call(() -> tensor.logical_not());
  }

  // ---- Reducing

  /** The sum of all elements. */
  public Tensor sum() {
    return call(() -> tensor.sum());
  }

  /** Sums over dimensions. */
  public Tensor sum(boolean keepDims, long... dims) {
    return call(() -> tensor.sum(dims, keepDims, new ScalarTypeOptional()));
  }

  /** The mean of all elements. */
  public Tensor mean() {
    return call(() -> tensor.mean());
  }

  /** Means over dimensions. */
  public Tensor mean(boolean keepDims, long... dims) {
    return call(() -> tensor.mean(dims, keepDims, new ScalarTypeOptional()));
  }

  /** Maxima over dimensions. */
  public Tensor max(boolean keepDims, long... dims) {
    return call(() -> tensor.amax(dims, keepDims));
  }

  /** Minima over dimensions. */
  public Tensor min(boolean keepDims, long... dims) {
    return call(() -> tensor.amin(dims, keepDims));
  }

  /** The index of the largest element along a dimension; of the first, where there are several. */
  public Tensor argmax(int dim) {
    return call(() -> tensor.argmax(new LongOptional(dim), false));
  }

  /** Whether any element holds. */
  public boolean any() {
    try (Scope scope = Scope.open()) {
      return call(() -> tensor.any()).toBooleans()[0];
    }
  }

  /** log(sum(exp(x))) along a dimension, without overflow. */
  public Tensor logSumExp(int dim) {
    return logSumExp(false, dim);
  }

  /** log(sum(exp(x))) over dimensions, without overflow. */
  public Tensor logSumExp(boolean keepDims, long... dims) {
    return call(() -> torch.logsumexp(tensor, dims, keepDims));
  }

  /** Products along a dimension. */
  public Tensor prod(boolean keepDims, int dim) {
    return call(() -> tensor.prod(dim, keepDims, new ScalarTypeOptional()));
  }

  /** Running sums along a dimension. */
  public Tensor cumsum(int dim) {
    return call(() -> tensor.cumsum(dim));
  }

  /** The matrix product; leading dimensions are batches. */
  public Tensor matmul(Tensor other) {
    return call(() -> tensor.matmul(other.tensor));
  }

  /** Sorted values along a dimension, and where they stood. */
  public Sorted sort(int dim, boolean descending) {
    try {
      T_TensorTensor_T result = tensor.sort(dim, descending);
      return new Sorted(new Tensor(result.get0()), new Tensor(result.get1()));
    } catch (RuntimeException e) {
      throw EngineException.from(e);
    }
  }

  /** As {@link #sort}; equal values keep their order. */
  public Sorted sortStable(int dim, boolean descending) {
    try {
      T_TensorTensor_T result = tensor.sort(new BoolOptional(true), dim, descending);
      return new Sorted(new Tensor(result.get0()), new Tensor(result.get1()));
    } catch (RuntimeException e) {
      throw EngineException.from(e);
    }
  }

  /** Values in order, and the index each had before. */
  public record Sorted(Tensor values, Tensor indices) {}

  // ---- Shapes and parts

  /** The same elements in another shape; one size may be -1. */
  public Tensor reshape(long... shape) {
    return call(() -> tensor.reshape(shape));
  }

  /** Joins all dimensions from one on: [N, C, H, W] from 1 becomes [N, C*H*W]. */
  public Tensor flatten(int fromDim) {
    return call(() -> tensor.flatten(fromDim, -1));
  }

  /** Reorders dimensions. */
  public Tensor permute(long... dims) {
    return call(() -> tensor.permute(dims));
  }

  /** Swaps two dimensions. */
  public Tensor transpose(int a, int b) {
    return call(() -> tensor.transpose(a, b));
  }

  /** Repeats dimensions of size 1 without copying; new leading dimensions are allowed. */
  public Tensor expand(long... shape) {
    return call(() -> tensor.expand(shape));
  }

  /** Drops a dimension of size 1. */
  public Tensor squeeze(int dim) {
    return call(() -> tensor.squeeze(dim));
  }

  /** Adds a dimension of size 1. */
  public Tensor unsqueeze(int dim) {
    return call(() -> tensor.unsqueeze(dim));
  }

  /** The elements from one index up to another, exclusive, along a dimension, a step apart. */
  public Tensor slice(int dim, long from, long to, long step) {
    return call(() -> tensor.slice(dim, new LongOptional(from), new LongOptional(to), step));
  }

  /** Rows: the elements from one index up to another, exclusive, along the first dimension. */
  public Tensor rows(long from, long to) {
    return slice(0, from, to, 1);
  }

  /** All rows in parts of this many, the last perhaps smaller; at least one part. */
  public List<Tensor> split(long rows) {
    try {
      TensorVector parts = tensor.split(rows);
      List<Tensor> result = new ArrayList<>();
      for (long i = 0; i < parts.size(); i++) {
        // The vector owns its elements: a handle of our own outlives it.
        result.add(new Tensor(new org.bytedeco.pytorch.Tensor(parts.get(i))));
      }
      return result;
    } catch (RuntimeException e) {
      throw EngineException.from(e);
    }
  }

  /** The elements at these indices along a dimension. */
  public Tensor indexSelect(int dim, Tensor indices) {
    return call(() -> tensor.index_select(dim, indices.tensor));
  }

  /** The rows at these indices. */
  public Tensor rows(int... indices) {
    return indexSelect(0, ofInts(indices));
  }

  /** For each position, the element that the index names along the dimension. */
  public Tensor gather(int dim, Tensor indices) {
    return call(() -> tensor.gather(dim, indices.tensor));
  }

  /** A copy in which the positions that the index names along the dimension have a new value. */
  public Tensor scatter(int dim, Tensor indices, double value) {
    return call(() -> tensor.scatter(dim, indices.tensor, new Scalar(value)));
  }

  /** A copy in which the positions that the index names along the dimension have new values. */
  public Tensor scatter(int dim, Tensor indices, Tensor values) {
    return call(() -> tensor.scatter(dim, indices.tensor, values.tensor));
  }

  /** How a value is joined with what stands at its place. */
  public enum Joining {
    SUM("sum"),
    PRODUCT("prod"),
    LARGEST("amax"),
    SMALLEST("amin");

    private final String engineName;

    Joining(String engineName) {
      this.engineName = engineName;
    }
  }

  /** A copy in which the positions that the index names are joined with values. */
  public Tensor scatter(int dim, Tensor indices, Tensor values, Joining joining) {
    return call(
        () -> tensor.scatter_reduce(dim, indices.tensor, values.tensor, joining.engineName, true));
  }

  /** The places of the elements that are not 0, one row each, in row-major order. */
  public Tensor nonZero() {
    return call(() -> tensor.nonzero());
  }

  /** The sum of products that a formula such as "ij,jk->ik" describes. */
  public static Tensor einsum(String formula, List<Tensor> operands) {
    return call(() -> torch.einsum(formula, vector(operands)));
  }

  /** Reverses dimensions. */
  public Tensor flip(long... dims) {
    return call(() -> tensor.flip(dims));
  }

  /** The same values as another type. */
  public Tensor to(DType dtype) {
    return call(() -> tensor.to(dtype.nativeType()));
  }

  /** The same values without their history: gradients stop here. Shares memory. */
  public Tensor detach() {
    return call(() -> tensor.detach());
  }

  /** Whether gradients with respect to something can be taken of what is computed from this. */
  public boolean isDifferentiable() {
    return tensor.requires_grad();
  }

  /** A copy without history, with respect to which {@link Gradients} can be taken. */
  public Tensor variable() {
    return call(() -> tensor.detach().clone().set_requires_grad(true));
  }
}
