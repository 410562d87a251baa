package io.foolproof.study;

import io.foolproof.defense.Architecture;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Training;

/**
 * A net that is trained for a study, and kept as an ONNX file beside the page.
 *
 * @param name of the file, without {@code .onnx}; says what the net is
 * @param architecture its layers
 * @param training how
 * @param length in epochs or steps, never in time: the same net on every machine
 */
public record StudyNet(String name, Architecture architecture, Training training, Length length) {

  /** Plain training of a net for some epochs: what the story is about unless a model is given. */
  public static StudyNet plain(Extent extent) {
    return new StudyNet(
        "plain", Architecture.CNN, Training.plain(), new Length.Epochs(extent.of(2, 10)));
  }
}
