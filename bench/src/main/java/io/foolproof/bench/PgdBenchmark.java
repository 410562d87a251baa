package io.foolproof.bench;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * PGD-40 on 512 images, with an epsilon so small that almost none is fooled and every step is done:
 * micro-batches over workers, against one batch over the engine's own threads, and against the bare
 * evaluations and gradients without an attack around them.
 */
final class PgdBenchmark {
  private static final int STEPS = 40;
  private static final int ROUNDS = 3;
  private static final ThreatModel THREAT = ThreatModel.untargeted(Norm.LINF, 1e-6);

  private PgdBenchmark() {}

  static void run(OnnxClassifier model, ImageSet images) {
    Attack pgd = Attacks.parse("pgd:steps=" + STEPS);
    try (Workers workers = new Workers()) {
      double[] seconds =
          Clock.medians(
              ROUNDS,
              () ->
                  workers.mapShared(
                      images.size(),
                      model.microBatch(),
                      (a, b) -> attack(pgd, model, images, a, b)),
              () -> Engine.onAllCores(() -> attack(pgd, model, images, 0, images.size())),
              () ->
                  workers.mapShared(
                      images.size(), model.microBatch(), (a, b) -> bare(model, images, a, b)));
      System.out.printf(
          Locale.ROOT,
          "PGD-%d on %d images of %s, %d workers%n"
              + "  micro-batches of %d:             %6.2f s%n"
              + "  one batch, all engine threads:  %6.2f s   ratio %.2f%n"
              + "  bare evaluations and gradients: %6.2f s   overhead of the attack %.1f %%%n",
          STEPS,
          images.size(),
          model.name(),
          workers.count(),
          model.microBatch(),
          seconds[0],
          seconds[1],
          seconds[1] / seconds[0],
          seconds[2],
          100 * (seconds[0] / seconds[2] - 1));
    }
  }

  private static long attack(Attack pgd, OnnxClassifier model, ImageSet images, int from, int to) {
    List<AttackResult> results = pgd.run(model, samples(images, from, to), THREAT, 0);
    return results.stream().mapToLong(AttackResult::backwards).sum();
  }

  /** Some of the images, in a row. */
  static Samples samples(ImageSet images, int from, int to) {
    int[] places = IntStream.range(from, to).toArray();
    return new Samples(
        Arrays.stream(places).mapToObj(images::pixels).toArray(float[][]::new),
        Arrays.stream(places).map(images::label).toArray(),
        Arrays.stream(places).mapToLong(images::index).toArray());
  }

  /** What the attack asks of the engine, and nothing else. */
  private static long bare(OnnxClassifier model, ImageSet images, int from, int to) {
    int[] places = IntStream.range(from, to).toArray();
    Tensor x = images.tensor(places).reshape(model.input().batchShape(places.length));
    Tensor labels = Tensor.ofInts(Arrays.stream(places).map(images::label).toArray());
    for (int step = 0; step <= STEPS; step++) {
      try (Scope scope = Scope.open()) {
        Tensor at = x.variable();
        Tensor logits = model.logits(at);
        if (step < STEPS) {
          Gradients.of(Nn.crossEntropy(logits, labels), at);
        }
      }
    }
    return places.length;
  }
}
