package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Levels;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Ending;
import io.foolproof.audit.journal.Finding;
import io.foolproof.audit.journal.Finding.Outcome;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Of a model whose answers do not vary: an evaluation each, and a replay of every success. */
final class ReplayJudge implements Judge {
  private final AuditPlan plan;
  private final Classifier model;
  private final Replay replay;
  private final Levels eightBit;

  ReplayJudge(AuditPlan plan) {
    this(plan, plan.model(), plan.model());
  }

  /**
   * With another view of the plan's model.
   *
   * @param model what is attacked
   * @param alone what successes are replayed on
   */
  ReplayJudge(AuditPlan plan, Classifier model, Classifier alone) {
    this.plan = plan;
    this.model = model;
    this.replay = Replay.of(alone, plan.otherRuntimes());
    this.eightBit = Levels.eightBit(plan.model().input());
  }

  @Override
  public List<Finding> clean(Samples samples) {
    Replay.Answer[] answers = Replay.ask(model, samples.images());
    return IntStream.range(0, answers.length)
        .mapToObj(i -> evaluated(samples.indices()[i], answers[i]))
        .toList();
  }

  private static Finding evaluated(long index, Replay.Answer answer) {
    return new Finding(
        index,
        answer.prediction() < 0 ? Outcome.NOT_FINITE : Outcome.NOT_FOOLED,
        answer.prediction(),
        answer.confidence(),
        new Finding.Cost(1, 0, 0),
        null);
  }

  @Override
  public List<Finding> attacked(String stage, Attack attack, ThreatModel threat, Samples samples) {
    long start = System.nanoTime();
    // At one epsilon, a closer example than the first within it would change no verdict.
    boolean ends = attack.findsClosest() && !plan.closest();
    Classifier attacked = ends ? Ending.of(model) : model;
    List<AttackResult> results = attack.run(attacked, samples, threat, plan.seed());
    List<Finding> findings = new ArrayList<>();
    long nanos = (System.nanoTime() - start) / samples.size();
    Replay.Answer[] answers = new Replay.Answer[samples.size()];
    for (int i = 0; i < answers.length; i++) {
      AttackResult result = results.get(i);
      answers[i] =
          result.status() == AttackResult.Status.FOOLED
              ? replay.confirm(threat, samples.images()[i], samples.labels()[i], result)
              : Replay.NONE;
    }
    boolean[] surviving = surviveRounding(samples, results, answers);
    for (int i = 0; i < answers.length; i++) {
      findings.add(finding(samples.indices()[i], results.get(i), answers[i], surviving[i], nanos));
    }
    return ranks(attack) ? withCloseness(findings, samples, results, threat) : findings;
  }

  /** Whether samples are ranked by how close an attack came: one of the first of a cascade. */
  private boolean ranks(Attack attack) {
    int number = plan.number(attack);
    return plan.cascade() != null && number >= 0 && number < plan.cascade().thoroughFrom();
  }

  @Override
  public boolean[] hold(List<Finding> findings, ThreatModel threat, Samples samples) {
    float[][] images =
        findings.stream().map(finding -> example(finding).image()).toArray(float[][]::new);
    int[] predictions = findings.stream().mapToInt(Finding::prediction).toArray();
    boolean[] hold = replay.fool(threat.goal(), samples.labels(), images, predictions);
    for (int i = 0; i < hold.length; i++) {
      hold[i] &= replay.isAllowed(threat, samples.images()[i], example(findings.get(i)));
    }
    return hold;
  }

  private static Finding.Example example(Finding finding) {
    return Objects.requireNonNull(finding.example(), "an example, to see whether it holds");
  }

  private static Finding finding(
      long index, AttackResult result, Replay.Answer answer, boolean survivesRounding, long nanos) {
    Outcome outcome =
        switch (result.status()) {
          case NOT_A_NUMBER -> Outcome.NOT_FINITE;
          case STANDING -> Outcome.NOT_FOOLED;
          case FOOLED -> answer.prediction() < 0 ? Outcome.NOT_REPLAYED : Outcome.FOOLED;
        };
    return new Finding(
        index,
        outcome,
        answer.prediction(),
        answer.confidence(),
        new Finding.Cost(result.forwards(), result.backwards(), nanos),
        outcome == Outcome.FOOLED
            ? new Finding.Example(result.image(), survivesRounding, Judge.moved(result))
            : null);
  }

  /** With how close the attack came to fooling those that it did not fool. */
  private List<Finding> withCloseness(
      List<Finding> findings, Samples samples, List<AttackResult> results, ThreatModel threat) {
    int[] unfooled =
        IntStream.range(0, findings.size())
            .filter(i -> findings.get(i).outcome() == Outcome.NOT_FOOLED)
            .toArray();
    List<Finding> ranked = new ArrayList<>(findings);
    if (unfooled.length > 0) {
      float[][] best =
          IntStream.of(unfooled).mapToObj(i -> results.get(i).image()).toArray(float[][]::new);
      try (Scope scope = Scope.open()) {
        Tensor logits = model.logits(samples.some(unfooled).with(best).tensor(model.input()));
        double[] ahead =
            Loss.DLR.towards(threat.goal()).of(logits, samples.labelTensor(unfooled)).toDoubles();
        for (int k = 0; k < unfooled.length; k++) {
          int i = unfooled[k];
          ranked.set(i, findings.get(i).withCloseness(-ahead[k]));
        }
      }
    }
    return ranked;
  }

  /** Which of the witnesses that held still fool as 8-bit images; evaluated together. */
  private boolean[] surviveRounding(
      Samples samples, List<AttackResult> results, Replay.Answer[] answers) {
    int[] held =
        IntStream.range(0, answers.length).filter(i -> answers[i].prediction() >= 0).toArray();
    boolean[] surviving = new boolean[answers.length];
    if (held.length > 0) {
      float[][] rounded =
          IntStream.of(held)
              .mapToObj(i -> eightBit.nearest(results.get(i).image()))
              .toArray(float[][]::new);
      Replay.Answer[] again = Replay.ask(model, rounded);
      for (int k = 0; k < held.length; k++) {
        int label = samples.labels()[held[k]];
        surviving[held[k]] = Replay.fooled(plan.threat().goal(), label, again[k]);
      }
    }
    return surviving;
  }
}
