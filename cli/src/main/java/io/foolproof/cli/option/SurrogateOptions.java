package io.foolproof.cli.option;

import io.foolproof.attack.Features;
import io.foolproof.attack.Surrogates;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which models of the attacker's own there are: an option that several commands share. */
@Under(Heading.MODEL)
public final class SurrogateOptions {
  @Option(
      names = "--surrogate",
      paramLabel = "FILE",
      description =
          "ONNX file of another model for the same task, whose gradients attacks can use (transfer,"
              + " bpda=surrogate); can be repeated")
  List<Path> files = new ArrayList<>();

  /** The models, for the same images as the model under attack. */
  public Surrogates load(ModelOptions models, ImageSet images) {
    return new Surrogates(files.stream().map(file -> models.open(file, images)).toList());
  }

  /** The models, for rows of the same features as the model under attack. */
  public Surrogates load(ModelOptions models, Features features, ImageSet points) {
    return new Surrogates(
        files.stream()
            .map(file -> (DifferentiableClassifier) features.ofPoints(models.load(file, points)))
            .toList());
  }
}
