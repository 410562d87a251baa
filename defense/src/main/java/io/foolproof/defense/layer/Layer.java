package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.Set;

/**
 * A defense that is a layer of a net: a record of its settings, annotated with its name, as attacks
 * are ({@link Settings}). Values of pixels are in units of the image's box, [0, 1], whatever the
 * file takes.
 */
public sealed interface Layer permits FrontLayer, RectifierLayer, LogitLayer {

  /** What it is called on the command line. */
  default String name() {
    return Settings.name(getClass());
  }

  /** Its name and all its settings, as they are written on the command line. */
  default String settings() {
    return Settings.text((Record) this);
  }

  /**
   * How it hides adversarial examples from attacks that do not know it; empty where it does not.
   */
  Set<Hiding> hides();

  /** A note to print when it is put into a file; empty where there is none. */
  default String note() {
    return "";
  }

  /**
   * A model with this layer.
   *
   * @param model of images with pixels in [0, 1], whose shape the file says
   * @throws InvalidInputException when the layer cannot be put into it, or is in it already
   */
  default OnnxModel in(OnnxModel model) {
    return new LayeredDefense(List.of(this)).in(model);
  }
}
