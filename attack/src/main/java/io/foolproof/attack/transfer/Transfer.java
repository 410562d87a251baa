package io.foolproof.attack.transfer;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Surrogates;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.gradient.MiFgsm;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Unending;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotASetting;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.Ensemble;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Adversarial examples of other models, tried on this one: first of all surrogates together, then
 * of each. The surrogates are attacked to the last step, whether they are fooled or not, and the
 * example that fools them most surely is tried, which costs the model one query.
 *
 * <p>Papernot, McDaniel, Goodfellow: Transferability in machine learning, 2016, arXiv 1605.07277;
 * ensembles: Liu, Chen, Liu, Song: Delving into transferable adversarial examples and black-box
 * attacks, 2016, arXiv 1611.02770.
 *
 * @param by what attacks the surrogates
 * @param surrogates the models that are attacked
 */
@Named("transfer")
public record Transfer(Attack by, @NotASetting Surrogates surrogates) implements Attack {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "adversarial examples of surrogate models",
          "Liu et al. 2016, arXiv 1611.02770",
          "1 query, and 1 a surrogate");

  /** Checks that the attack's examples can be tried on another model within the same epsilon. */
  public Transfer {
    if (by.knowledge() != Knowledge.WHITE_BOX
        || by.findsClosest()
        || by instanceof Uap
        || by.norms().isEmpty()
        || !Norm.withBalls().containsAll(by.norms())) {
      throw new InvalidInputException(
          "transfer: by="
              + by.name()
              + ": give an attack that follows each image's gradient and stays within epsilon, such as"
              + " mifgsm, difgsm, vmifgsm or apgd");
    }
  }

  /** By momentum, without surrogates. */
  public static Transfer standard() {
    return new Transfer(MiFgsm.standard(), Surrogates.NONE);
  }

  @Override
  public Set<Norm> norms() {
    return by.norms();
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.LABELS;
  }

  /** One for all surrogates together, and one for each of several. */
  @Override
  public long mostQueries() {
    int members = surrogates.models().size();
    return members > 1 ? 1 + members : 1;
  }

  @Override
  public String identity() {
    return settings() + ", which is " + by.identity();
  }

  @Override
  public Transfer withSurrogates(Surrogates others) {
    return new Transfer(by, others);
  }

  @Override
  public void requireApplicable(Classifier model, ThreatModel threat) {
    Attack.super.requireApplicable(model, threat);
    by.requireApplicable(surrogates.ensemble(name(), model), threat);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    for (DifferentiableClassifier source : sources(model)) {
      float[][] surest =
          by.run(Unending.of(source), samples, threat, seed).stream()
              .map(AttackResult::image)
              .toArray(float[][]::new);
      try (Scope scope = Scope.open()) {
        BallLanes lanes = pursuit.remaining(0);
        Samples found = new Samples(surest, samples.labels(), samples.indices());
        pursuit.look(lanes, found.imageTensor(lanes.members(), lanes.images().shape()));
      }
    }
    return pursuit.results();
  }

  private List<DifferentiableClassifier> sources(Classifier model) {
    Ensemble together = surrogates.ensemble(name(), model);
    List<DifferentiableClassifier> sources = new ArrayList<>(List.of(together));
    if (together.members().size() > 1) {
      sources.addAll(together.members());
    }
    return sources;
  }
}
