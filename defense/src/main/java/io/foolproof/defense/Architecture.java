package io.foolproof.defense;

import io.foolproof.model.OnnxBuilder;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Networks to train, smallest first. */
public enum Architecture {
  /** One hidden layer of 128 units. */
  MLP("784-128-10 for digits: one hidden layer") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      return net.flatten().dense(128).relu().dense(classes);
    }
  },
  /** Three convolutions, each followed by pooling, and one hidden layer. */
  CNN("3 convolutions with pooling and a hidden layer: 131,000 weights for digits") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      net.conv(32, 3).relu().maxPool();
      net.conv(64, 3).relu().maxPool();
      net.conv(64, 3).relu().maxPool();
      return net.flatten().dense(128).relu().dense(classes);
    }
  };

  private final String summary;

  Architecture(String summary) {
    this.summary = summary;
  }

  abstract OnnxBuilder layers(OnnxBuilder net, int classes);

  /** What it is, in a line. */
  public String summary() {
    return summary;
  }

  /** As it is written on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The network with random weights, as an ONNX file, for images of shape [C, H, W]. */
  public byte[] untrained(long[] shape, int classes, long seed) {
    if (this == CNN && Math.min(shape[1], shape[2]) < 8) {
      throw new InvalidInputException(
          "images of "
              + shape[1]
              + " x "
              + shape[2]
              + " are too small for the net 'cnn', which"
              + " halves them three times: give --net mlp");
    }
    return layers(new OnnxBuilder(id(), shape, seed), classes).build();
  }

  /** The architecture of this {@link #id}. */
  public static Architecture parse(String id) {
    for (Architecture architecture : values()) {
      if (architecture.id().equals(id)) {
        return architecture;
      }
    }
    throw new InvalidInputException(
        "net '"
            + id
            + "' is not known: give one of "
            + Arrays.stream(values()).map(Architecture::id).collect(Collectors.joining(", ")));
  }
}
