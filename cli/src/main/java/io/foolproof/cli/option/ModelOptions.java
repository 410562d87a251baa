package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.data.ImageSet;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which model to take: arguments that several commands share. */
@Under(Heading.MODEL)
public final class ModelOptions {
  private static final String BUILT_IN = "digits.onnx";

  /** The file; null for the built-in model, and for one behind a URL. */
  public @Nullable Path file;

  private @Nullable String url;

  @Option(
      names = "--box",
      paramLabel = "LOW,HIGH",
      split = ",",
      description = "smallest and largest pixel value that the model takes (default: 0,1)")
  public double @Nullable [] box;

  /** As if this file had been given, and nothing else. */
  public static ModelOptions of(Path file) {
    ModelOptions options = new ModelOptions();
    options.file = file;
    return options;
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "ONNX file, or URL of a model (default: the built-in classifier of the built-in digits)")
  public void model(String fileOrUrl) {
    // A path would make one slash of two.
    if (fileOrUrl.matches("(?i)https?:.*")) {
      url = fileOrUrl;
    } else {
      file = Path.of(fileOrUrl);
    }
  }

  /**
   * Where the model is, if it is behind a URL.
   *
   * @throws InvalidInputException when it is no URL after all; without showing it, since it may
   *     hold a key
   */
  public @Nullable URI url() {
    try {
      return url == null ? null : new URI(url);
    } catch (URISyntaxException e) {
      throw new InvalidInputException(
          "the model's URL cannot be read (%s at character %d), expected http(s)://host/path"
              .formatted(e.getReason(), e.getIndex() + 1));
    }
  }

  /** The file; the built-in one is put where others can read it. */
  public Path path() {
    requireFile();
    return file == null ? builtIn() : file;
  }

  /** The classifier, given the images it is for: a file may leave its sizes open. */
  public OnnxClassifier load(Path path, ImageSet images) {
    return OnnxClassifier.forImages(OnnxModel.read(path), input(images));
  }

  /** The shape of these images, and the box that the arguments give. */
  InputSpec input(ImageSet images) {
    double[] ends = boxOrUnit();
    return new InputSpec(images.shape(), ends[0], ends[1]);
  }

  /** The smallest and the largest value of a pixel. */
  public double[] boxOrUnit() {
    // As 32 bits hold them, like the pixels.
    return box == null
        ? new double[] {0, 1}
        : new double[] {(float) box[0], (float) box[box.length - 1]};
  }

  /**
   * Checks what can be checked without reading anything.
   *
   * @throws InvalidInputException if the file is not there, or the box is empty
   */
  public void check() {
    if (file != null && !Files.exists(file)) {
      throw new InvalidInputException(file + ": there is no such file");
    }
    if (box != null
        && (box.length != 2 || !(box[0] < box[1]) || Double.isInfinite(box[1] - box[0]))) {
      throw new InvalidInputException("--box takes two numbers, the smaller first, such as 0,1");
    }
  }

  private void requireFile() {
    if (url != null) {
      throw new InvalidInputException(
          "the model is a URL, and this command takes an ONNX file; inspect, audit and attack"
              + " take URLs");
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
