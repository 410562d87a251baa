package io.foolproof.bench;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.AttackResult.Status;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.RobustAccuracy;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How far the closest adversarial examples are that are found of the first images that a model
 * classifies correctly: medians, in L2, L-inf and L0. Gradients pass straight through where the
 * graph rounds or clips images.
 */
final class DistancesBenchmark {
  private static final int IMAGES = 40;

  /** A norm, the attack that is best at it here, and an epsilon that no distance exceeds. */
  private record Search(Norm norm, String attack, double unbounded) {}

  private static final List<Search> SEARCHES =
      List.of(
          new Search(Norm.L2, "closest:by=apgd-t", 30),
          new Search(Norm.LINF, "closest:by=apgd-t", 1),
          new Search(Norm.L0, "sigmazero:steps=300", 784));

  private DistancesBenchmark() {}

  static void run(DifferentiableClassifier model, ImageSet images) {
    ImageSet attacked = images.select(correct(model, images));
    DifferentiableClassifier passing =
        model instanceof OnnxClassifier graph ? RobustAccuracy.passing(graph) : model;
    System.out.printf(Locale.ROOT, "%s, %d images:%n", model.name(), attacked.size());
    for (Search search : SEARCHES) {
      ThreatModel threat = ThreatModel.untargeted(search.norm(), search.unbounded());
      Attack attack = Attacks.parse(search.attack());
      List<AttackResult> results = attack.run(passing, attacked, threat);
      double[] distances =
          IntStream.range(0, attacked.size())
              .mapToDouble(i -> distance(results.get(i), attacked.pixels(i), threat, model))
              .sorted()
              .toArray();
      System.out.printf(
          Locale.ROOT,
          "  %s, %s: median %.4g%n",
          search.norm().symbol(),
          attack.settings(),
          (distances[(distances.length - 1) / 2] + distances[distances.length / 2]) / 2);
    }
  }

  private static double distance(
      AttackResult result, float[] clean, ThreatModel threat, DifferentiableClassifier model) {
    return result.status() == Status.FOOLED
        ? threat.size(NormBounded.require(threat).between(clean, result.image(), model.input()))
        : Double.POSITIVE_INFINITY;
  }

  private static int[] correct(DifferentiableClassifier model, ImageSet images) {
    try (Scope scope = Scope.open()) {
      int[] all = IntStream.range(0, images.size()).toArray();
      double[] logits =
          model
              .logits(images.tensor(all).reshape(model.input().batchShape(all.length)))
              .toDoubles();
      int classes = logits.length / all.length;
      return IntStream.of(all)
          .filter(
              i -> {
                double[] row = Arrays.copyOfRange(logits, i * classes, (i + 1) * classes);
                return row[images.label(i)] == Arrays.stream(row).max().orElseThrow();
              })
          .limit(IMAGES)
          .toArray();
    }
  }
}
