package io.foolproof.cli;

import io.foolproof.data.ImageSet;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxValue;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which model to take: arguments that several commands share. */
final class ModelOptions {
  private static final String BUILT_IN = "digits.onnx";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "an ONNX file (default: the built-in classifier of the built-in digits)")
  @Nullable Path file;

  @Option(
      names = "--box",
      paramLabel = "LOW,HIGH",
      split = ",",
      description = "the pixel values that the model takes (default: 0,1)")
  double @Nullable [] box;

  /** As if this file had been given, and nothing else. */
  static ModelOptions of(Path file) {
    ModelOptions options = new ModelOptions();
    options.file = file;
    return options;
  }

  /** The file; the built-in one is put where others can read it. */
  Path path() {
    return file == null ? builtIn() : file;
  }

  /** The classifier, given the images it is for: a file may leave its sizes open. */
  OnnxClassifier load(Path path, ImageSet images) {
    OnnxModel model = OnnxModel.read(path);
    double low = box == null ? 0 : box[0];
    double high = box == null ? 1 : box[box.length - 1];
    boolean open =
        model.inputs().stream()
            .map(OnnxValue::shape)
            .anyMatch(s -> s != null && s.stream().skip(1).anyMatch(size -> !size.isFixed()));
    return open
        ? OnnxClassifier.of(model, new InputSpec(images.shape(), low, high))
        : OnnxClassifier.of(model, low, high);
  }

  /** Checks what can be checked without reading anything. */
  void check() {
    if (box != null
        && (box.length != 2 || !(box[0] < box[1]) || Double.isInfinite(box[1] - box[0]))) {
      throw new InvalidInputException("--box takes two numbers, the smaller first, such as 0,1");
    }
  }

  private static Path builtIn() {
    try (InputStream in = ModelOptions.class.getResourceAsStream(BUILT_IN)) {
      if (in == null) {
        throw new IllegalStateException("the built-in model is not among the program's files");
      }
      Path folder = Files.createTempDirectory("foolproof");
      folder.toFile().deleteOnExit();
      Path copy = folder.resolve(BUILT_IN);
      copy.toFile().deleteOnExit();
      Files.copy(in, copy);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
