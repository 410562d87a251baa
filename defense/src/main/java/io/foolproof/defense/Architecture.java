package io.foolproof.defense;

import io.foolproof.model.OnnxBuilder;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Networks to train, smallest first. */
public enum Architecture {
  /** No hidden layer. */
  LINEAR("784-10 for digits: no hidden layer") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      return net.flatten().dense(classes);
    }
  },
  /** Three convolutions with strides and no hidden layer: few parameters, each used everywhere. */
  TINY("3 convolutions with strides and no hidden layer: 4,448 weights for digits") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      net.conv(8, 4, 2, 1).relu().conv(10, 4, 2, 1).relu().conv(12, 3, 2, 1).relu();
      return net.flatten().dense(classes);
    }
  },
  /** One hidden layer of 128 units. */
  MLP("784-128-10 for digits: one hidden layer") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      return net.flatten().dense(128).relu().dense(classes);
    }
  },
  /**
   * Two convolutions with strides, and a hidden layer: Wong and Kolter: Provable defenses, 2017,
   * arXiv 1711.00851.
   */
  SMALL("2 convolutions with strides and a hidden layer: 166,000 weights for digits") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      net.conv(16, 4, 2, 1).relu().conv(32, 4, 2, 1).relu();
      return net.flatten().dense(100).relu().dense(classes);
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
  },
  /** {@link #SMALL} behind a layer that takes away whatever is near black or near white. */
  THRESHOLD("small behind clip((x - 0.3) / 0.4, 0, 1), a layer that is not trained") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      return SMALL.layers(net, classes);
    }
  },
  /** {@link #THRESHOLD}, whose first layer is made of rectifiers: proofs have bounds for it. */
  RAMP("small behind the layer of threshold, written in rectifiers, for proofs") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      return SMALL.layers(net, classes);
    }
  },
  /** Four convolutions, every other one with a stride, and a hidden layer. */
  DEEP("4 convolutions, two of them with strides, and a hidden layer: 227,000 weights for digits") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      net.conv(16, 3).relu().conv(16, 4, 2, 1).relu();
      net.conv(32, 3).relu().conv(32, 4, 2, 1).relu();
      return net.flatten().dense(128).relu().dense(classes);
    }
  },
  /** {@link #DEEP} behind the layer of {@link #THRESHOLD}. */
  DEEP_THRESHOLD("deep behind the layer of threshold") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      return DEEP.layers(net, classes);
    }
  },
  /**
   * Three residual blocks of 16, 32 and 64 channels: He, Zhang, Ren, Sun: Deep residual learning,
   * 2015, arXiv 1512.03385.
   */
  RESNET("3 residual blocks with batch normalisation: 78,000 weights for digits") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      net.conv(16, 3).batchNorm().relu();
      block(net, 16, 1);
      block(net, 32, 2);
      block(net, 64, 2);
      return net.averagePool().flatten().dense(classes);
    }

    private void block(OnnxBuilder net, int channels, int stride) {
      net.skip(
              branch ->
                  branch
                      .conv(channels, 3, stride, 1)
                      .batchNorm()
                      .relu()
                      .conv(channels, 3)
                      .batchNorm())
          .relu();
    }
  },
  /**
   * Four convolutions, two of them with strides, and two hidden layers of 512 units, as the net
   * "medium" of Gowal et al., 2018, arXiv 1810.12715, table 1.
   */
  MEDIUM("4 convolutions without padding and 2 hidden layers: 893,000 weights for digits") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      net.conv(32, 3, 1, 0).relu().conv(32, 4, 2, 0).relu();
      net.conv(64, 3, 1, 0).relu().conv(64, 4, 2, 0).relu();
      return net.flatten().dense(512).relu().dense(512).relu().dense(classes);
    }
  },
  /**
   * Two convolutions with pooling, and a hidden layer of 1,024 units, as in Madry et al., 2017,
   * arXiv 1706.06083.
   */
  LARGE("2 convolutions of 5 x 5 with pooling and a wide layer: 3,274,000 weights for digits") {
    @Override
    OnnxBuilder layers(OnnxBuilder net, int classes) {
      net.conv(32, 5).relu().maxPool().conv(64, 5).relu().maxPool();
      return net.flatten().dense(1024).relu().dense(classes);
    }
  };

  /**
   * Where {@link #THRESHOLD}, {@link #DEEP_THRESHOLD} and {@link #RAMP} cut, unless more is asked
   * for.
   */
  public static final double USUAL_CUT = 0.3;

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
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether its first layer makes black or white of what is near them. */
  private boolean cuts() {
    return switch (this) {
      case THRESHOLD, DEEP_THRESHOLD, RAMP -> true;
      default -> false;
    };
  }

  /**
   * The network with random weights, as an ONNX file, for images of shape [C, H, W].
   *
   * @throws InvalidInputException when it has more layers than such images have room for
   */
  public byte[] untrained(long[] shape, int classes, long seed) {
    return untrained(shape, classes, seed, USUAL_CUT, OnnxBuilder.Spread.VALUES);
  }

  /**
   * As {@link #untrained(long[], int, long, Threats, OnnxBuilder.Spread)}, with the usual spread.
   *
   * @throws InvalidInputException also when epsilon leaves no value between black and white
   */
  public byte[] untrained(long[] shape, int classes, long seed, Threats threats) {
    return untrained(shape, classes, seed, threats, OnnxBuilder.Spread.VALUES);
  }

  /**
   * As {@link #untrained(long[], int, long)}, for nets that are to withstand threats: {@link
   * #THRESHOLD} and its like make black or white of all that L-inf can make of black and white.
   *
   * @param spread how large the weights are
   * @throws InvalidInputException also when epsilon leaves no value between black and white
   */
  public byte[] untrained(
      long[] shape, int classes, long seed, Threats threats, OnnxBuilder.Spread spread) {
    double epsilon = threats.linfEpsilon();
    if (cuts() && epsilon >= 0.5) {
      throw new InvalidInputException(
          "epsilon %s crosses the threshold of the net '%s': within it black and white become"
                  .formatted(epsilon, id())
              + " the same; give less than 0.5, or another --net");
    }
    return untrained(shape, classes, seed, Math.max(USUAL_CUT, epsilon), spread);
  }

  /**
   * Of {@link #THRESHOLD}, {@link #DEEP_THRESHOLD} and {@link #RAMP}, what is within the cut of
   * black or white becomes black or white.
   */
  private byte[] untrained(
      long[] shape, int classes, long seed, double cut, OnnxBuilder.Spread spread) {
    OnnxBuilder net = new OnnxBuilder(id(), shape, seed, spread);
    try {
      OnnxBuilder begun =
          switch (this) {
            case THRESHOLD, DEEP_THRESHOLD -> net.threshold(cut, 1 - cut);
            case RAMP -> net.ramp(cut, 1 - cut);
            default -> net;
          };
      return layers(begun, classes).build();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "images of %d x %d are too small for the net '%s' (%s): give --net mlp"
              .formatted(shape[1], shape[2], id(), e.getMessage()),
          e);
    }
  }

  /** The architecture of this {@link #id}. */
  public static Architecture parse(String id) {
    for (Architecture architecture : values()) {
      if (architecture.id().equals(id)) {
        return architecture;
      }
    }
    throw new InvalidInputException("net '" + id + "' is not known: give one of " + names());
  }

  /** All of them, as on the command line. */
  public static String names() {
    return Arrays.stream(values()).map(Architecture::id).collect(Collectors.joining(", "));
  }
}
