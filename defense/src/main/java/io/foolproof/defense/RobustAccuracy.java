package io.foolproof.defense;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Samples;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.StraightThrough;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.util.List;
import java.util.stream.IntStream;

/** How often a classifier stays correct under one attack, in each of some norms. */
public final class RobustAccuracy {
  private RobustAccuracy() {}

  /**
   * The fraction of images that are correctly classified, and that an attack fools in no norm. An
   * upper bound of the robust accuracy: an audit with several attacks finds less.
   *
   * @param model attacked with straight-through gradients where its graph rounds or clips images
   */
  public static double of(
      OnnxClassifier model,
      ImageSet images,
      Attack attack,
      Threats threats,
      long seed,
      Workers workers) {
    DifferentiableClassifier attacked = passing(model);
    List<Integer> unfooled =
        workers.map(
            images.size(),
            model.microBatch(),
            (from, to) -> {
              Samples samples = Samples.of(images, IntStream.range(from, to).toArray());
              List<List<AttackResult>> results =
                  threats.each().stream()
                      .map(threat -> attack.run(attacked, samples, threat, seed))
                      .toList();
              return unfooled(attacked, samples, results);
            });
    return unfooled.stream().mapToInt(Integer::intValue).sum() / (double) images.size();
  }

  /** A net whose gradients pass where its graph rounds or clips images; itself where none does. */
  public static OnnxClassifier passing(OnnxClassifier model) {
    return model.hides(StraightThrough.IDENTITY) ? model.with(StraightThrough.IDENTITY) : model;
  }

  private static int unfooled(
      DifferentiableClassifier model, Samples samples, List<List<AttackResult>> results) {
    try (Scope scope = Scope.open()) {
      long[] predictions = model.logits(samples.tensor(model.input())).argmax(1).toLongs();
      return (int)
          IntStream.range(0, samples.size())
              .filter(i -> predictions[i] == samples.labels()[i])
              .filter(i -> results.stream().allMatch(norm -> isUnfooled(norm.get(i))))
              .count();
    }
  }

  private static boolean isUnfooled(AttackResult result) {
    return result.status() == AttackResult.Status.STANDING;
  }
}
