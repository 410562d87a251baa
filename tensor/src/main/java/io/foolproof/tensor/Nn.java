package io.foolproof.tensor;

import java.util.Arrays;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The layers of networks as functions of tensors. Images are [N, C, H, W], sequences [N, C, L],
 * volumes [N, C, D, H, W]; windows are given per spatial dimension.
 */
public final class Nn {
  /** With at least this many channels, pooling is faster with the channels innermost. */
  private static final int CHANNELS_WORTH_MOVING = 8;

  /** Beyond this window and this stride the engine's pooling looks at each value about once. */
  private static final int WIDEST_BY_PLACES = 3;

  private static final int FARTHEST_BY_PLACES = 2;

  private Nn() {}

  /** How a window moves over an image: one number per spatial dimension, padding on both sides. */
  public record Window(long[] stride, long[] padding, long[] dilation) {}

  private static final Window SINGLE_PIXELS =
      new Window(new long[] {1, 1}, new long[2], new long[] {1, 1});

  /**
   * Convolution (cross-correlation) over one, two or three spatial dimensions.
   *
   * @param weight [outputs, C / groups, kernel...]
   * @param bias [outputs], or null for none
   */
  public static Tensor conv(
      Tensor x, Tensor weight, @Nullable Tensor bias, Window window, long groups) {
    if (!isWorthUnfolding(weight, groups)) {
      return engineConv(x, weight, bias, window, groups);
    }
    Tensor windows = windowsAsChannels(x, weight, window);
    Tensor flat = weight.reshape(weight.size(0), windows.size(1), 1, 1);
    return engineConv(windows, flat, bias, SINGLE_PIXELS, 1);
  }

  private static Tensor engineConv(
      Tensor x, Tensor weight, @Nullable Tensor bias, Window window, long groups) {
    return Tensor.call(
        () ->
            torch.convolution(
                x.nativeTensor(),
                weight.nativeTensor(),
                optional(bias),
                window.stride(),
                window.padding(),
                window.dilation(),
                false,
                new long[window.stride().length],
                groups));
  }

  /**
   * By an image of one channel the engine's convolution is differentiated eight times as slowly as
   * it is computed. Where a window has no more pixels than there are outputs, to lay the windows
   * out beforehand costs no more memory than the outputs, and is twice as fast.
   */
  private static boolean isWorthUnfolding(Tensor weight, long groups) {
    return weight.rank() == 4
        && weight.size(1) == 1
        && groups == 1
        && weight.size(2) * weight.size(3) <= weight.size(0);
  }

  /** [N, pixels of a window, windows in H, windows in W] of an image of one channel. */
  private static Tensor windowsAsChannels(Tensor x, Tensor weight, Window window) {
    long[] kernel = {weight.size(2), weight.size(3)};
    boolean isView = !x.nativeTensor().requires_grad() && isSolid(window);
    Tensor columns =
        isView
            ? windowsAsView(x, kernel, window)
            : Tensor.call(
                () ->
                    torch.im2col(
                        x.nativeTensor(),
                        kernel,
                        window.dilation(),
                        window.padding(),
                        window.stride()));
    long[] counts = new long[2];
    for (int d = 0; d < 2; d++) {
      long reach = (kernel[d] - 1) * window.dilation()[d] + 1;
      counts[d] = (x.size(d + 2) + 2 * window.padding()[d] - reach) / window.stride()[d] + 1;
    }
    long pixels = kernel[0] * kernel[1];
    return channelsInnermost(columns.reshape(x.size(0), pixels, counts[0], counts[1]));
  }

  /**
   * [N, kernel H, kernel W, windows in H, windows in W]: the same values as the engine's columns
   * have, but copied along whole rows, which takes less time; its gradient takes more.
   */
  private static Tensor windowsAsView(Tensor x, long[] kernel, Window window) {
    long[] stride = window.stride();
    long[] padding = window.padding();
    long[] amounts = {padding[1], padding[1], padding[0], padding[0]};
    Tensor padded = pad(x, amounts, PadMode.CONSTANT, 0);
    return Tensor.call(
        () ->
            padded
                .nativeTensor()
                .unfold(2, kernel[0], stride[0])
                .unfold(3, kernel[1], stride[1])
                .squeeze(1)
                .permute(0, 3, 4, 1, 2));
  }

  private static boolean isSolid(Window window) {
    return Arrays.stream(window.dilation()).allMatch(step -> step == 1);
  }

  /**
   * Transposed convolution: the gradient of {@link #conv} as a layer.
   *
   * @param weight [C, outputs / groups, kernel...]
   * @param bias [outputs], or null for none
   * @param outputPadding extra size on one side of the output, per spatial dimension
   */
  public static Tensor convTranspose(
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      Window window,
      long[] outputPadding,
      long groups) {
    if (ConvolutionKernels.areFast() && x.dtype() == DType.FLOAT32) {
      // oneDNN's are wrong for some numbers of channels, even where its convolutions are not. It
      // computes none in double precision.
      Tensor wide = bias == null ? null : bias.to(DType.FLOAT64);
      return convTranspose(
              x.to(DType.FLOAT64), weight.to(DType.FLOAT64), wide, window, outputPadding, groups)
          .to(DType.FLOAT32);
    }
    return Tensor.call(
        () ->
            torch.convolution(
                x.nativeTensor(),
                weight.nativeTensor(),
                optional(bias),
                window.stride(),
                window.padding(),
                window.dilation(),
                true,
                outputPadding,
                groups));
  }

