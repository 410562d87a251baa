package io.foolproof.attack;

import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Searches for adversarial examples within a threat model.
 *
 * <p>Each sample is attacked as if it were alone: the result depends on the model, the image, its
 * label, the attack's settings, the seed and the sample's index, and on nothing else. A failure on
 * one sample is never thrown: that sample's status says what went wrong.
 *
 * <p>An attack is a record of its settings, as {@link Settings} describes, and needs no more than a
 * name, {@link #norms} and {@link #run}. It may be run by several threads at once.
 */
public interface Attack {

  /**
   * Its name in the catalogue, which is also part of the name of its random numbers: that of its
   * {@link io.foolproof.attack.setting.Named} annotation, unless it says otherwise.
   */
  default String name() {
    return Settings.name(getClass());
  }

  /**
   * Its settings, as they are given on the command line, {@code pgd:steps=40:restarts=1}: the
   * components of its record, unless it says otherwise.
   */
  default String settings() {
    return Settings.text(this);
  }

  /** The norms it has a version for; none where it moves pixels instead. */
  Set<Norm> norms();

  /** Whether it has a version for a threat model. */
  default boolean covers(ThreatModel threat) {
    return threat instanceof NormBounded bounded && norms().contains(bounded.norm());
  }

  /** What it has to know of the model: its gradients, unless it says otherwise. */
  default Knowledge knowledge() {
    return Knowledge.WHITE_BOX;
  }

  /**
   * The largest number of queries that one sample takes, of an attack that needs no gradients of
   * the model: its setting; {@link Long#MAX_VALUE} where nothing bounds them.
   */
  default long mostQueries() {
    return this instanceof HasQueries<?> asking ? asking.queries() : Long.MAX_VALUE;
  }

  /**
   * This attack with images that it may start from. Only attacks that need labels alone use them;
   * all others return themselves.
   */
  default Attack withStarts(ImagePool pool) {
    return this;
  }

  /**
   * This attack with models of the attacker's own. Only attacks that take gradients of other models
   * use them; all others return themselves.
   */
  default Attack withSurrogates(Surrogates surrogates) {
    return this;
  }

  /** Whether it is a minimal-norm attack: {@link MinimalNormAttack}. */
  default boolean findsClosest() {
    return false;
  }

  /**
   * This attack with images that it may learn from, none of which is attacked. Only universal
   * attacks use them; all others return themselves.
   *
   * @param pool not read by an attack that does not learn
   */
  default Attack withOthers(Supplier<ImagePool> pool) {
    return this;
  }

  /**
   * Differs between attacks that may find different things: the settings, and what it learnt from.
   */
  default String identity() {
    return settings();
  }

  /**
   * In what this attack differs on a model from its settings, in words for a report, such as
   * another loss where the model has too few classes; empty, unless it says otherwise.
   */
  default String note(Classifier model, ThreatModel threat) {
    return "";
  }

  /**
   * Checks that this attack has a version for a threat model.
   *
   * @throws InvalidInputException saying what it has versions for
   */
  default void requireCovered(ThreatModel threat) {
    if (!covers(threat)) {
      throw new InvalidInputException(
          name()
              + " has no version for "
              + threat.symbol()
              + "; it has "
              + (norms().isEmpty()
                  ? FlowBounded.ID
                  : norms().stream().map(Norm::symbol).collect(Collectors.joining(", "))));
    }
  }

  /**
   * Checks, before anything runs, that this attack can be run on a model under a threat.
   *
   * @throws InvalidInputException saying what does not fit, and what would
   */
  default void requireApplicable(Classifier model, ThreatModel threat) {
    requireCovered(threat);
    if (knowledge() == Knowledge.WHITE_BOX && !(model instanceof DifferentiableClassifier)) {
      throw new InvalidInputException(
          name()
              + " needs gradients, which "
              + model.name()
              + " does not give: choose an attack that needs scores or labels only");
    }
    if (knowledge() == Knowledge.SCORES && !model.answersScores()) {
      throw new InvalidInputException(
          name()
              + " needs the scores of all classes, of which "
              + model.name()
              + " tells only the largest: choose an attack that needs labels only");
    }
  }

  /**
   * Whether a suite has a use for it on a model that it can be run on: a redirected attack has none
   * on a model that hides no gradient.
   */
  default boolean suits(Classifier model) {
    return true;
  }

  /**
   * Attacks a micro-batch.
   *
   * @param model what to fool; one that {@link #requireApplicable} lets pass
   * @param samples images in the model's box
   * @param threat what is allowed, with a norm that this attack has
   * @param seed the run's seed
   * @return one result a sample, in their order
   */
  List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed);

  /**
   * Attacks a set of images, a micro-batch at a time on all cores, with seed 0.
   *
   * <p>What is found is what the attack claims. An {@code Audit} replays every claim alone, on
   * another runtime too, and leaves out what is misclassified without any attack.
   *
   * @param model what to fool
   * @param images in the model's box
   * @param threat what the attacker may do
   * @return one result an image, in their order
   * @throws InvalidInputException when model, images, threat and attack do not fit each other
   */
  default List<AttackResult> run(Classifier model, ImageSet images, ThreatModel threat) {
    return run(model, images, threat, 0);
  }

  /** As {@link #run(Classifier, ImageSet, ThreatModel)}, with another seed. */
  default List<AttackResult> run(Classifier model, ImageSet images, ThreatModel threat, long seed) {
    requireApplicable(model, threat);
    Fit.require(model, images);
    Fit.requireGoal(model, images, threat.goal());
    Fit.requirePixels(model, images, threat);
    try (Workers workers = new Workers()) {
      List<List<AttackResult>> batches =
          workers.mapShared(
              images.size(),
              model.microBatch(),
              (from, to) ->
                  run(
                      model,
                      Samples.of(images, IntStream.range(from, to).toArray()),
                      threat,
                      seed));
      return batches.stream().flatMap(List::stream).toList();
    }
  }
}
