package io.foolproof.model;

import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;

/** In which order a model takes the values of an image. */
public enum Layout {
  /** As the sizes of its input suggest: channels first wherever that is possible. */
  BY_SHAPE("auto"),
  /** Channel by channel, row by row, [C, H, W]: PyTorch's order. */
  CHANNELS_FIRST("nchw"),
  /** Pixel by pixel, each with all its channels, [H, W, C]: TensorFlow's order. */
  CHANNELS_LAST("nhwc");

  private final String id;

  Layout(String id) {
    this.id = id;
  }

  /** As it is written on the command line: auto, nchw, nhwc. */
  @Override
  public String toString() {
    return id;
  }

  /**
   * The layout of this name.
   *
   * @throws InvalidInputException when there is none
   */
  public static Layout parse(String name) {
    return Arrays.stream(values())
        .filter(layout -> layout.id.equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the layout is '" + name + "': give nchw, nhwc, or auto"));
  }
}
