package io.foolproof.bench;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.attack.search.Rows;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.RobustAccuracy;
import io.foolproof.defense.Threats;
import io.foolproof.defense.recipe.Penalties;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Trainer;
import io.foolproof.defense.training.Training;
import io.foolproof.defense.training.TrainingProgress;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What flattening costs: a small net, trained with a penalty of several weights from several seeds;
 * training and test error, the L2 norm of the input gradient of the cross-entropy, and the accuracy
 * under PGD.
 */
final class FlatteningBenchmark {
  private static final int SEEDS = 3;
  private static final int STEPS = 300;
  private static final int ATTACKED = 500;
  private static final Architecture NET = Architecture.SMALL;
  private static final Threats THREAT =
      Threats.of(new NormBounded(Norm.LINF, 0.1, new Goal.Untargeted()));
  private static final Pgd ATTACK = new Pgd(40, 0.1, 1, Loss.CROSS_ENTROPY);

  private FlatteningBenchmark() {}

  /**
   * Trains and measures.
   *
   * @param training images to learn from, and to measure the training error on
   * @param scratch a folder for checkpoints
   * @param penalties as on the command line, one for each row
   */
  static void run(ImageSet training, ImageSet test, Path scratch, List<String> penalties) {
    System.out.printf(
        "%-24s %5s %10s %8s %10s %12s%n",
        "penalty", "seed", "training", "test", "gradient", "PGD-40, 0.1");
    try (Workers workers = new Workers()) {
      for (String penalty : penalties) {
        double[] sums = new double[4];
        for (int seed = 0; seed < SEEDS; seed++) {
          OnnxClassifier net = trained(penalty, seed, training, test, scratch, workers);
          ImageSet attacked = test.first(ATTACKED);
          double[] row = {
            1 - Accuracy.of(net, training, workers),
            1 - Accuracy.of(net, test, workers),
            gradient(net, attacked, workers),
            RobustAccuracy.of(net, attacked, ATTACK, THREAT, seed, workers)
          };
          Arrays.setAll(sums, i -> sums[i] + row[i] / SEEDS);
          print(penalty, String.valueOf(seed), row);
        }
        print(penalty, "mean", sums);
      }
    }
  }

  private static void print(String penalty, String seed, double[] row) {
    System.out.printf(
        Locale.ROOT,
        "%-24s %5s %8.2f %% %6.2f %% %10.4f %10.1f %%%n",
        penalty,
        seed,
        100 * row[0],
        100 * row[1],
        row[2],
        100 * row[3]);
  }

  private static OnnxClassifier trained(
      String penalty, long seed, ImageSet images, ImageSet test, Path scratch, Workers workers) {
    Training training = Penalties.added(penalty, Training.plain().with(Augmentation.NONE));
    OnnxModel start = OnnxModel.of(NET.untrained(images.shape(), images.classes(), seed), NET.id());
    Path out = scratch.resolve("flat.onnx");
    byte[] file =
        new Trainer(training, new Length.Steps(STEPS), seed)
            .train(start, images, test.first(100), out, workers, TrainingProgress.none());
    Trainer.finished(out);
    return OnnxClassifier.of(OnnxModel.of(file, penalty));
  }

  /** The mean L2 norm of the gradient of the cross-entropy by the image. */
  private static double gradient(OnnxClassifier net, ImageSet images, Workers workers) {
    List<Double> sums =
        workers.map(
            images.size(),
            Workers.MICRO_BATCH,
            (from, to) -> {
              try (Scope scope = Scope.open()) {
                int[] places = IntStream.range(from, to).toArray();
                Tensor x = images.tensor(places).variable();
                Tensor labels = Tensor.ofInts(Arrays.stream(places).map(images::label).toArray());
                Tensor loss = Nn.crossEntropy(net.logits(x), labels);
                return Rows.norm(Gradients.of(loss, x), Norm.L2).sum().item();
              }
            });
    return sums.stream().mapToDouble(Double::doubleValue).sum() / images.size();
  }
}
