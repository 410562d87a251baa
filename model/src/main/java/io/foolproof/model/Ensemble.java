package io.foolproof.model;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Several classifiers of the same images as one, whose logits are the mean of theirs: what fools
 * all of them at once carries over best to another. Dong, Liao, Pang, Su, Zhu, Hu, Li: Boosting
 * adversarial attacks with momentum, 2017, arXiv 1710.06081, section 3.4.
 *
 * @param members at least one, with equal inputs and as many classes
 */
public record Ensemble(List<DifferentiableClassifier> members) implements DifferentiableClassifier {

  /**
   * Checks that the members fit each other.
   *
   * @throws InvalidInputException when they do not
   */
  public Ensemble {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new InvalidInputException("an ensemble of no classifiers: give one or more");
    }
    for (Classifier member : members) {
      requireAlike(members.get(0), member);
    }
  }

  /**
   * Checks that two classifiers take the same images and tell as many classes apart.
   *
   * @throws InvalidInputException naming both sides where they differ
   */
  public static void requireAlike(Classifier one, Classifier other) {
    InputSpec a = one.input();
    InputSpec b = other.input();
    boolean alike =
        Arrays.equals(a.shape(), b.shape()) && a.low() == b.low() && a.high() == b.high();
    if (!alike || one.classes() != other.classes()) {
      throw new InvalidInputException(
          "%s takes %s and has %d classes, %s takes %s and has %d: give models of the same images"
              .formatted(one.name(), a, one.classes(), other.name(), b, other.classes()));
    }
  }

  @Override
  public String name() {
    return members.stream().map(Classifier::name).collect(Collectors.joining(" and "));
  }

  /** Known where all members are. */
  @Override
  public Origin origin() {
    List<Origin> origins = members.stream().map(Classifier::origin).toList();
    boolean known = origins.stream().allMatch(Origin::isKnown);
    return new Origin(
        name(),
        known ? origins.stream().map(Origin::identityInUse).collect(Collectors.joining(" ")) : "",
        origins.stream().flatMap(origin -> origin.notes().stream()).distinct().toList());
  }

  @Override
  public InputSpec input() {
    return members.get(0).input();
  }

  @Override
  public int classes() {
    return members.get(0).classes();
  }

  @Override
  public boolean drawsAtRandom() {
    return members.stream().anyMatch(Classifier::drawsAtRandom);
  }

  @Override
  public Tensor logits(Tensor images) {
    try (Scope scope = Scope.open()) {
      Tensor sum = members.get(0).logits(images);
      for (Classifier member : members.subList(1, members.size())) {
        sum = sum.add(member.logits(images));
      }
      return scope.keep(sum.div(members.size()));
    }
  }
}
