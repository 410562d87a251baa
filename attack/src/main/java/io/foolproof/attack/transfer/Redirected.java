package io.foolproof.attack.transfer;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Surrogates;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Ending;
import io.foolproof.attack.search.Unending;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A gradient attack whose gradients come from elsewhere than the model, such as {@link Eot} or
 * {@link Bpda}.
 */
record Redirected(Attack attack, GradientSource source) implements Attack {

  /**
   * Checks that there is something to gain.
   *
   * @throws InvalidInputException when the attack does not follow gradients
   */
  Redirected {
    if (attack.knowledge() != Knowledge.WHITE_BOX) {
      throw new InvalidInputException(
          attack.name()
              + " follows no gradients, and "
              + source.settings()
              + " changes nothing else: give it to an attack that does, such as apgd");
    }
  }

  @Override
  public String name() {
    return attack.name();
  }

  @Override
  public String settings() {
    return attack.settings() + ":" + source.settings();
  }

  @Override
  public Set<Norm> norms() {
    return attack.norms();
  }

  @Override
  public boolean covers(ThreatModel threat) {
    return attack.covers(threat);
  }

  @Override
  public boolean findsClosest() {
    return attack.findsClosest();
  }

  @Override
  public String identity() {
    return attack.identity() + ":" + source.settings();
  }

  @Override
  public Attack withStarts(ImagePool pool) {
    return new Redirected(attack.withStarts(pool), source);
  }

  @Override
  public Attack withOthers(Supplier<ImagePool> pool) {
    return new Redirected(attack.withOthers(pool), source);
  }

  @Override
  public Attack withSurrogates(Surrogates surrogates) {
    return new Redirected(attack.withSurrogates(surrogates), source.withSurrogates(surrogates));
  }

  @Override
  public String note(Classifier model, ThreatModel threat) {
    return attack.note(model, threat);
  }

  @Override
  public boolean suits(Classifier model) {
    return attack.suits(model) && source.suits(model);
  }

  @Override
  public void requireApplicable(Classifier model, ThreatModel threat) {
    attack.requireApplicable(source.of(model), threat);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    return attack.run(seen(model), samples, threat, seed).stream()
        .map(AttackResult::asFound)
        .toList();
  }

  /** What fools a mean of draws by chance ends no search, whatever is wanted of the model. */
  private Classifier seen(Classifier model) {
    if (!(model instanceof Ending ending)) {
      return source.of(model);
    }
    Classifier seen = source.of(ending.model());
    return seen instanceof Unending ? seen : Ending.of(seen);
  }
}
