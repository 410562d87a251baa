package io.foolproof.audit;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Flow;
import io.foolproof.attack.Goal;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.journal.Finding.Example;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks a claimed adversarial example as if nobody had claimed it: alone, in a batch of one, in
 * the box and within epsilon in double precision, on the model and on every other runtime of the
 * same file.
 *
 * <p>What a randomised model says of an example is found by {@link RandomisedModel}: one draw
 * proves nothing.
 *
 * @param runtimes the model itself first
 */
public record Replay(List<Classifier> runtimes) {

  /**
   * What a runtime says of one image.
   *
   * @param prediction the class; -1 when there is none
   * @param confidence its probability; over draws, the mean of those that predict it
   */
  public record Answer(int prediction, double confidence) {}

  /** For witnesses of an audit. */
  static Replay of(Classifier model, List<Classifier> others) {
    List<Classifier> runtimes = new ArrayList<>(List.of(model));
    runtimes.addAll(others);
    return new Replay(runtimes);
  }

  static final Answer NONE = new Answer(-1, 0);

  /** Evaluates one image alone. */
  private static Answer alone(Classifier model, float[] image) {
    return ask(model, new float[][] {image})[0];
  }

  /** What the model itself says of images. */
  Answer[] of(float[][] images) {
    return ask(runtimes.get(0), images);
  }

  /** Evaluates images in one batch, once. */
  public static Answer[] ask(Classifier model, float[][] images) {
    int d = model.input().elements();
    float[] values = new float[images.length * d];
    for (int i = 0; i < images.length; i++) {
      System.arraycopy(images[i], 0, values, i * d, d);
    }
    try (Scope scope = Scope.open()) {
      return answers(model.logits(Tensor.of(values, model.input().batchShape(images.length))));
    }
  }

  /** Predictions from logits [N, classes]. */
  private static Answer[] answers(Tensor logits) {
    double[] probabilities = Nn.softmax(logits, 1).toDoubles();
    double[] scores = logits.toDoubles();
    int classes = (int) logits.size(1);
    Answer[] answers = new Answer[(int) logits.size(0)];
    for (int n = 0; n < answers.length; n++) {
      int best = 0;
      boolean numbers = true;
      for (int k = 0; k < classes; k++) {
        numbers &= Double.isFinite(scores[n * classes + k]);
        best = scores[n * classes + k] > scores[n * classes + best] ? k : best;
      }
      answers[n] = numbers ? new Answer(best, probabilities[n * classes + best]) : NONE;
    }
    return answers;
  }

  /**
   * Checks that an image is what the threat model calls fooled, on every runtime.
   *
   * @return the model's own answer; {@link #NONE} where the image does not hold
   */
  public Answer confirm(ThreatModel threat, float[] clean, int label, float[] image) {
    return isWithin(threat, clean, image) ? answer(threat.goal(), label, image) : NONE;
  }

  /** Whether values changed by no more than epsilon, and as they may. */
  private boolean isWithin(ThreatModel threat, float[] clean, float[] image) {
    return threat.admits(clean, image)
        && threat.size(threat.between(clean, image, runtimes.get(0).input())) <= threat.epsilon();
  }

  /**
   * As {@link #confirm(ThreatModel, float[], int, float[])}, for what an attack found: where pixels
   * may be moved, the clean image must bend into the one that is claimed, to the last bit.
   */
  public Answer confirm(ThreatModel threat, float[] clean, int label, AttackResult claimed) {
    return isAllowed(threat, clean, claimed) ? answer(threat.goal(), label, claimed.image()) : NONE;
  }

  /**
   * Whether an attack's image is one that the threat model allows, in the box and within epsilon,
   * whatever the model says of it.
   */
  boolean isAllowed(ThreatModel threat, float[] clean, AttackResult claimed) {
    float[] image = claimed.image();
    if (!inside(image, runtimes.get(0).input())) {
      return false;
    }
    if (threat instanceof NormBounded) {
      return isWithin(threat, clean, image);
    }
    Flow flow = claimed.flow();
    return flow != null
        && flow.length() <= threat.epsilon()
        && Arrays.equals(flow.bend(clean, runtimes.get(0).input()), image);
  }

  /**
   * As {@link #isAllowed(ThreatModel, float[], AttackResult)}, of what a journal holds: how far
   * pixels were moved is what was measured when it was found.
   */
  boolean isAllowed(ThreatModel threat, float[] clean, Example example) {
    InputSpec input = runtimes.get(0).input();
    Double moved = example.moved();
    if (!inside(example.image(), input)) {
      return false;
    }
    if (threat instanceof NormBounded) {
      return isWithin(threat, clean, example.image());
    }
    return moved != null && moved <= threat.epsilon();
  }

  /**
   * Which images still fool every runtime, and the model into the same classes; runtimes that are
   * random or whose answers may cost something are not asked again.
   *
   * <p>Each image is asked for alone, at least in one runtime. Where that is another one than the
   * model, the model is asked for all in one batch first, which takes a twentieth of the time, and
   * alone for those that do not fool it there.
   *
   * @param predictions what each image was taken for when it was found
   */
  boolean[] fool(Goal goal, int[] labels, float[][] images, int[] predictions) {
    Classifier model = runtimes.get(0);
    List<Classifier> others = runtimes.stream().skip(1).filter(Replay::canBeAskedAgain).toList();
    boolean isAsked = canBeAskedAgain(model);
    @Nullable Answer[] together =
        isAsked && !others.isEmpty() ? of(images) : new Answer[images.length];
    boolean[] fool = new boolean[images.length];
    for (int i = 0; i < images.length; i++) {
      int label = labels[i];
      float[] image = images[i];
      boolean asBefore =
          !isAsked
              || isFooledInto(predictions[i], goal, label, together[i])
              || isFooledInto(predictions[i], goal, label, alone(model, image));
      fool[i] =
          asBefore && others.stream().allMatch(other -> fooled(goal, label, alone(other, image)));
    }
    return fool;
  }

  private static boolean canBeAskedAgain(Classifier runtime) {
    return !runtime.isMetered() && !runtime.drawsAtRandom();
  }

  private static boolean isFooledInto(
      int prediction, Goal goal, int label, @Nullable Answer answer) {
    return answer != null && answer.prediction() == prediction && fooled(goal, label, answer);
  }

  /** The model's own answer where the image is in the box and all runtimes are fooled. */
  private Answer answer(Goal goal, int label, float[] image) {
    Classifier model = runtimes.get(0);
    if (!inside(image, model.input())) {
      return NONE;
    }
    Answer own = alone(model, image);
    boolean held =
        fooled(goal, label, own)
            && runtimes.stream()
                .skip(1)
                .allMatch(runtime -> fooled(goal, label, alone(runtime, image)));
    return held ? own : NONE;
  }

  /** Whether an answer is what the goal wants. */
  static boolean fooled(Goal goal, int label, Answer answer) {
    if (goal instanceof Goal.Targeted targeted) {
      return answer.prediction() == targeted.target();
    }
    return answer.prediction() >= 0 && answer.prediction() != label;
  }

  private static boolean inside(float[] image, InputSpec input) {
    for (float value : image) {
      if (!(value >= input.low() && value <= input.high())) {
        return false;
      }
    }
    return true;
  }
}
