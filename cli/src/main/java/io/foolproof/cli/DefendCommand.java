package io.foolproof.cli;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.ShellWord;
import io.foolproof.defense.layer.Hiding;
import io.foolproof.defense.layer.Layer;
import io.foolproof.defense.layer.LayerEntry;
import io.foolproof.defense.layer.LayeredDefense;
import io.foolproof.defense.layer.Layers;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessing;
import io.foolproof.report.TextWrap;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import io.foolproof.tensor.Tensor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof defend}: a model with layers that make it harder to attack, or seem so. */
@Command
final class DefendCommand implements Callable<Integer> {
  private static final int DIMENSIONS = 3;

  @Mixin ModelOptions models = new ModelOptions();

  @Under(Heading.MODEL)
  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      split = ",",
      description =
          "channels, rows and columns of the images, such as 1,28,28, where the file takes pixels in"
              + " a row or leaves sizes open (default: as the file says)")
  long @Nullable [] shape;

  @Option(
      names = "--with",
      paramLabel = "LAYER",
      description =
          "layer with its settings, such as noise:sigma=0.3; several are put in, in the order in"
              + " which an image meets them, where the option is given several times")
  List<String> layers = List.of();

  @Option(names = "--list", description = "list the layers with their settings and papers")
  boolean list;

  @Under(Heading.OUTPUT)
  @Option(names = "--out", paramLabel = "FILE", description = "ONNX file to write")
  @Nullable Path out;

  @Spec CommandSpec spec;

  DefendCommand() {}

  @Override
  public Integer call() {
    PrintWriter print = spec.commandLine().getOut();
    if (list) {
      if (out != null || !layers.isEmpty()) {
        throw new InvalidInputException(
            "--list writes nothing: leave out --with and --out, or --list");
      }
      Layers.all().forEach(entry -> print(print, entry));
    } else {
      defend(print);
    }
    print.flush();
    return Foolproof.DONE;
  }

  private void defend(PrintWriter print) {
    if (out == null || layers.isEmpty()) {
      throw new InvalidInputException(
          "give a layer and the file to write, such as --with noise:sigma=0.3 --out noisy.onnx;"
              + " 'foolproof defend --list' lists the layers");
    }
    LayeredDefense defense = LayeredDefense.parse(layers);
    models.checkForImages();
    checkShape();
    WholeFile file = WholeFile.absent(out);
    OnnxModel model = models.read(models.path());
    Preprocessing preprocessing = models.preprocessing();
    OnnxModel defended = defense.in(model, shape, preprocessing);
    requireRuns(defended, preprocessing);
    file.write(defended.withMetadata(models.notes()));
    // A file may have had layers before: what is said is about all of them.
    tell(print, LayeredDefense.parse(LayeredDefense.recorded(defended)), out);
  }

  private void checkShape() {
    if (shape != null && (shape.length != DIMENSIONS || !positive(shape))) {
      throw new InvalidInputException(
          "--shape takes channels, rows and columns, such as --shape 1,28,28");
    }
  }

  private static boolean positive(long[] sizes) {
    for (long size : sizes) {
      if (size < 1) {
        return false;
      }
    }
    return true;
  }

  private void requireRuns(OnnxModel defended, Preprocessing preprocessing) {
    try (OnnxClassifier classifier =
        shape == null
            ? OnnxClassifier.of(defended, preprocessing)
            : OnnxClassifier.forImages(defended, shape, preprocessing)) {
      InputSpec input = classifier.input();
      double grey = (input.low() + input.high()) / 2;
      FiniteLogits.require(classifier, Tensor.full(grey, DType.FLOAT32, input.batchShape(1)));
    }
  }

  private void tell(PrintWriter print, LayeredDefense defense, Path out) {
    print.println("Layers: " + settings(defense));
    print.println("Model: " + Printable.of(out.toString()));
    for (Layer layer : defense.layers()) {
      if (!layer.note().isEmpty()) {
        wrapped(print, layer.name() + ": " + layer.note());
      }
    }
    if (!defense.hides().isEmpty()) {
      wrapped(
          print,
          "It hides adversarial examples by "
              + defense.hides().stream().map(Hiding::toString).collect(Collectors.joining(" and "))
              + ", so that attacks that do not know it find fewer than there are. Judge it with:");
    } else {
      print.println("Judge it with:");
    }
    String file = Printable.of(ShellWord.quoted(out.toString()));
    print.println(
        "  foolproof audit " + file + models.written() + " --attacks " + defense.judgedBy());
  }

  private static String settings(LayeredDefense defense) {
    return defense.layers().stream().map(Layer::settings).collect(Collectors.joining(", "));
  }

  private static void print(PrintWriter out, LayerEntry entry) {
    out.println(entry.standard().settings());
    String ways =
        entry.standard().hides().stream().map(Hiding::toString).collect(Collectors.joining(", "));
    TextWrap.lines(
            entry.summary() + (ways.isEmpty() ? "" : " (hides by " + ways + ")"),
            TextWrap.COLUMNS - 4)
        .forEach(line -> out.println("    " + line));
    out.println("    " + entry.paper());
  }

  private static void wrapped(PrintWriter out, String text) {
    TextWrap.lines(text, TextWrap.COLUMNS).forEach(out::println);
  }
}
