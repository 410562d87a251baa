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
 * @param images how many training images it learns from, the first ones; {@link #ALL} for all
 * @param repetition from 0: nets of other repetitions have other random numbers
 */
public record StudyNet(
    String name,
    Architecture architecture,
    Training training,
    Length length,
    int images,
    int repetition) {
  /** However many training images there are. */
  public static final int ALL = Integer.MAX_VALUE;

  /** Of all training images, once. */
  public StudyNet(String name, Architecture architecture, Training training, Length length) {
    this(name, architecture, training, length, ALL, 0);
  }

  /** The same with random numbers of its own, in a file of its own. */
  public StudyNet repeated(int times) {
    return times == 0
        ? this
        : new StudyNet(name + "-" + times, architecture, training, length, images, times);
  }

  /** Plain training of a net for some epochs: what the story is about unless a model is given. */
  public static StudyNet plain(Extent extent) {
    return new StudyNet(
        "plain", Architecture.CNN, Training.plain(), new Length.Epochs(extent.of(2, 10)));
  }
}
