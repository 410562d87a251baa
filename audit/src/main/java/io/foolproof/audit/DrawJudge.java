package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Levels;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.journal.Finding;
import io.foolproof.audit.journal.Finding.Example;
import io.foolproof.audit.journal.Finding.Outcome;
import io.foolproof.audit.journal.Tally;
import io.foolproof.model.Classifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Of a randomised model. What an attack claims does not matter: its best candidate of every sample,
 * fooled or not, is evaluated on fresh draws, and so is in the end the worst of all candidates, on
 * draws of its own: {@link #decided}.
 */
final class DrawJudge implements Judge {
  private final AuditPlan plan;
  private final RandomisedModel model;
  private final Replay replay;
  private final Levels eightBit;

  DrawJudge(AuditPlan plan, RandomisedModel model) {
    this.plan = plan;
    this.model = model;
    this.replay = Replay.of(plan.model(), plan.otherRuntimes());
    this.eightBit = Levels.eightBit(plan.model().input());
  }

  @Override
  public List<Finding> clean(Samples samples) {
    RandomisedModel.Said[] said = model.said(samples, "clean");
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < said.length; i++) {
      int prediction = said[i].answer().prediction();
      findings.add(
          new Finding(
              samples.indices()[i],
              prediction < 0 ? Outcome.NOT_FINITE : Outcome.NOT_FOOLED,
              prediction,
              said[i].answer().confidence(),
              new Finding.Cost(said[i].tally().draws(), 0, 0),
              null,
              said[i].tally()));
    }
    return findings;
  }

  @Override
  public List<Finding> attacked(String stage, Attack attack, ThreatModel threat, Samples samples) {
    long start = System.nanoTime();
    List<AttackResult> results = model.attack(attack, samples, threat, stage);
    int[] usable =
        IntStream.range(0, results.size())
            .filter(i -> results.get(i).status() != AttackResult.Status.NOT_A_NUMBER)
            .filter(i -> replay.isAllowed(threat, samples.images()[i], results.get(i)))
            .toArray();
    List<Example> candidates =
        IntStream.of(usable).mapToObj(i -> candidate(results.get(i))).toList();
    List<Finding> judged = judged(stage, samples.some(usable), candidates);
    long nanos = (System.nanoTime() - start) / samples.size();
    @Nullable Finding[] byPlace = new Finding[results.size()];
    for (int k = 0; k < usable.length; k++) {
      byPlace[usable[k]] = judged.get(k);
    }
    return IntStream.range(0, results.size())
        .mapToObj(i -> finding(samples.indices()[i], results.get(i), byPlace[i], nanos))
        .toList();
  }

  @Override
  public boolean[] hold(List<Finding> findings, ThreatModel threat, Samples samples) {
    boolean[] hold = new boolean[findings.size()];
    for (int i = 0; i < hold.length; i++) {
      Finding finding = findings.get(i);
      Example example = Objects.requireNonNull(finding.example(), "an example, to see if it holds");
      Tally tally = finding.tally();
      hold[i] =
          replay.isAllowed(threat, samples.images()[i], example)
              && tally != null
              && tally.mostAreFooled() == (finding.outcome() == Outcome.FOOLED);
    }
    return hold;
  }

  private static Example candidate(AttackResult result) {
    return new Example(result.image(), false, Judge.moved(result));
  }

  private static Finding finding(
      long index, AttackResult result, @Nullable Finding judged, long nanos) {
    Outcome outcome =
        switch (result.status()) {
          case NOT_A_NUMBER -> Outcome.NOT_FINITE;
          case STANDING -> Outcome.NOT_FOOLED;
          case FOOLED -> Outcome.NOT_REPLAYED;
        };
    long draws = judged == null ? 0 : judged.cost().forwards();
    Finding.Cost cost = new Finding.Cost(result.forwards() + draws, result.backwards(), nanos);
    return judged == null
        ? new Finding(index, outcome, -1, 0, cost, null)
        : new Finding(
            index,
            judged.outcome(),
            judged.prediction(),
            judged.confidence(),
            cost,
            judged.example(),
            judged.tally());
  }

  /**
   * Decides on the worst candidate of each sample, once, on draws that nothing was chosen by.
   *
   * @param candidates one a sample
   */
  List<Finding> decided(Samples samples, List<Example> candidates) {
    return judged("decision", samples, candidates);
  }

  /** What fresh draws say of candidates, one of each sample. */
  private List<Finding> judged(String purpose, Samples samples, List<Example> candidates) {
    RandomisedModel.Said[] said =
        model.said(samples.with(images(candidates)), "draws of " + purpose);
    int[] fooled =
        IntStream.range(0, said.length)
            .filter(i -> said[i].answer().prediction() >= 0 && said[i].tally().mostAreFooled())
            .toArray();
    boolean[] surviving = new boolean[said.length];
    List<Example> rounded =
        IntStream.of(fooled)
            .mapToObj(i -> eightBit.nearest(candidates.get(i).image()))
            .map(image -> new Example(image, false, null))
            .toList();
    RandomisedModel.Said[] again =
        model.said(samples.some(fooled).with(images(rounded)), "8-bit draws of " + purpose);
    for (int k = 0; k < fooled.length; k++) {
      surviving[fooled[k]] = again[k].tally().mostAreFooled();
    }
    return IntStream.range(0, said.length)
        .mapToObj(i -> judged(samples.indices()[i], candidates.get(i), said[i], surviving[i]))
        .toList();
  }

  private static float[][] images(List<Example> candidates) {
    return candidates.stream().map(Example::image).toArray(float[][]::new);
  }

  private static Finding judged(
      long index, Example candidate, RandomisedModel.Said said, boolean survivesRounding) {
    Tally tally = said.tally();
    int prediction = said.answer().prediction();
    Outcome outcome = Outcome.NOT_FINITE;
    if (prediction >= 0) {
      outcome = tally.mostAreFooled() ? Outcome.FOOLED : Outcome.NOT_FOOLED;
    }
    return new Finding(
        index,
        outcome,
        prediction,
        said.answer().confidence(),
        new Finding.Cost(tally.draws(), 0, 0),
        outcome == Outcome.NOT_FINITE
            ? null
            : new Example(candidate.image(), survivesRounding, candidate.moved()),
        tally);
  }

  /**
   * What another runtime of the model, which draws by itself, says of the candidates that are
   * decided on.
   */
  List<Finding> elsewhere(Classifier runtime, Samples samples, List<Example> candidates) {
    RandomisedModel other = new RandomisedModel(runtime, plan.threat().goal(), plan.seed());
    RandomisedModel.Said[] said = other.said(samples.with(images(candidates)), "elsewhere");
    return IntStream.range(0, said.length)
        .mapToObj(
            i ->
                new Finding(
                    samples.indices()[i],
                    Outcome.NOT_FOOLED,
                    said[i].answer().prediction(),
                    said[i].answer().confidence(),
                    new Finding.Cost(0, 0, 0),
                    null,
                    said[i].tally()))
        .toList();
  }

  /** Whether the same audit gives the same figures again. */
  boolean isReproducible() {
    return model.isReproducible();
  }
}
