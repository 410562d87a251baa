package io.foolproof.bench;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The suite {@code standard} without anything around it: what each attack leaves, and when. To be
 * held against published figures of AutoAttack.
 */
final class StandardBenchmark {
  private StandardBenchmark() {}

  static void run(OnnxClassifier model, ImageSet images, double epsilon, long seed) {
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, epsilon);
    List<Integer> standing = right(model, images);
    System.out.printf(
        Locale.ROOT,
        "%s, %d images, L-inf %s, seed %d: %.1f %% right%n",
        model.name(),
        images.size(),
        epsilon,
        seed,
        100.0 * standing.size() / images.size());
    double seconds = 0;
    try (Workers workers = new Workers()) {
      for (Attack attack : Suite.STANDARD.attacks(ThreatModel.linf(epsilon), 1)) {
        int[] places = standing.stream().mapToInt(Integer::intValue).toArray();
        List<Integer> left = new ArrayList<>();
        seconds +=
            Clock.seconds(
                () ->
                    workers
                        .mapShared(
                            places.length,
                            model.microBatch(),
                            (from, to) ->
                                attack(
                                    attack,
                                    model,
                                    images,
                                    threat,
                                    seed,
                                    Arrays.copyOfRange(places, from, to)))
                        .forEach(left::addAll));
        standing = left;
        System.out.printf(
            Locale.ROOT,
            "after %s: %.1f %% left, %.1f s%n",
            attack.settings(),
            100.0 * standing.size() / images.size(),
            seconds);
      }
    }
  }

  private static List<Integer> right(OnnxClassifier model, ImageSet images) {
    List<Integer> right = new ArrayList<>();
    for (int from = 0; from < images.size(); from += Workers.MICRO_BATCH) {
      int[] places =
          IntStream.range(from, Math.min(images.size(), from + Workers.MICRO_BATCH)).toArray();
      try (Scope scope = Scope.open()) {
        long[] classes =
            model.logits(samples(images, places).tensor(model.input())).argmax(1).toLongs();
        IntStream.range(0, places.length)
            .filter(i -> classes[i] == images.label(places[i]))
            .forEach(i -> right.add(places[i]));
      }
    }
    return right;
  }

  /** Those of the places that are left. */
  private static List<Integer> attack(
      Attack attack,
      OnnxClassifier model,
      ImageSet images,
      ThreatModel threat,
      long seed,
      int[] places) {
    List<AttackResult> results = attack.run(model, samples(images, places), threat, seed);
    return IntStream.range(0, places.length)
        .filter(i -> results.get(i).status() != AttackResult.Status.FOOLED)
        .mapToObj(i -> places[i])
        .toList();
  }

  private static Samples samples(ImageSet images, int[] places) {
    return new Samples(
        IntStream.of(places).mapToObj(images::pixels).toArray(float[][]::new),
        IntStream.of(places).map(images::label).toArray(),
        IntStream.of(places).mapToLong(images::index).toArray());
  }
}
