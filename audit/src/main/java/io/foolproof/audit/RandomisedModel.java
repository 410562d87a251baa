package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.journal.Tally;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A randomised model, as an audit attacks and evaluates it: no search ends at a lucky draw, and
 * what is said of an image is said by {@link #DRAWS} draws that it was not chosen by.
 *
 * <p>Where the model takes its random numbers from streams, each sample has its own, named by the
 * seed, its index and what they are for: the same audit gives the same figures again, in whatever
 * batches and threads.
 */
final class RandomisedModel {
  /** Odd, so that two classes cannot tie. */
  static final int DRAWS = 101;

  private static final int PROBES = 20;

  private final Classifier model;
  private final Goal goal;
  private final long seed;

  RandomisedModel(Classifier model, Goal goal, long seed) {
    this.model = model;
    this.goal = goal;
    this.seed = seed;
  }

  /** The model of an audit; null where the same images evaluated twice get the same answers. */
  static @Nullable RandomisedModel of(AuditPlan plan) {
    return isRandom(plan)
        ? new RandomisedModel(plan.model(), plan.threat().goal(), plan.seed())
        : null;
  }

  /**
   * Whether the model is randomised: the model says so, or the first images evaluated twice differ
   * in any bit. A model behind a URL is not asked: its answers may cost something, and what follows
   * takes many.
   */
  static boolean isRandom(AuditPlan plan) {
    if (plan.model().drawsAtRandom()) {
      return true;
    }
    if (plan.model().isMetered()) {
      return false;
    }
    int[] probes = IntStream.range(0, Math.min(PROBES, plan.data().size())).toArray();
    Samples samples = Samples.of(plan.data(), probes);
    return !Arrays.equals(logits(plan.model(), samples), logits(plan.model(), samples));
  }

  private static double[] logits(Classifier model, Samples samples) {
    try (Scope scope = Scope.open()) {
      return model.logits(samples.tensor(model.input())).toDoubles();
    }
  }

  /** Whether the same audit gives the same figures again. */
  boolean isReproducible() {
    return drawing(0, "probe") != model;
  }

  private Classifier drawing(long index, String purpose) {
    return model.drawing(new RandomStream(seed, index, purpose, 0));
  }

  // ---- Attacks

  /**
   * Attacks samples, each with random numbers of its own where the model takes them.
   *
   * @param purpose names these random numbers
   */
  List<AttackResult> attack(Attack attack, Samples samples, ThreatModel threat, String purpose) {
    if (!isReproducible()) {
      return attack.run(known(model), samples, threat, seed);
    }
    List<AttackResult> results = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      Classifier own = drawing(samples.indices()[i], "attacked in " + purpose);
      results.addAll(attack.run(own, samples.single(i), threat, seed));
    }
    return results;
  }

  /** The model, which says that it draws at random. */
  private static Classifier known(Classifier model) {
    if (model.drawsAtRandom()) {
      return model;
    }
    return model instanceof DifferentiableClassifier differentiable
        ? new Differentiable(differentiable)
        : new Known(model);
  }

  private record Known(Classifier model) implements ForwardingClassifier {
    @Override
    public boolean drawsAtRandom() {
      return true;
    }
  }

  private record Differentiable(DifferentiableClassifier model)
      implements ForwardingClassifier, DifferentiableClassifier {
    @Override
    public boolean drawsAtRandom() {
      return true;
    }
  }

  // ---- Fresh draws

  /**
   * What fresh draws say of an image.
   *
   * @param answer the class that most of them name; where most are fooled, the one that most of
   *     these name; {@link Replay#NONE} where any is not finite
   */
  record Said(Replay.Answer answer, Tally tally) {}

  /**
   * What {@link #DRAWS} fresh draws say of images.
   *
   * @param samples with the images to evaluate
   * @param purpose names the random numbers
   */
  Said[] said(Samples samples, String purpose) {
    Said[] said = new Said[samples.size()];
    for (int i = 0; i < said.length; i++) {
      Classifier own = drawing(samples.indices()[i], purpose);
      said[i] = said(copies(own, samples.images()[i]), samples.labels()[i]);
    }
    return said;
  }

  private Replay.Answer[] copies(Classifier drawing, float[] image) {
    // A model of a program's own may draw one number for a whole batch.
    int together = isReproducible() ? drawing.microBatch() : 1;
    List<Replay.Answer> answers = new ArrayList<>(DRAWS);
    while (answers.size() < DRAWS) {
      float[][] copies = new float[Math.min(together, DRAWS - answers.size())][];
      Arrays.fill(copies, image);
      answers.addAll(List.of(Replay.ask(drawing, copies)));
    }
    return answers.toArray(Replay.Answer[]::new);
  }

  private Said said(Replay.Answer[] draws, int label) {
    Predicate<Replay.Answer> fooled = answer -> Replay.fooled(goal, label, answer);
    int correct = (int) Arrays.stream(draws).filter(a -> a.prediction() == label).count();
    Tally tally =
        new Tally(draws.length, correct, (int) Arrays.stream(draws).filter(fooled).count());
    boolean finite = Arrays.stream(draws).allMatch(answer -> answer.prediction() >= 0);
    Predicate<Replay.Answer> counts = tally.mostAreFooled() ? fooled : answer -> true;
    return new Said(
        finite ? mostCommon(Arrays.stream(draws).filter(counts).toList()) : Replay.NONE, tally);
  }

  private static Replay.Answer mostCommon(List<Replay.Answer> answers) {
    Replay.Answer best = Replay.NONE;
    long most = 0;
    for (Replay.Answer answer : answers) {
      int prediction = answer.prediction();
      long votes = answers.stream().filter(a -> a.prediction() == prediction).count();
      if (votes > most) {
        most = votes;
        best = new Replay.Answer(prediction, confidence(answers, prediction));
      }
    }
    return best;
  }

  /** The mean probability of a class, over the draws that name it. */
  private static double confidence(List<Replay.Answer> answers, int prediction) {
    return answers.stream()
        .filter(answer -> answer.prediction() == prediction)
        .mapToDouble(Replay.Answer::confidence)
        .average()
        .orElse(0);
  }
}
