package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.fitted.FittedFile;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Layout;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessing;
import io.foolproof.model.TorchScriptClassifier;
import io.foolproof.model.TorchScriptFile;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which model to take: arguments that several commands share. */
@Under(Heading.MODEL)
public final class ModelOptions {
  private static final String BUILT_IN = "digits.onnx";

  /** A box of the data. */
  private static final String AUTO = "auto";

  /** In a file's metadata, the options by which images were described when it was written. */
  public static final String PIXELS = "foolproof.pixels";

  /** The file; null for the built-in model, and for one behind a URL. */
  public @Nullable Path file;

  private @Nullable String url;

  /** Two numbers, the smaller first; null where none are given. */
  public double @Nullable [] box() {
    if (input.boxText == null || hasFeatureBox()) {
      return null;
    }
    try {
      return Arrays.stream(input.boxText.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "--box is '%s', expected two numbers, such as 0,1; or, for a table, auto or a CSV file"
              .formatted(input.boxText),
          e);
    }
  }

  /** Whether the box is one for each feature of a table. */
  boolean hasFeatureBox() {
    return input.boxText != null
        && (input.boxText.equals(AUTO) || input.boxText.matches("(?i).*\\.csv"));
  }

  /** Refuses what is about images where the samples are rows of a table. */
  void requireNoImages() {
    if (input.mean != null || input.layout != null) {
      throw new InvalidInputException(
          (input.mean != null ? "--mean and --std normalise" : "--layout orders")
              + " the pixels of images, and the data are a table: leave them out, and give a model"
              + " that takes the rows as they are");
    }
  }

  /** The file with a box for each feature; null where boxes are to be those of the data. */
  @Nullable Path featureBox() {
    if (input.boxText != null && !hasFeatureBox()) {
      throw new InvalidInputException(
          "--box is '%s', but features of a table have a box each: give a CSV file with the columns feature, low and high, or auto"
              .formatted(input.boxText));
    }
    return input.boxText == null || input.boxText.equals(AUTO) ? null : Path.of(input.boxText);
  }

  @Mixin InputOptions input = new InputOptions();
  @Mixin IsolateOption isolate = new IsolateOption();

  /** As if this file had been given, and nothing else. */
  public static ModelOptions of(Path file, IsolateOption isolate) {
    return of(file, new InputOptions(), isolate);
  }

  /** As if these had been given; without a file, the built-in model. */
  public static ModelOptions of(@Nullable Path file, InputOptions input, IsolateOption isolate) {
    ModelOptions options = new ModelOptions();
    options.file = file;
    options.input = input;
    options.isolate = isolate;
    return options;
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "ONNX file, file of a fitted model, TorchScript file, or URL of a model (default: the built-in classifier of the built-in digits)")
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

  /** The name of the output that counts; null for the file's own. */
  public @Nullable String output() {
    return input.output;
  }

  /** The file; the built-in one is put where others can read it. */
  public Path path() {
    requireFile();
    return file == null ? builtIn() : file;
  }

  /** The classifier, given the images it is for: a file may leave its sizes open. */
  public OnnxClassifier load(Path path, ImageSet images) {
    return OnnxClassifier.forImages(read(path, images), images.shape(), preprocessing());
  }

  /** As {@link #load}, of a file that may be no ONNX graph. */
  public DifferentiableClassifier open(Path path, ImageSet images) {
    if (TorchScriptFile.is(path)) {
      return torchScript(path, images);
    }
    return FittedFile.is(path) ? fitted(path, images) : load(path, images);
  }

  /** The TorchScript module in a file. */
  TorchScriptClassifier torchScript(Path path, ImageSet images) {
    if (input.output != null || isolate.isolated) {
      throw new InvalidInputException(
          "%s: %s, and this is TorchScript: leave it out, or give the ONNX file of the same network"
              .formatted(
                  path,
                  input.output != null
                      ? "--output names an output of an ONNX file"
                      : "--isolate opens ONNX files"));
    }
    return TorchScriptClassifier.forImages(
        TorchScriptFile.read(path), images.shape(), preprocessing());
  }