  /**
   * x W^T + b. In a matrix of {@link Workers#MICRO_BATCH} rows each row's result is the same to the
   * last bit whatever its place and the other rows, and so is its gradient.
   *
   * @param x [N, inputs]
   * @param weight [outputs, inputs]
   * @param bias [outputs], or null for none
   */
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return RowBlock.here().apply(Nn::product, x, weight, bias);
  }

  /** x W^T + b, as the engine has it. */
  static Tensor product(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return Tensor.call(() -> torch.linear(x.nativeTensor(), weight.nativeTensor(), optional(bias)));
  }

  /** Largest value in each window; padding counts as minus infinity. */
  public static Tensor maxPool(Tensor x, long[] kernel, Window window, boolean ceil) {
    long[] stride = window.stride();
    long[] padding = window.padding();
    long[] dilation = window.dilation();
    return switch (kernel.length) {
      case 1 ->
          Tensor.call(
              () -> torch.max_pool1d(x.nativeTensor(), kernel, stride, padding, dilation, ceil));
      case 2 -> {
        Tensor fast = channelsInnermost(x);
        if (!ceil
            && paysByPlaces(x, kernel, stride)
            && isPlain(window)
            && !x.nativeTensor().requires_grad()) {
          Tensor rows = maxima(fast, 2, kernel[0], stride[0]);
          yield maxima(rows, 3, kernel[1], stride[1]);
        }
        yield Tensor.call(
            () -> torch.max_pool2d(fast.nativeTensor(), kernel, stride, padding, dilation, ceil));
      }
      case 3 ->
          Tensor.call(
              () -> torch.max_pool3d(x.nativeTensor(), kernel, stride, padding, dilation, ceil));
      default -> throw new EngineException("no pooling over " + kernel.length + " dimensions");
    };
  }

  /** Whether windows fit, and are so small and close that {@link #maxima} takes less time. */
  private static boolean paysByPlaces(Tensor x, long[] kernel, long[] stride) {
    return x.rank() == 4
        && Math.max(kernel[0], kernel[1]) <= WIDEST_BY_PLACES
        && Math.max(stride[0], stride[1]) <= FARTHEST_BY_PLACES
        && kernel[0] <= x.size(2)
        && kernel[1] <= x.size(3);
  }

  /** Whether windows have neither padding nor gaps. */
  private static boolean isPlain(Window window) {
    return isSolid(window) && Arrays.stream(window.padding()).allMatch(amount -> amount == 0);
  }

  /**
   * The largest value of each window along one dimension, by one place of the windows after
   * another. The engine's pooling also notes where each largest value was, for the gradient.
   */
  private static Tensor maxima(Tensor x, int dim, long kernel, long stride) {
    long last = (x.size(dim) - kernel) / stride * stride;
    Tensor largest = x.slice(dim, 0, last + 1, stride);
    for (long place = 1; place < kernel; place++) {
      largest = largest.maximum(x.slice(dim, place, place + last + 1, stride));
    }
    return largest;
  }

  /**
   * Mean over each window.
   *
   * @param countPadding whether padding counts as zeros or not at all
   */
  public static Tensor averagePool(
      Tensor x, long[] kernel, long[] stride, long[] padding, boolean ceil, boolean countPadding) {
    return switch (kernel.length) {
      case 1 ->
          Tensor.call(
              () ->
                  torch.avg_pool1d(x.nativeTensor(), kernel, stride, padding, ceil, countPadding));
      case 2 ->
          Tensor.call(
              () ->
                  torch.avg_pool2d(
                      x.nativeTensor(),
                      kernel,
                      stride,
                      padding,
                      ceil,
                      countPadding,
                      new LongOptional()));
      case 3 ->
          Tensor.call(
              () ->
                  torch.avg_pool3d(
                      x.nativeTensor(),
                      kernel,
                      stride,
                      padding,
                      ceil,
                      countPadding,
                      new LongOptional()));
      default -> throw new EngineException("no pooling over " + kernel.length + " dimensions");
    };
  }

  /**
   * Batch normalisation with given statistics, as at inference.
   *
   * @param mean [C]
   * @param variance [C]
   * @param scale [C]
   * @param shift [C]
   */
  public static Tensor batchNorm(
      Tensor x, Tensor mean, Tensor variance, Tensor scale, Tensor shift, double epsilon) {
    return batchNorm(x, mean, variance, scale, shift, false, 0, epsilon);
  }

  private static Tensor batchNorm(
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor scale,
      Tensor shift,
      boolean training,
      double momentum,
      double epsilon) {
    return Tensor.call(
        () ->
            torch.batch_norm(
                x.nativeTensor(),
                optional(scale),
                optional(shift),
                optional(mean),
                optional(variance),
                training,
                momentum,
                epsilon,
                false));
  }

  /** What stands outside an image that is padded. */
  public enum PadMode {
    CONSTANT,
    REFLECT,
    EDGE
  }

  /**
   * Pads; negative amounts crop.
   *
   * @param amounts before and after, from the last dimension backwards
   * @param value what to pad with, where the mode is constant
   */
  public static Tensor pad(Tensor x, long[] amounts, PadMode mode, double value) {
    return switch (mode) {
      case CONSTANT ->
          Tensor.call(() -> torch.constant_pad_nd(x.nativeTensor(), amounts, new Scalar(value)));
      case REFLECT ->
          Tensor.call(() -> torch.pad(x.nativeTensor(), amounts, "reflect", new DoubleOptional()));
      case EDGE ->
          Tensor.call(
              () -> torch.pad(x.nativeTensor(), amounts, "replicate", new DoubleOptional()));
    };
  }

  /** max(x, slope x), for a slope under 1. */
  public static Tensor leakyRelu(Tensor x, double slope) {
    return Tensor.call(() -> torch.leaky_relu(x.nativeTensor(), new Scalar(slope)));
  }

  /** Probabilities along a dimension. */
  public static Tensor softmax(Tensor x, int dim) {
    return Tensor.call(() -> torch.softmax(x.nativeTensor(), dim));
  }

  /** Logarithms of probabilities along a dimension. */
  public static Tensor logSoftmax(Tensor x, int dim) {
    return Tensor.call(() -> torch.log_softmax(x.nativeTensor(), dim));
  }

  /**
   * Cross-entropy of each sample, not reduced: a mean over a large batch can underflow.
   *
   * @param logits [N, classes]
   * @param labels [N], 64-bit integers
   * @return [N]
   */
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return logSoftmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1).neg();
  }

  /**
   * Reads an image at fractional positions, bilinearly, with zeros outside.
   *
   * @param grid [N, H, W, 2], x and y in [-1, 1], where -1 and 1 are the centres of corner pixels
   */
  public static Tensor gridSample(Tensor x, Tensor grid) {
    return gridSample(x, grid, Interpolation.LINEAR, Outside.ZEROS, true);
  }

  /** How values between pixels are made. */
  public enum Interpolation {
    LINEAR(0),
    NEAREST(1),
    CUBIC(2);

    private final long engineNumber;

    Interpolation(long engineNumber) {
      this.engineNumber = engineNumber;
    }
  }

  /** What stands outside an image that is sampled. */
  public enum Outside {
    ZEROS(0),
    BORDER(1),
    REFLECTION(2);

    private final long engineNumber;

    Outside(long engineNumber) {
      this.engineNumber = engineNumber;
    }
  }

  /**
   * Reads images or volumes at fractional positions.
   *
   * @param grid [N, sizes..., 2 or 3], from the last dimension backwards, in [-1, 1]
   * @param corners whether -1 and 1 are the centres of corner pixels, or else their outer edges
   */
  public static Tensor gridSample(
      Tensor x, Tensor grid, Interpolation interpolation, Outside outside, boolean corners) {
    return Tensor.call(
        () ->
            torch.grid_sampler(
                x.nativeTensor(),
                grid.nativeTensor(),
                interpolation.engineNumber,
                outside.engineNumber,
                corners));
  }

  /**
   * Pooling with the channels outermost is not vectorised by the engine and takes as long as the
   * convolutions around it; moving the channels costs a tenth of what it saves. They stay innermost
   * through the layers behind.
   */
  private static Tensor channelsInnermost(Tensor x) {
    if (x.rank() != 4 || x.size(1) < CHANNELS_WORTH_MOVING) {
      return x;
    }
    return Tensor.call(() -> x.nativeTensor().contiguous(torch.MemoryFormat.ChannelsLast));
  }

  /**
   * A reshape of what may be images with their channels innermost.
   *
   * <p>The gradient of a reshape has the channels outermost, and pooling that gets such a gradient
   * lays out all that it pooled anew, twice. The gradient of a view with given strides has these
   * strides again, for one copy of what is left after the pooling.
   */
  public static Tensor reshape(Tensor x, long... shape) {
    org.bytedeco.pytorch.Tensor image = x.nativeTensor();
    boolean isInnermost = x.rank() == 4 && image.stride(1) == 1 && !image.is_contiguous();
    if (!isInnermost || !image.requires_grad()) {
      return x.reshape(shape);
    }
    long[] strides = new long[4];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = image.stride(i);
    }
    return Tensor.call(() -> image.as_strided(x.shape(), strides)).reshape(shape);
  }

  private static TensorOptional optional(@Nullable Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor.nativeTensor());
  }
}
