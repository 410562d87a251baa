package io.foolproof.study.figure;

import io.foolproof.attack.Attack;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.recipe.Penalties;
import io.foolproof.defense.training.Augmentation;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Training;
import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyNet;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import java.util.ArrayList;
import java.util.List;

/** What a penalty on the gradient does to a network, and what it costs. */
public final class Flattened implements Figure<Flattened.Found> {
  private static final String PENALTY = "gradient";
  private static final double[] WEIGHTS = {0, 0.1, 1, 10, 100};
  private static final double EPSILON = 0.1;

  /**
   * What it computes.
   *
   * @param penalty its name in the catalogue of penalties
   * @param net the network's architecture
   * @param trainingImages how many images were learned from
   * @param epsilon L-inf, of pixels in [0, 1]
   * @param attack its settings
   * @param nets one for each weight of the penalty and each seed, by ascending weight
   */
  public record Found(
      String penalty,
      String net,
      int trainingImages,
      double epsilon,
      String attack,
      List<Net> nets) {
    /** Copies the list. */
    public Found {
      nets = List.copyOf(nets);
    }
  }

  /**
   * A network that was trained with one weight.
   *
   * @param weight of the penalty; 0 for none
   * @param seed of its training
   * @param training misclassified training images
   * @param test misclassified test images
   * @param gradient the mean over the attacked images of the L2 norm of the gradient of the margin:
   *     the label's logit less the largest other
   * @param robust attacked test images that are correctly classified and were not fooled
   */
  public record Net(
      double weight,
      long seed,
      Proportion training,
      Proportion test,
      double gradient,
      Proportion robust) {}

  @Override
  public int number() {
    return 15;
  }

  @Override
  public String title() {
    return "Flatten a network";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    Extent extent = plan.extent();
    Attack attack = Attacks.parse("pgd");
    List<Net> nets = new ArrayList<>();
    for (double weight : WEIGHTS) {
      for (int repetition = 0; repetition < extent.of(1, 3); repetition++) {
        nets.add(kept(workshop, weight, repetition, attack));
      }
    }
    return new Found(
        PENALTY,
        net(extent, 0, 0).architecture().id(),
        learnedFrom(plan).size(),
        EPSILON,
        attack.settings(),
        nets);
  }

  /** The net of one weight; in the quick study a small one that learns from few images. */
  static StudyNet net(Extent extent, double weight, int repetition) {
    String penalty = PENALTY + ":weight=" + weight;
    Training training = Penalties.added(penalty, Training.plain().with(Augmentation.NONE));
    return new StudyNet(
        "flat-%s-%d".formatted(weight, repetition),
        extent == Extent.QUICK ? Architecture.SMALL : Architecture.CNN,
        training,
        extent == Extent.QUICK ? new Length.Steps(300) : new Length.Epochs(5),
        extent.of(10_000, StudyNet.ALL),
        repetition);
  }

  private static ImageSet learnedFrom(StudyPlan plan) {
    int all = plan.training().size();
    return plan.training().first(Math.min(all, net(plan.extent(), 0, 0).images()));
  }

  private Net kept(Workshop workshop, double weight, int repetition, Attack attack) {
    return workshop.part(
        this,
        net(workshop.plan().extent(), weight, repetition).name(),
        Net.class,
        own -> measured(workshop, weight, repetition, attack));
  }

  private static Net measured(Workshop workshop, double weight, int repetition, Attack attack) {
    StudyPlan plan = workshop.plan();
    Subject subject = Subject.of(workshop.net(net(plan.extent(), weight, repetition)), workshop);
    ImageSet test = plan.test();
    ImageSet attacked = test.first(Math.min(test.size(), plan.extent().of(300, 10_000)));
    ImageSet correct = subject.correct(attacked, attacked.size());
    long unfooled =
        subject.attacked(attack, correct, ThreatModel.linf(EPSILON)).stream()
            .filter(result -> !Subject.isFooled(result))
            .count();
    return new Net(
        weight,
        plan.seed() + repetition,
        subject.errors(learnedFrom(plan)),
        subject.errors(test),
        subject.slope(attacked),
        Subject.proportion(unfooled, attacked.size()));
  }
}
