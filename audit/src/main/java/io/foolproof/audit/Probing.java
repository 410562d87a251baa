package io.foolproof.audit;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a model's answers near clean images tell, without any attack. */
record Probing(Classifier model, Samples probes, Goal goal) {
  private static final int CALLS = 5;

  /** How often each probe is evaluated by the signs that need no gradients. */
  static final int ANSWERS = CALLS + 2;

  /** How far images are moved to see whether answers move, as a fraction of the box. */
  private static final double NUDGE = 1e-3;

  /** Lengths at which gradients are followed, as fractions of epsilon. */
  private static final double[] LENGTHS = {0.125, 0.25, 0.5, 1};

  /** At more probes than this fraction, gradients that point backwards are a sign. */
  private static final double BACKWARDS = 0.25;

  private static final int LEVELS = 8;
  private static final int CORNERS = 8;

  /** Of more components of a gradient than this fraction, attacks know too little. */
  private static final double MOST_NOT_FINITE = 0.1;

  /**
   * Gradients that are zero, or not finite.
   *
   * @param constant probes around which the logits do not change: there, zero is the true gradient
   */
  Diagnostic vanishingGradients(double most, boolean[] constant) {
    int vanished = 0;
    int flat = 0;
    int row = 0;
    for (Samples some : batches()) {
      try (Scope scope = Scope.open()) {
        Tensor x = some.tensor(model.input()).variable();
        Tensor loss = goal.crossEntropy(model.logits(x), Tensor.ofInts(some.labels()));
        Tensor gradient = Gradients.of(loss, x).flatten(1);
        Tensor finite = gradient.mul(0).eq(0);
        Tensor notFinite = finite.not().to(DType.FLOAT32).mean(false, 1);
        Tensor largest =
            Tensor.where(finite, gradient.abs(), Tensor.zeros(DType.FLOAT32)).max(false, 1);
        Tensor unusable = largest.gt(0).not().or(notFinite.gt(MOST_NOT_FINITE));
        for (boolean one : unusable.toBooleans()) {
          flat += one && constant[row] ? 1 : 0;
          vanished += one && !constant[row] ? 1 : 0;
          row++;
        }
      }
    }
    return Sign.VANISHING_GRADIENTS.of(
        vanished > most * probes.size(),
        vanished + " of " + probes.size(),
        "The gradient of the loss is zero, or NaN or infinite in more than a tenth of its components,"
            + " at "
            + vanished
            + " of the clean probes. Attacks take a random direction where it is zero, and where it"
            + " is not finite that of a point nearby."
            + (flat == 0
                ? ""
                : " It is zero at %d more, around which the logits are the same all over the ball."
                    .formatted(flat)));
  }

  /** At which probes some step along the gradient, up to epsilon, lowers the margin. */
  boolean[] gradientsLeadOn(NormBounded threat) {
    boolean[] lead = new boolean[probes.size()];
    int row = 0;
    for (Samples some : batches()) {
      try (Scope scope = Scope.open()) {
        Tensor x = some.tensor(model.input()).variable();
        Tensor labels = Tensor.ofInts(some.labels());
        Tensor margin = goal.margin(model.logits(x), labels);
        Tensor step = steepest(Gradients.of(margin.neg(), x), threat.norm());
        for (double length : LENGTHS) {
          Tensor there = x.detach().add(step.mul(length * threat.epsilon()));
          boolean[] lower = marginAt(there, labels).lt(margin.detach()).toBooleans();
          for (int i = 0; i < lower.length; i++) {
            lead[row + i] |= lower[i];
          }
        }
        row += some.size();
      }
    }
    return lead;
  }

  /**
   * Whether the loss grows along its gradient, at lengths up to epsilon: once the steps are longer
   * than what the gradient knows of, attacks go the wrong way. The loss is the margin, which does
   * not saturate.
   */
  Diagnostic backwardGradients(NormBounded threat) {
    int[] backwards = new int[LENGTHS.length];
    int usable = 0;
    for (Samples some : batches()) {
      try (Scope scope = Scope.open()) {
        Tensor x = some.tensor(model.input()).variable();
        Tensor labels = Tensor.ofInts(some.labels());
        Tensor gradient = Gradients.of(goal.margin(model.logits(x), labels).neg(), x);
        Tensor step = steepest(gradient, threat.norm());
        Tensor moves = step.flatten(1).abs().max(false, 1).gt(0);
        usable += count(moves.toBooleans());
        for (int k = 0; k < LENGTHS.length; k++) {
          Tensor by = step.mul(LENGTHS[k] * threat.epsilon());
          Tensor along = marginAt(x.detach().add(by), labels);
          Tensor against = marginAt(x.detach().sub(by), labels);
          backwards[k] += count(moves.and(along.gt(against)).toBooleans());
        }
      }
    }
    int worst =
        IntStream.range(0, LENGTHS.length).reduce(0, (a, b) -> backwards[b] > backwards[a] ? b : a);
    boolean fired = backwards[worst] > BACKWARDS * probes.size();
    return Sign.BACKWARD_GRADIENTS.of(
        fired,
        backwards[worst] + " of " + usable,
        String.format(
            Locale.ROOT,
            "A step of length %.3g against the gradient raised the loss more than one along it at %d"
                + " of the %d clean probes that have a gradient%s.",
            LENGTHS[worst] * threat.epsilon(),
            backwards[worst],
            usable,
            fired ? ": gradients lead attacks away from adversarial examples" : ""));
  }

