package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Goal;
import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What to audit, and how. Everything the result depends on is here.
 *
 * @param model what to attack
 * @param otherRuntimes the same model run by something else, to replay witnesses on; may be empty
 * @param data the samples
 * @param threat what the attacker may do
 * @param attacks in the order in which they run
 * @param curveSteps into how many steps the accuracy curve divides epsilon; with 1, smaller
 *     perturbations are not searched
 * @param seed of all random numbers
 * @param subject how to name and identify model and data
 */
public record AuditPlan(
    DifferentiableClassifier model,
    List<Classifier> otherRuntimes,
    ImageSet data,
    ThreatModel threat,
    List<Attack> attacks,
    int curveSteps,
    long seed,
    AuditResult.Subject subject) {

  /** Steps of the accuracy curve that suit a chart. */
  public static final int CURVE_STEPS = 8;

  /**
   * Checks that model, data, threat and attacks fit each other.
   *
   * @throws InvalidInputException saying what does not fit
   */
  public AuditPlan {
    attacks = List.copyOf(attacks);
    otherRuntimes = List.copyOf(otherRuntimes);
    checkFit(model, data);
    if (curveSteps < 1) {
      throw new InvalidInputException("the curve has " + curveSteps + " steps: give 1 or more");
    }
    if (attacks.isEmpty()) {
      throw new InvalidInputException("no attack is given: name at least one, such as pgd");
    }
    for (Attack attack : attacks) {
      checkThreat(attack, threat, model, data);
    }
  }

  /**
   * Checks that a model can classify a data set.
   *
   * @throws InvalidInputException naming both sides where they differ
   */
  public static void checkFit(Classifier model, ImageSet data) {
    InputSpec input = model.input();
    if (data.size() == 0) {
      throw new InvalidInputException(data.name() + ": there are no samples to audit");
    }
    if (!sameLayout(input.shape(), data.shape())) {
      throw new InvalidInputException(
          model.name()
              + " takes inputs of shape "
              + Arrays.toString(input.shape())
              + ", but the images of "
              + data.name()
              + " are "
              + Arrays.toString(data.shape())
              + " (channels, height, width): give the data that the model was made for");
    }
    for (int i = 0; i < data.size(); i++) {
      if (data.label(i) >= model.classes()) {
        throw new InvalidInputException(
            data.name()
                + ": sample "
                + data.index(i)
                + " has label "
                + data.label(i)
                + ", but "
                + model.name()
                + " has "
                + model.classes()
                + " outputs, for labels 0 to "
                + (model.classes() - 1));
      }
      checkBox(model, data, i);
    }
  }

  /** Shapes that hold the same values in the same order: flattened, or with sizes of 1 added. */
  private static boolean sameLayout(long[] wanted, long[] found) {
    long elements = Arrays.stream(wanted).reduce(1, (a, b) -> a * b);
    boolean sameCount = elements == Arrays.stream(found).reduce(1, (a, b) -> a * b);
    long[] a = Arrays.stream(wanted).filter(size -> size != 1).toArray();
    long[] b = Arrays.stream(found).filter(size -> size != 1).toArray();
    return sameCount && (a.length == 1 || Arrays.equals(a, b));
  }

  private static void checkBox(Classifier model, ImageSet data, int i) {
    for (float value : data.pixels(i)) {
      if (!(value >= model.input().low() && value <= model.input().high())) {
        throw new InvalidInputException(
            data.name()
                + ": sample "
                + data.index(i)
                + " has a pixel of "
                + value
                + ", outside the box ["
                + model.input().low()
                + ", "
                + model.input().high()
                + "] of "
                + model.name()
                + "; images are given unnormalised, or give the model's --box");
      }
    }
  }

  /**
   * Checks that an attack has the threat's norm, and that its goal makes sense for these images.
   */
  static void checkThreat(Attack attack, ThreatModel threat, Classifier model, ImageSet data) {
    if (!attack.norms().contains(threat.norm())) {
      throw new InvalidInputException(
          attack.name()
              + " has no version for "
              + threat.norm().symbol()
              + "; it has "
              + attack.norms().stream().map(n -> n.symbol()).collect(Collectors.joining(", ")));
    }
    if (threat.goal() instanceof Goal.Targeted targeted) {
      checkTarget(targeted.target(), model, data);
    }
  }

  private static void checkTarget(int target, Classifier model, ImageSet data) {
    if (target < 0 || target >= model.classes()) {
      throw new InvalidInputException(
          "target class "
              + target
              + " is out of range: "
              + model.name()
              + " has classes 0 to "
              + (model.classes() - 1));
    }
    long already = IntStream.range(0, data.size()).filter(i -> data.label(i) == target).count();
    if (already > 0) {
      throw new InvalidInputException(
          already
              + " of the samples belong to the target class "
              + target
              + " already: leave them out");
    }
  }

  /** All that results depend on, by name, to tell one audit from another. */
  public Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("format", "foolproof journal 1");
    identity.put("model", subject.modelSha256());
    identity.put("box", "[" + subject.inputLow() + ", " + subject.inputHigh() + "]");
    identity.put("data", subject.dataSha256());
    identity.put("samples", String.valueOf(data.size()));
    identity.put("indices", indices());
    identity.put("norm", threat.norm().id());
    identity.put("epsilon", String.valueOf(threat.epsilon()));
    identity.put("goal", threat.goal().toString());
    identity.put(
        "attacks", attacks.stream().map(Attack::settings).collect(Collectors.joining(", ")));
    identity.put("curve", String.valueOf(curveSteps));
    identity.put("seed", String.valueOf(seed));
    identity.put("engine", subject.engine());
    return identity;
  }

  private String indices() {
    long[] indices = IntStream.range(0, data.size()).mapToLong(data::index).toArray();
    return Integer.toHexString(Arrays.hashCode(indices));
  }
}
