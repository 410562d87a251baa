package io.foolproof.tensor;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Whether oneDNN, which computes the engine's convolutions in single precision, computes them
 * correctly on this machine.
 *
 * <p>It chooses its kernels by the processor and by the sizes of its caches. On a virtual machine
 * that hides these sizes (Zen 5, oneDNN of libtorch 2.10) the gradients of a quarter of all small
 * convolutions were wrong, by as much as they are large, or not a number: those with a number of
 * outputs that is no multiple of 16. Nothing reports that. So some convolutions are held against
 * double precision, which oneDNN does not compute, when the engine starts; where one differs, the
 * engine computes all convolutions itself, which takes up to twice as long and is correct.
 */
final class ConvolutionKernels {
  /** Samples, channels, outputs, side of the kernel, stride, side of the image, groups. */
  private static final long[][] PROBES = {
    {1, 1, 2, 5, 1, 8, 1},
    {5, 1, 8, 3, 2, 9, 1},
    {5, 3, 6, 3, 1, 5, 1},
    {5, 3, 6, 5, 2, 9, 1},
    {5, 4, 2, 3, 1, 9, 1},
    {5, 6, 16, 5, 1, 9, 1},
    {5, 8, 10, 3, 2, 9, 1},
    {5, 16, 12, 3, 1, 8, 1},
    {5, 16, 32, 3, 1, 7, 1},
    {24, 32, 24, 3, 2, 7, 1},
    {5, 16, 16, 3, 1, 7, 16},
    {5, 6, 12, 3, 2, 7, 3},
  };

  private static final double TOLERANCE = 1e-3;

  private static final boolean CORRECT = choose();

  private ConvolutionKernels() {}

  /** Whether oneDNN computes convolutions; checked at the first call, which turns it off if not. */
  static boolean areFast() {
    return CORRECT;
  }

  private static boolean choose() {
    for (long[] probe : PROBES) {
      if (!isCorrect(probe)) {
        torch.globalContext().setUserEnabledMkldnn(false);
        return false;
      }
    }
    return true;
  }

  private static boolean isCorrect(long[] probe) {
    long samples = probe[0];
    long channels = probe[1];
    long outputs = probe[2];
    long kernel = probe[3];
    long stride = probe[4];
    long side = probe[5];
    long groups = probe[6];
    try (PointerScope scope = new PointerScope()) {
      Tensor x = wave(0.7, samples, channels, side, side);
      Tensor weight = wave(0.9, outputs, channels / groups, kernel, kernel);
      long[] strides = {stride, stride};
      long[] padding = {kernel / 2, kernel / 2};
      Tensor found = forward(x, weight, strides, padding, groups);
      Tensor expected = forward(wide(x), wide(weight), strides, padding, groups);
      Tensor slope = wave(1.1, found.size(0), found.size(1), found.size(2), found.size(3));
      T_TensorTensorTensor_T gradients = backward(slope, x, weight, strides, padding, groups);
      T_TensorTensorTensor_T exact =
          backward(wide(slope), wide(x), wide(weight), strides, padding, groups);
      return close(found, expected)
          && close(gradients.get0(), exact.get0())
          && close(gradients.get1(), exact.get1());
    }
  }

  /** Values that follow no pattern of the shape. */
  private static Tensor wave(double step, long... shape) {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    return torch.arange(new Scalar((double) elements)).mul(new Scalar(step)).sin().reshape(shape);
  }

  private static Tensor wide(Tensor values) {
    return values.toType(torch.ScalarType.Double);
  }

  private static Tensor forward(
      Tensor x, Tensor weight, long[] stride, long[] padding, long groups) {
    return torch.convolution(
        x,
        weight,
        new TensorOptional(),
        stride,
        padding,
        new long[] {1, 1},
        false,
        new long[2],
        groups);
  }

  private static T_TensorTensorTensor_T backward(
      Tensor slope, Tensor x, Tensor weight, long[] stride, long[] padding, long groups) {
    BoolPointer wanted = new BoolPointer(3);
    for (int i = 0; i < 3; i++) {
      wanted.put(i, i < 2);
    }
    return torch.convolution_backward(
        slope,
        x,
        weight,
        new long[] {weight.size(0)},
        stride,
        padding,
        new long[] {1, 1},
        false,
        new long[2],
        groups,
        wanted);
  }

  private static boolean close(Tensor found, Tensor expected) {
    double largest = 1 + expected.abs().max().item_double();
    return wide(found).allclose(expected, 0, TOLERANCE * largest, false);
  }
}
