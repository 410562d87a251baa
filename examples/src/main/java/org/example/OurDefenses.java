package org.example;

import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Threats;
import io.foolproof.defense.layer.BitDepth;
import io.foolproof.defense.layer.GaussianNoise;
import io.foolproof.defense.layer.LayeredDefense;
import io.foolproof.defense.recipe.Recipe;
import io.foolproof.defense.recipe.Recipes;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Trainer;
import io.foolproof.defense.training.TrainingProgress;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Defends models, as the commands {@code defend} and {@code train} do. */
public final class OurDefenses {
  private OurDefenses() {}

  /** Puts two layers in front of a model, and says which attack to judge the result by. */
  static String defend(Path file, Path out) throws IOException {
    LayeredDefense defense = new LayeredDefense(List.of(new GaussianNoise(0.1), new BitDepth(4)));
    OnnxModel defended = defense.in(OnnxModel.read(file));
    Files.write(out, defended.bytes());
    return defense.judgedBy();
  }

  /** Trains a net against perturbations of up to 0.1 in L-inf. */
  static void train(ImageSet training, ImageSet validation, Length length, Path out)
      throws IOException {
    Threats threats = Threats.of(NormBounded.require(ThreatModel.linf(0.1)));
    Recipe recipe = Recipes.FAST.against(threats);
    long seed = 0;
    byte[] random = recipe.net().untrained(training.shape(), training.classes(), seed, threats);
    OnnxModel start = OnnxModel.of(random, "untrained");
    Trainer trainer = new Trainer(recipe.training(), length, seed);
    try (Workers workers = new Workers()) {
      TrainingProgress silent = TrainingProgress.none();
      Files.write(out, trainer.train(start, training, validation, out, workers, silent));
    }
    Trainer.finished(out);
  }
}