  /** The fitted model in a file that is no ONNX graph. */
  DifferentiableClassifier fitted(Path path, ImageSet images) {
    if (input.output != null) {
      throw new InvalidInputException(
          path + ": --output names an output of an ONNX file, and this is none: leave it out");
    }
    return ModelFiles.fitted(path, images.shape(), preprocessing());
  }

  /** The file, of which the output counts that the arguments name. */
  public OnnxModel read(Path path) {
    return read(path, null);
  }

  /** As {@link #read(Path)}, given the images it is for, if any. */
  OnnxModel read(Path path, @Nullable ImageSet images) {
    if (FittedFile.is(path)) {
      throw new InvalidInputException(
          path
              + ": is a fitted model, which is no ONNX graph: audit, attack, inspect and frontier take"
              + " it; give an ONNX file here");
    }
    if (isolate.isolated) {
      long[] shape = images == null ? null : images.shape();
      OnnxModel model = isolate.isolation().read(path, input.output, preprocessing(), shape);
      requireSamePixels(path, model);
      return model;
    }
    OnnxModel model = OnnxModel.read(path);
    requireSamePixels(path, model);
    return input.output == null ? model : model.withOutput(input.output);
  }

  /**
   * Checks that images are described as they were when layers were put into the file: with other
   * options it would take other images, and its figures would be those of another model.
   */
  private void requireSamePixels(Path path, OnnxModel model) {
    String pixels = model.metadata(PIXELS);
    if (pixels != null && !pixels.equals(input.pixelsThatDiffer())) {
      throw new InvalidInputException(
          path
              + (pixels.isEmpty()
                  ? ": layers were put into it without --box, --mean, --std and --layout: leave them"
                      + " out"
                  : ": layers were put into it for images as of" + pixels + ": give the same"));
    }
  }

  /** What is written into a file that layers are put into, so that it is audited alike. */
  public Map<String, String> notes() {
    return Map.of(PIXELS, input.pixelsThatDiffer());
  }

  /** What was said about images, as it is written, each with a space before it. */
  public String written() {
    return input.written();
  }

  /** What is done to images before the model takes them. */
  public Preprocessing preprocessing() {
    return preprocessing(boxOrUnit());
  }

  /** As {@link #preprocessing()}, with the box that a model states itself. */
  Preprocessing preprocessing(double[] ends) {
    return new Preprocessing(
        ends[0],
        ends[1],
        input.mean == null ? new float[0] : input.mean,
        input.std == null ? new float[0] : input.std,
        layout());
  }

  private Layout layout() {
    return input.layout == null ? Layout.BY_SHAPE : Layout.parse(input.layout);
  }

  /** The shape that these images have for the model, and the box that the arguments give. */
  InputSpec input(ImageSet images) {
    double[] ends = boxOrUnit();
    long[] shape = images.shape();
    return new InputSpec(
        layout() == Layout.CHANNELS_LAST ? new long[] {shape[1], shape[2], shape[0]} : shape,
        ends[0],
        ends[1]);
  }

  /** The smallest and the largest value of a pixel. */
  public double[] boxOrUnit() {
    // As 32 bits hold them, like the pixels.
    double[] box = box();
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
    double[] box = box();
    if (box != null
        && (box.length != 2 || !(box[0] < box[1]) || Double.isInfinite(box[1] - box[0]))) {
      throw new InvalidInputException("--box takes two numbers, the smaller first, such as 0,1");
    }
    if ((input.mean == null) != (input.std == null)) {
      throw new InvalidInputException(
          (input.mean == null ? "--std is given without --mean" : "--mean is given without --std")
              + ": a normalisation takes both, such as --mean 0.1307 --std 0.3081");
    }
    preprocessing();
    if (isolate.isolated && url != null) {
      throw new InvalidInputException(
          "--isolate is about an ONNX file, and the model is behind a URL: leave it out");
    }
    if (input.output != null && url != null) {
      throw new InvalidInputException(
          "--output names an output of an ONNX file, and the model is behind a URL: leave it out");
    }
  }

  /**
   * As {@link #check}, where the samples are images, whatever is given.
   *
   * @throws InvalidInputException also if the box is one for each feature of a table
   */
  public void checkForImages() {
    check();
    if (hasFeatureBox()) {
      throw new InvalidInputException(
          "--box is '%s', which is about the features of a table, and this command takes images: give two numbers, such as 0,255"
              .formatted(input.boxText));
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
