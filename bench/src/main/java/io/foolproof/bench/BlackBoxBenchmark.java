package io.foolproof.bench;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * What attacks that only ask questions cost beside the model's answers: each against as many bare
 * evaluations, in the same micro-batches over workers. Epsilon is so small that no sample ends
 * early. Then, how close those come that see labels only.
 */
final class BlackBoxBenchmark {
  private static final int QUERIES = 1000;
  private static final int ROUNDS = 3;

  private static final int FEW = 20;
  private static final int[] BUDGETS = {1000, 5000};

  private BlackBoxBenchmark() {}

  static void run(OnnxClassifier model, ImageSet images) {
    try (Workers workers = new Workers()) {
      compare(workers, model, images, "square", Norm.LINF);
      compare(workers, model, images, "simba", Norm.LINF);
      compare(workers, model, images, "hopskipjump", Norm.L2);
      compare(workers, model, images, "boundary", Norm.L2);
      for (String name : List.of("hopskipjump", "sign-opt", "boundary", "geoda")) {
        distances(workers, model, images.range(0, FEW), name);
      }
    }
  }

  /** How close attacks that see labels only come, with few and with many queries. */
  private static void distances(
      Workers workers, OnnxClassifier model, ImageSet images, String name) {
    ThreatModel threat = ThreatModel.untargeted(Norm.L2, images.shape().length * 1e3);
    for (int queries : BUDGETS) {
      Attack attack = Attacks.parse(name + ":queries=" + queries);
      double[] sorted =
          workers
              .map(
                  images.size(),
                  FEW / 2,
                  (from, to) -> distances(attack, model, images, threat, from, to))
              .stream()
              .flatMapToDouble(Arrays::stream)
              .sorted()
              .toArray();
      double median = (sorted[(FEW - 1) / 2] + sorted[FEW / 2]) / 2;
      System.out.printf(
          Locale.ROOT,
          "%s, %d queries an image, %d images of %s: median L2 distance %.2f%n",
          name,
          queries,
          FEW,
          model.name(),
          median);
    }
  }

  /** A sample without an example is infinitely far. */
  private static double[] distances(
      Attack attack, OnnxClassifier model, ImageSet images, ThreatModel threat, int from, int to) {
    Samples samples = samples(images, from, to);
    List<AttackResult> results = attack.run(model, samples, threat, 0);
    return IntStream.range(0, samples.size())
        .mapToDouble(
            i ->
                results.get(i).status() == AttackResult.Status.FOOLED
                    ? Distances.between(samples.images()[i], results.get(i).image()).l2()
                    : Double.POSITIVE_INFINITY)
        .toArray();
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
              workers.mapShared(
                  images.size(),
                  model.microBatch(),
                  (from, to) -> asked.addAndGet(attack(attack, model, images, threat, from, to)));
            },
            () ->
                workers.mapShared(
                    images.size(),
                    model.microBatch(),
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
    return attack.run(model, samples(images, from, to), threat, 0).stream()
        .mapToLong(AttackResult::forwards)
        .sum();
  }

  private static Samples samples(ImageSet images, int from, int to) {
    int[] places = IntStream.range(from, to).toArray();
    return new Samples(
        Arrays.stream(places).mapToObj(images::pixels).toArray(float[][]::new),
        Arrays.stream(places).map(images::label).toArray(),
        Arrays.stream(places).mapToLong(images::index).toArray());
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
