package io.foolproof.cli;

import io.foolproof.certify.lipschitz.Lipschitz;
import io.foolproof.cli.option.ModelOpener;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.RemoteOptions;
import io.foolproof.defense.fitted.FittedFile;
import io.foolproof.defense.layer.LayeredDefense;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.model.OnnxSummary;
import io.foolproof.model.OnnxValue;
import io.foolproof.model.Origin;
import io.foolproof.model.TorchScriptFile;
import io.foolproof.model.operator.Operators;
import io.foolproof.model.remote.RemoteClassifier;
import io.foolproof.model.remote.RemoteContract;
import io.foolproof.report.Numbers;
import io.foolproof.report.TextWrap;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import io.foolproof.tensor.ScriptModule;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof inspect}: what is in a model file, or behind a URL. */
@Command
final class InspectCommand implements Callable<Integer> {
  /** What the names of our notes in a file begin with. */
  private static final String TRAINING = "foolproof.";

  /** Metadata of files that layers were put into. */
  private static final Set<String> SHOWN_ELSEWHERE =
      Set.of(LayeredDefense.KEY, ModelOptions.PIXELS);

  @Mixin ModelOptions models = new ModelOptions();
  @Mixin RemoteOptions remote = new RemoteOptions();

  @Option(
      names = "--lipschitz",
      description =
          "adds by how much the net can lengthen a change of an image in L2, layer by layer: upper"
              + " bounds")
  boolean lipschitz;

  @Spec CommandSpec spec;

  InspectCommand() {}

  @Override
  public Integer call() {
    models.check();
    URI url = models.url();
    PrintWriter out = spec.commandLine().getOut();
    Path path = url == null ? models.path() : null;
    boolean isGraph = path != null && !FittedFile.is(path) && !TorchScriptFile.is(path);
    if (lipschitz && !isGraph) {
      throw new InvalidInputException(
          "--lipschitz is for ONNX files, whose layers it bounds; leave it out for "
              + (path == null ? url : path));
    }
    if (path != null && FittedFile.is(path)) {
      show(out, FittedFile.read(path));
    } else if (path != null && TorchScriptFile.is(path)) {
      show(out, TorchScriptFile.read(path));
    } else if (path != null) {
      OnnxModel model = models.read(path);
      OnnxSummary summary = model.summary();
      show(out, models.file == null ? "digits.onnx (built in)" : summary.file(), summary);
      showTraining(out, model);
      List<String> defenses = LayeredDefense.recorded(model);
      if (!defenses.isEmpty()) {
        row(out, "defended by", String.join(", ", defenses));
      }
      showUse(out, model);
      row(out, "layers", String.join(", ", model.valueNames()));
      if (lipschitz) {
        showLipschitz(out, Lipschitz.of(model));
      }
    } else if (url != null) {
      show(out, new ModelOpener(models, remote).remote(url));
    }
    out.flush();
    return Foolproof.DONE;
  }

  private static void show(PrintWriter out, RemoteClassifier model) {
    boolean plain = model.contract() == RemoteContract.PLAIN;
    row(out, "url", model.url());
    row(out, "name", model.name());
    row(out, "contract", plain ? "plain" : "open-inference");
    row(out, "input", model.input().toString());
    row(out, "classes", String.valueOf(model.classes()));
    row(out, "answers", model.answersScores() ? "scores" : "labels");
    row(out, "batch", "up to " + model.batch() + " images a request");
  }

  private static void show(PrintWriter out, FittedFile file) {
    row(out, "file", file.name());
    row(out, "sha256", file.sha256());
    file.facts().forEach((name, fact) -> row(out, name, fact));
    try (DifferentiableClassifier model = file.classifier()) {
      row(out, "input", model.input().toString());
      model.origin().notes().forEach(note -> row(out, "note", note));
    }
    row(out, "audit", "with all attacks");
  }

  /** The file does not say which images it takes. */
  private static void show(PrintWriter out, TorchScriptFile file) {
    ScriptModule module = file.module();
    row(out, "file", file.name());
    row(out, "sha256", file.sha256());
    row(out, "format", "TorchScript");
    row(out, "parameters", Numbers.count(module.weights()));
    row(out, "saved in", module.isTraining() ? "training mode" : "evaluation mode");
    row(out, "audit", "with all attacks; --replay FILE.onnx has ONNX Runtime replay what fools it");
  }

  private static void show(PrintWriter out, String file, OnnxSummary summary) {
    row(out, "file", file);
    row(out, "sha256", summary.sha256());
    row(
        out,
        "opset",
        "%d (IR version %d); supported: %d to %d"
            .formatted(
                summary.opset(),
                summary.irVersion(),
                Operators.OLDEST_OPSET,
                Operators.NEWEST_OPSET));
    row(out, "producer", summary.producer().isEmpty() ? "not stated" : summary.producer());
    for (OnnxValue input : summary.inputs()) {
      row(out, "input", input.toString());
    }
    for (OnnxValue output : summary.outputs()) {
      row(out, "output", output.toString());
    }
    row(out, "parameters", Numbers.count(summary.parameters()));
    row(
        out,
        "operators",
        summary.operators().entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", ")));
    row(
        out,
        "unsupported",
        summary.unsupported().isEmpty() ? "none" : String.join(", ", summary.unsupported()));
  }

  /** How Foolproof trained it, where it did. */
  private static void showTraining(PrintWriter out, OnnxModel model) {
    model
        .metadata()
        .forEach(
            (name, text) -> {
              if (name.startsWith(TRAINING) && !SHOWN_ELSEWHERE.contains(name)) {
                row(out, name.substring(TRAINING.length()), Printable.of(text));
              }
            });
  }

  /** What an audit of the model takes, or why it cannot be one. */
  private void showUse(PrintWriter out, OnnxModel model) {
    try (OnnxClassifier classifier = OnnxClassifier.of(model, models.preprocessing())) {
      row(out, "images", classifier.input().toString());
      row(out, "classes", String.valueOf(classifier.classes()));
      Origin origin = classifier.origin();
      if (!origin.preprocessing().isEmpty()) {
        row(out, "prepared", origin.preprocessing());
      }
      origin.notes().forEach(note -> row(out, "note", note));
      row(out, "audit", "with all attacks");
    } catch (InvalidInputException e) {
      row(out, "audit", withoutGradients(model, String.valueOf(e.getMessage())));
    }
  }

  private static void showLipschitz(PrintWriter out, Lipschitz bound) {
    for (Lipschitz.Layer layer : bound.layers()) {
      row(out, "norm", "at most %.4g: %s".formatted(layer.norm(), layer.name()));
    }
    row(
        out,
        "lipschitz",
        ("at most %.4g in L2, from what enters the graph to its logits: a label whose logit is m"
                + " above all others stays within m / %.4g (exact arithmetic; no certificate)")
            .formatted(bound.constant(), Math.sqrt(2) * bound.constant()));
  }

  private String withoutGradients(OnnxModel model, String why) {
    try (OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(model, models.preprocessing())) {
      return "without gradients only (--attacks black-box), with %d classes: %s"
          .formatted(runtime.classes(), why);
    } catch (InvalidInputException e) {
      return "no: " + why;
    }
  }

  /** In as many lines as it takes, each under the first. */
  private static void row(PrintWriter out, String name, String value) {
    String text = String.format(Locale.ROOT, "%-12s %s", name, value);
    TextWrap.hanging(text, TextWrap.COLUMNS, 13).forEach(out::println);
  }
}
