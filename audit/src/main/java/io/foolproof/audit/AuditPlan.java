package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Surrogates;
import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.Ensemble;
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
 * @param surrogates models of the attacker's own; may be none
 * @param data the samples
 * @param threat what the attacker may do
 * @param attacks in the order in which they run
 * @param extent what is measured besides
 * @param seed of all random numbers
 * @param subject how to name and identify model and data
 */
public record AuditPlan(
    Classifier model,
    List<Classifier> otherRuntimes,
    Surrogates surrogates,
    ImageSet data,
    ThreatModel threat,
    List<Attack> attacks,
    Extent extent,
    long seed,
    AuditResult.Subject subject) {

  /**
   * What is measured besides which samples are fooled within epsilon.
   *
   * @param closest whether every attack looks for the closest example of every sample, however far,
   *     instead of going on with what the attacks before it left
   * @param curveSteps into how many steps the accuracy curve divides epsilon; with 1, smaller
   *     perturbations are not searched
   * @param diagnose whether to look for signs that attacks failed without the model being robust
   */
  public record Extent(boolean closest, int curveSteps, boolean diagnose) {
    /** Fooled or not, and nothing else. */
    public static final Extent VERDICTS = new Extent(false, 1, false);

    /** What a report shows. */
    public static final Extent REPORT = new Extent(false, 8, true);

    /** What a report on distances shows. */
    public static final Extent CLOSEST = new Extent(true, 24, true);

    /** Checks the steps. */
    public Extent {
      if (curveSteps < 1) {
        throw new InvalidInputException("the curve has " + curveSteps + " steps: give 1 or more");
      }
    }
  }

  /**
   * Checks that model, data, threat, attacks and surrogates fit each other.
   *
   * @throws InvalidInputException saying what does not fit
   */
  public AuditPlan {
    attacks = attacks.stream().map(attack -> attack.withSurrogates(surrogates)).toList();
    otherRuntimes = List.copyOf(otherRuntimes);
    checkFit(model, data);
    surrogates.models().forEach(surrogate -> Ensemble.requireAlike(model, surrogate));
    if (attacks.isEmpty()) {
      throw new InvalidInputException("no attack is given: name at least one, such as pgd");
    }
    for (Attack attack : attacks) {
      checkThreat(attack, threat, model, data);
      if (extent.closest() && !attack.findsClosest()) {
        throw new InvalidInputException(
            attack.name() + " does not look for the closest example, as all shall here");
      }
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

  /** Checks that an attack can be run on a model, and that its goal suits the images. */
  public static void checkThreat(
      Attack attack, ThreatModel threat, Classifier model, ImageSet data) {
    attack.requireApplicable(model, threat);
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

  boolean closest() {
    return extent.closest();
  }

  int curveSteps() {
    return extent.curveSteps();
  }

  /** The largest distance that two images in the model's box can have, in the threat's norm. */
  double widest() {
    double widest = threat instanceof NormBounded bounded ? widest(bounded.norm()) : diagonal();
    // Distances are computed in double precision: none may be a hair beyond.
    return Math.nextUp(widest * (1 + 1e-9));
  }

  private double widest(Norm norm) {
    double span = model.input().high() - model.input().low();
    int d = model.input().elements();
    return switch (norm) {
      case LINF -> span;
      case L2 -> span * Math.sqrt(d);
      case L1 -> span * d;
      case L0 -> d;
    };
  }

  /** A pixel that moves farther has left the image. */
  private double diagonal() {
    return Math.hypot(data.height(), data.width());
  }

  /** All that results depend on, by name, to tell one audit from another. */
  public Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("format", "foolproof journal 6");
    identity.put("model", subject.modelSha256());
    identity.put("box", "[" + subject.inputLow() + ", " + subject.inputHigh() + "]");
    identity.put("data", subject.dataSha256());
    identity.put("samples", String.valueOf(data.size()));
    identity.put("indices", indices());
    identity.put("norm", threat.id());
    identity.put("epsilon", String.valueOf(threat.epsilon()));
    identity.put("goal", threat.goal().toString());
    identity.put(
        "attacks", attacks.stream().map(Attack::identity).collect(Collectors.joining(", ")));
    if (!surrogates.isEmpty()) {
      identity.put("surrogates", surrogates.identity());
    }
    if (extent.closest()) {
      identity.put("closest", "of every sample");
    }
    if (threat.levels() > 0) {
      identity.put("levels", String.valueOf(threat.levels()));
    }
    identity.put("curve", String.valueOf(extent.curveSteps()));
    identity.put("seed", String.valueOf(seed));
    identity.put("engine", subject.engine());
    return identity;
  }

  private String indices() {
    long[] indices = IntStream.range(0, data.size()).mapToLong(data::index).toArray();
    return Integer.toHexString(Arrays.hashCode(indices));
  }
}
