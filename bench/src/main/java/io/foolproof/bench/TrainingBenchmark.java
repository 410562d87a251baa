package io.foolproof.bench;

import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.recipe.Penalties;
import io.foolproof.defense.recipe.Recipes;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Trainer;
import io.foolproof.defense.training.Training;
import io.foolproof.defense.training.TrainingProgress;
import io.foolproof.defense.training.Validation;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a step of adversarial training costs beside the engine's passes that it is made of: the
 * recipe {@code default} takes five gradients by the images and one by the weights.
 */
final class TrainingBenchmark {
  private static final int BATCH = 128;
  private static final int SHARD = 32;
  private static final int STEPS = 150;
  private static final int PENALISED_STEPS = 30;
  private static final int TURNS = 3;
  private static final int ASCENTS = 5;
  private static final NormBounded THREAT = NormBounded.require(ThreatModel.linf(0.3));

  private TrainingBenchmark() {}

  static void run(ImageSet images, Path scratch) {
    for (Architecture net : List.of(Architecture.THRESHOLD, Architecture.SMALL, Architecture.CNN)) {
      OnnxModel model = OnnxModel.of(net.untrained(images.shape(), images.classes(), 0), net.id());
      try (Workers workers = new Workers()) {
        double before = bare(model, images, workers);
        Training pgd = Recipes.DEFAULT.against(THREAT).training();
        double step = trained(model, images, scratch, workers, pgd, STEPS);
        double bare = Math.min(before, bare(model, images, workers));
        System.out.printf(
            Locale.ROOT,
            "%s: %,.0f passes a second; a step of PGD-%d training takes %.1f ms, its passes %.1f ms:"
                + " %.0f %% more%n",
            net.id(),
            BATCH * (ASCENTS + 1) / bare,
            ASCENTS,
            1e3 * step,
            1e3 * bare,
            100 * (step / bare - 1));
        penalised(net.id(), model, images, scratch, workers);
      }
    }
  }

  /** Seconds of the passes of a step: the fastest quarter, since others may use the machine. */
  private static double bare(OnnxModel model, ImageSet images, Workers workers) {
    OnnxClassifier net = OnnxClassifier.of(model);
    double[] seconds = new double[STEPS];
    for (int i = 0; i < STEPS; i++) {
      long begin = System.nanoTime();
      try (Scope scope = Scope.open()) {
        Map<String, Tensor> variables =
            net.parameters().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().variable()));
        workers.map(BATCH, SHARD, (from, to) -> passes(net, images, variables, from, to));
      }
      seconds[i] = (System.nanoTime() - begin) / 1e9;
    }
    return quarter(seconds);
  }

  private static int passes(
      OnnxClassifier net, ImageSet images, Map<String, Tensor> variables, int from, int to) {
    int[] places = new int[to - from];
    Arrays.setAll(places, i -> from + i);
    Tensor x = images.tensor(places).variable();
    Tensor labels = Tensor.ofInts(Arrays.stream(places).map(images::label).toArray());
    for (int pass = 0; pass < ASCENTS; pass++) {
      try (Scope turn = Scope.open()) {
        Gradients.of(Nn.crossEntropy(net.logits(x, net.parameters()), labels), x);
      }
    }
    Tensor loss = Nn.crossEntropy(net.logits(x.detach(), variables), labels);
    return Gradients.of(loss, List.copyOf(variables.values())).size();
  }

  /** What a step with the gradient penalty takes, in steps without. */
  private static void penalised(
      String net, OnnxModel model, ImageSet images, Path scratch, Workers workers) {
    Training plain = Training.plain().with(Augmentation.NONE);
    Training flat = Penalties.added("gradient:weight=0.1", plain);
    double without = Double.POSITIVE_INFINITY;
    double with = Double.POSITIVE_INFINITY;
    for (int turn = 0; turn < TURNS; turn++) {
      // In turn, since others may use the machine.
      without = Math.min(without, trained(model, images, scratch, workers, plain, PENALISED_STEPS));
      with = Math.min(with, trained(model, images, scratch, workers, flat, PENALISED_STEPS));
    }
    System.out.printf(
        Locale.ROOT,
        "%s: a plain step takes %.1f ms, one with the gradient penalty %.1f ms: %.1f times%n",
        net,
        1e3 * without,
        1e3 * with,
        with / without);
  }

  private static double trained(
      OnnxModel model,
      ImageSet images,
      Path scratch,
      Workers workers,
      Training training,
      int steps) {
    Trainer trainer = new Trainer(training, new Length.Steps(steps + 1), 0);
    List<Long> times = new ArrayList<>();
    TrainingProgress clock =
        new TrainingProgress() {
          @Override
          public void begin(int epoch, int epochs, int done, int steps) {}

          @Override
          public void step(double loss) {
            times.add(System.nanoTime());
          }

          @Override
          public void end(int epoch, double loss, Validation.Accuracies validation) {}

          @Override
          public void note(String text) {}
        };
    Path out = scratch.resolve(model.name() + ".onnx");
    trainer.train(model, images, images.first(10), out, workers, clock);
    Trainer.finished(out);
    double[] seconds = new double[steps];
    for (int i = 0; i < steps; i++) {
      seconds[i] = (times.get(i + 1) - times.get(i)) / 1e9;
    }
    return quarter(seconds);
  }

  private static double quarter(double[] seconds) {
    double[] sorted = Arrays.stream(seconds).sorted().toArray();
    return sorted[sorted.length / 4];
  }
}