  private Tensor marginAt(Tensor images, Tensor labels) {
    Tensor inside = images.clamp(model.input().low(), model.input().high());
    return goal.margin(model.logits(inside), labels);
  }

  /** The gradient as a step of length 1; of L1, not the steepest, which moves a single value. */
  private static Tensor steepest(Tensor gradient, Norm norm) {
    Tensor finite = gradient.mul(0).eq(0);
    Tensor usable = Tensor.where(finite, gradient, Tensor.zeros(DType.FLOAT32));
    Tensor rows = usable.flatten(1);
    Tensor length =
        switch (norm) {
          case L1 -> rows.abs().sum(true, 1);
          default -> rows.mul(rows).sum(true, 1).sqrt();
        };
    Tensor step =
        norm == Norm.LINF
            ? rows.sign()
            : rows.div(length.maximum(Tensor.full(Float.MIN_NORMAL, DType.FLOAT32)));
    return step.reshape(gradient.shape());
  }

  /** At which probes the cross-entropy is exactly 0, one answer a probe. */
  boolean[] saturated() {
    boolean[] saturated = new boolean[probes.size()];
    int row = 0;
    for (Samples some : batches()) {
      try (Scope scope = Scope.open()) {
        Tensor logits = model.logits(some.tensor(model.input()));
        Tensor loss = goal.crossEntropy(logits, Tensor.ofInts(some.labels()));
        for (boolean zero : loss.eq(0).toBooleans()) {
          saturated[row++] = zero;
        }
      }
    }
    return saturated;
  }

  /** The classes of some images from all over the box: grey ones, corners and noise. */
  Set<Integer> classesInBox() {
    InputSpec input = model.input();
    float low = (float) input.low();
    float high = (float) input.high();
    List<float[]> images = new ArrayList<>();
    for (int level = 0; level <= LEVELS; level++) {
      float[] grey = new float[input.elements()];
      Arrays.fill(grey, low + (high - low) * level / LEVELS);
      images.add(grey);
    }
    for (int i = 0; i < CORNERS; i++) {
      RandomStream stream = new RandomStream(0, i, "corners of the box", 0);
      float[] corner = new float[input.elements()];
      float[] noise = new float[input.elements()];
      for (int j = 0; j < corner.length; j++) {
        corner[j] = stream.nextInt(2) == 0 ? low : high;
      }
      stream.fillUniform(noise, 0, noise.length, low, high);
      images.add(corner);
      images.add(noise);
    }
    return Arrays.stream(Replay.ask(model, images.toArray(float[][]::new)))
        .map(Replay.Answer::prediction)
        .filter(prediction -> prediction >= 0)
        .collect(Collectors.toSet());
  }

  /**
   * Around which probes the logits are the same all over the ball, as far as some of its points
   * tell: corners, and brighter and darker images. One answer a probe.
   */
  boolean[] constantWithin(NormBounded threat) {
    double[][] clean = logits(Function.identity());
    boolean[] constant = new boolean[probes.size()];
    Arrays.fill(constant, true);
    int d = model.input().elements();
    double each =
        switch (threat.norm()) {
          case LINF, L0, L0_PIXELS -> threat.epsilon();
          case L2 -> threat.epsilon() / Math.sqrt(d);
          case L1 -> threat.epsilon() / d;
        };
    for (int point = 0; point < CORNERS + 2; point++) {
      String name = "corner " + point + " of the ball";
      int way = point < CORNERS ? 0 : 2 * (point - CORNERS) - 1;
      double[][] there = logits(some -> moved(some, each, way, name));
      for (int i = 0; i < constant.length; i++) {
        constant[i] &= Arrays.equals(clean[i], there[i]);
      }
    }
    return constant;
  }

