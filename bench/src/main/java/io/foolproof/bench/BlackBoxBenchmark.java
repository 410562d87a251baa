package io.foolproof.bench;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Attacks;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * What attacks that only ask questions cost beside the model's answers: each against as many bare
 * evaluations, in the same micro-batches over workers. Epsilon is so small that no sample ends
 * early.
 */
final class BlackBoxBenchmark {
  private static final int QUERIES = 300;
  private static final int ROUNDS = 3;

  private BlackBoxBenchmark() {}

  static void run(OnnxClassifier model, ImageSet images) {
    try (Workers workers = new Workers()) {
      compare(workers, model, images, "square", Norm.LINF);
      compare(workers, model, images, "simba", Norm.LINF);
      compare(workers, model, images, "hopskipjump", Norm.L2);
      compare(workers, model, images, "boundary", Norm.L2);
    }
  }

  private static void compare(
      Workers workers, OnnxClassifier model, ImageSet images, String name, Norm norm) {
    Attack attack = Attacks.parse(name + ":queries=" + QUERIES);
    ThreatModel threat = ThreatModel.untargeted(norm, 1e-6);
    AtomicLong asked = new AtomicLong();
    double[] seconds =
        Clock.medians(
            ROUNDS,
            () -> {
              asked.set(0);
              workers.map(
                  images.size(),
                  Workers.MICRO_BATCH,
                  (from, to) -> asked.addAndGet(attack(attack, model, images, threat, from, to)));
            },
            () ->
                workers.map(
                    images.size(),
                    Workers.MICRO_BATCH,
                    (from, to) -> bare(model, images, from, to)));
    double perImage = (double) asked.get() / images.size();
    double answers = seconds[1] * perImage / QUERIES;
    System.out.printf(
        Locale.ROOT,
        "%s in %s, %.0f queries an image, %d images of %s: %.2f s; bare evaluations %.2f s;"
            + " overhead of the attack %.1f %%%n",
        name,
        norm.symbol(),
        perImage,
        images.size(),
        model.name(),
        seconds[0],
        answers,
        100 * (seconds[0] / answers - 1));
  }

  private static long attack(
      Attack attack, OnnxClassifier model, ImageSet images, ThreatModel threat, int from, int to) {
    int[] places = IntStream.range(from, to).toArray();
    Samples samples =
        new Samples(
            Arrays.stream(places).mapToObj(images::pixels).toArray(float[][]::new),
            Arrays.stream(places).map(images::label).toArray(),
            Arrays.stream(places).mapToLong(images::index).toArray());
    return attack.run(model, samples, threat, 0).stream().mapToLong(AttackResult::forwards).sum();
  }

  private static long bare(OnnxClassifier model, ImageSet images, int from, int to) {
    int[] places = IntStream.range(from, to).toArray();
    Tensor x = images.tensor(places).reshape(model.input().batchShape(places.length));
    for (int query = 0; query < QUERIES; query++) {
      try (Scope scope = Scope.open()) {
        model.logits(x);
      }
    }
    return places.length;
  }
}
