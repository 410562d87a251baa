package io.foolproof.tensor;

import java.util.List;
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
 *
 * <p>Transposed convolutions are not tried: {@link Nn#convTranspose} does without oneDNN.
 */
final class ConvolutionKernels {
  private static final List<Probe> PROBES =
      List.of(
          new Probe(1, 1, 2, 5, 1, 1),
          new Probe(5, 3, 6, 3, 1, 1),
          new Probe(5, 3, 6, 5, 2, 1),
          new Probe(5, 8, 10, 3, 2, 1),
          new Probe(5, 16, 24, 3, 1, 1),
          new Probe(5, 6, 16, 5, 1, 1),
          new Probe(5, 16, 32, 3, 1, 1),
          new Probe(5, 16, 16, 3, 1, 16),
          new Probe(5, 6, 12, 3, 2, 3));

  private static final long SIDE = 9;
  private static final double TOLERANCE = 1e-3;

  private static final boolean CORRECT = choose();

  private ConvolutionKernels() {}

  /** Whether oneDNN computes convolutions; checked at the first call, which turns it off if not. */
  static boolean areFast() {
    return CORRECT;
  }

  private static boolean choose() {
    for (Probe probe : PROBES) {
      if (!probe.isCorrect()) {
        torch.globalContext().setUserEnabledMkldnn(false);
        return false;
      }
    }
    return true;
  }

  /** A convolution of images of 9 x 9, and its gradients by the images and by the weights. */
  private record Probe(
      long samples, long channels, long outputs, long kernel, long stride, long groups) {

    boolean isCorrect() {
      try (PointerScope scope = new PointerScope()) {
        Tensor x = wave(0.7, samples, channels, SIDE, SIDE);
        Tensor weight = wave(0.9, outputs, channels / groups, kernel, kernel);
        Tensor found = forward(x, weight);
        Tensor slope = wave(1.1, found.size(0), found.size(1), found.size(2), found.size(3));
        T_TensorTensorTensor_T gradients = backward(slope, x, weight);
        T_TensorTensorTensor_T exact = backward(wide(slope), wide(x), wide(weight));
        return close(found, forward(wide(x), wide(weight)))
            && close(gradients.get0(), exact.get0())
            && close(gradients.get1(), exact.get1());
      }
    }

    private Tensor forward(Tensor x, Tensor weight) {
      return torch.convolution(
          x,
          weight,
          new TensorOptional(),
          both(stride),
          both(kernel / 2),
          both(1),
          false,
          both(0),
          groups);
    }

    private T_TensorTensorTensor_T backward(Tensor slope, Tensor x, Tensor weight) {
      BoolPointer wanted = new BoolPointer(3);
      for (int i = 0; i < 3; i++) {
        wanted.put(i, i < 2);
      }
      return torch.convolution_backward(
          slope,
          x,
          weight,
          new long[] {outputs},
          both(stride),
          both(kernel / 2),
          both(1),
          false,
          both(0),
          groups,
          wanted);
    }
  }

  private static long[] both(long value) {
    return new long[] {value, value};
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

  private static boolean close(Tensor found, Tensor expected) {
    double largest = 1 + expected.abs().max().item_double();
    return wide(found).allclose(expected, 0, TOLERANCE * largest, false);
  }
}