  /** The same images, evaluated again and again. */
  Diagnostic differingAnswers() {
    double[][] first = logits(Function.identity());
    boolean[] differs = new boolean[probes.size()];
    boolean[] flips = new boolean[probes.size()];
    for (int call = 1; call < CALLS; call++) {
      double[][] again = logits(Function.identity());
      for (int i = 0; i < differs.length; i++) {
        differs[i] |= !Arrays.equals(first[i], again[i]);
        flips[i] |= argMax(first[i]) != argMax(again[i]);
      }
    }
    return Sign.DIFFERING_ANSWERS.of(
        count(differs) > 0,
        count(differs) + " of " + probes.size(),
        count(differs) == 0
            ? "The logits of each probe were the same in " + CALLS + " calls."
            : "The model's output is random: the logits of %d probes differed between %d calls, the"
                    .formatted(count(differs), CALLS)
                + " prediction of %d. Attacks that do not average over draws are weak here; the suite rand"
                    .formatted(count(flips))
                + " and the setting eot=20 do average.");
  }

  /**
   * Images moved by a hair: where logits do not move, gradients may lead nowhere.
   *
   * @param harmless probes at which they do lead on, as where a model takes whole numbers from 0 to
   *     255, or around which there is nothing to be led to
   */
  Diagnostic quantisedAnswers(double most, boolean[] harmless) {
    double[][] first = logits(Function.identity());
    double[][] nudged = logits(this::nudged);
    int stuck = 0;
    int aside = 0;
    for (int i = 0; i < probes.size(); i++) {
      boolean same = Arrays.equals(first[i], nudged[i]);
      stuck += same && !harmless[i] ? 1 : 0;
      aside += same && harmless[i] ? 1 : 0;
    }
    boolean fired = stuck > most * probes.size();
    return Sign.QUANTISED_ANSWERS.of(
        fired,
        stuck + " of " + probes.size(),
        "Noise of a thousandth of the box left the logits exactly the same for "
            + stuck
            + " of the probes"
            + (fired
                ? ": inputs or outputs are rounded, and gradients there are uninformative."
                : ".")
            + (aside == 0
                ? ""
                : (" So it did for %d more, at which the gradient leads to lower margins all the"
                        + " same, or around which the logits are the same all over the ball.")
                    .formatted(aside)));
  }

  private Samples nudged(Samples some) {
    return moved(some, NUDGE * (model.input().high() - model.input().low()), 0, "nudge");
  }

  /**
   * Every value moved as far, within the box.
   *
   * @param way 1 for up, -1 for down, 0 for at random
   */
  private Samples moved(Samples some, double far, int way, String purpose) {
    float[][] images = new float[some.size()][];
    for (int i = 0; i < images.length; i++) {
      float[] image = some.images()[i].clone();
      RandomStream stream = new RandomStream(0, some.indices()[i], purpose, 0);
      for (int j = 0; j < image.length; j++) {
        int sign = way == 0 ? (stream.nextInt(2) == 0 ? 1 : -1) : way;
        double moved = image[j] + sign * far;
        image[j] = (float) Math.max(model.input().low(), Math.min(model.input().high(), moved));
      }
      images[i] = image;
    }
    return some.with(images);
  }

  private double[][] logits(Function<Samples, Samples> seen) {
    double[][] rows = new double[probes.size()][];
    int row = 0;
    for (Samples some : batches()) {
      try (Scope scope = Scope.open()) {
        double[] values = model.logits(seen.apply(some).tensor(model.input())).toDoubles();
        for (int i = 0; i < some.size(); i++) {
          int classes = values.length / some.size();
          rows[row++] = Arrays.copyOfRange(values, i * classes, (i + 1) * classes);
        }
      }
    }
    return rows;
  }

  private List<Samples> batches() {
    List<Samples> batches = new ArrayList<>();
    for (int from = 0; from < probes.size(); from += Workers.MICRO_BATCH) {
      int to = Math.min(probes.size(), from + Workers.MICRO_BATCH);
      batches.add(
          new Samples(
              Arrays.copyOfRange(probes.images(), from, to),
              Arrays.copyOfRange(probes.labels(), from, to),
              Arrays.copyOfRange(probes.indices(), from, to)));
    }
    return batches;
  }

  private static int argMax(double[] values) {
    return IntStream.range(0, values.length).reduce(0, (a, b) -> values[b] > values[a] ? b : a);
  }

  private static int count(boolean[] values) {
    return (int) IntStream.range(0, values.length).filter(i -> values[i]).count();
  }
}
