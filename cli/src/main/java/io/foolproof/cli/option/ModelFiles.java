package io.foolproof.cli.option;

import io.foolproof.defense.fitted.FittedFile;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessed;
import io.foolproof.model.Preprocessing;
import io.foolproof.model.TorchScriptClassifier;
import io.foolproof.model.TorchScriptFile;
import java.nio.file.Path;

/** Opens the files of models: ONNX graphs, fitted models that are none, and TorchScript. */
public final class ModelFiles {
  private ModelFiles() {}

  /**
   * The classifier in a file.
   *
   * @param shape of one image, [C, H, W]
   * @throws io.foolproof.tensor.InvalidInputException when it holds none, or none of such images
   */
  public static DifferentiableClassifier open(
      Path file, long[] shape, Preprocessing preprocessing) {
    if (TorchScriptFile.is(file)) {
      return TorchScriptClassifier.forImages(TorchScriptFile.read(file), shape, preprocessing);
    }
    return FittedFile.is(file)
        ? fitted(file, shape, preprocessing)
        : OnnxClassifier.forImages(OnnxModel.read(file), shape, preprocessing);
  }

  /** As {@link #open}, of a file that is known to be that of a fitted model. */
  static DifferentiableClassifier fitted(Path file, long[] shape, Preprocessing preprocessing) {
    DifferentiableClassifier model = FittedFile.read(file).classifier();
    // What has gradients has them after preprocessing too.
    return (DifferentiableClassifier) Preprocessed.forImages(model, shape, preprocessing);
  }
}
