package io.foolproof.audit;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Samples;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What a model's answers near clean images tell, without any attack. */
record Probing(Classifier model, Samples probes, Goal goal) {
  private static final int CALLS = 5;

  /** How far images are moved to see whether answers move, as a fraction of the box. */
  private static final double NUDGE = 1e-3;

  /** Of more components of a gradient than this fraction, attacks know too little. */
  private static final double MOST_NOT_FINITE = 0.1;

  Diagnostic vanishingGradients(double most) {
    int vanished = 0;
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
          vanished += one ? 1 : 0;
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
            + " is not finite that of a point nearby.");
  }

  Diagnostic saturatedLoss(double most) {
    List<Double> gaps = new ArrayList<>();
    int saturated = 0;
    for (Samples some : batches()) {
      try (Scope scope = Scope.open()) {
        Tensor logits = model.logits(some.tensor(model.input()));
        Tensor loss = goal.crossEntropy(logits, Tensor.ofInts(some.labels()));
        Tensor sorted = logits.sort(1, true).values();
        Tensor gap = sorted.slice(1, 0, 1, 1).sub(sorted.slice(1, 1, 2, 1)).squeeze(1);
        for (boolean zero : loss.eq(0).toBooleans()) {
          saturated += zero ? 1 : 0;
        }
        Arrays.stream(gap.toDoubles()).forEach(gaps::add);
      }
    }
    double median = gaps.stream().sorted().toList().get(gaps.size() / 2);
    return Sign.SATURATED_LOSS.of(
        saturated > most * probes.size(),
        saturated + " of " + probes.size(),
        String.format(
            java.util.Locale.ROOT,
            "The cross-entropy is exactly 0 at %d of the clean probes; the median margin of the"
                + " predicted class is %.3g. Losses that do not depend on the scale (dlr, margin)"
                + " still have gradients there.",
            saturated,
            median));
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
            ? "The logits of each image were the same in " + CALLS + " calls."
            : "The model's output is random: the logits of %d probes differed between %d calls, the"
                    .formatted(count(differs), CALLS)
                + " prediction of %d. Attacks that do not average over draws are weak here; the suite rand"
                    .formatted(count(flips))
                + " and the setting eot=20 do average.");
  }

  /** Images moved by a hair: an answer that does not move has no gradient that leads anywhere. */
  Diagnostic quantisedAnswers(double most) {
    double[][] first = logits(Function.identity());
    double[][] nudged = logits(this::nudged);
    boolean[] stuck = new boolean[probes.size()];
    for (int i = 0; i < stuck.length; i++) {
      stuck[i] = Arrays.equals(first[i], nudged[i]);
    }
    return Sign.QUANTISED_ANSWERS.of(
        count(stuck) > most * probes.size(),
        count(stuck) + " of " + probes.size(),
        "Noise of a thousandth of the box left the logits exactly the same for "
            + count(stuck)
            + " of the probes"
            + (count(stuck) > most * probes.size()
                ? ": inputs or outputs are rounded, and gradients there are uninformative."
                : "."));
  }

  private Samples nudged(Samples some) {
    double span = model.input().high() - model.input().low();
    float[][] images = new float[some.size()][];
    for (int i = 0; i < images.length; i++) {
      float[] image = some.images()[i].clone();
      RandomStream stream = new RandomStream(0, some.indices()[i], "nudge", 0);
      for (int j = 0; j < image.length; j++) {
        double moved = image[j] + (stream.nextInt(2) == 0 ? NUDGE : -NUDGE) * span;
        image[j] = (float) Math.max(model.input().low(), Math.min(model.input().high(), moved));
      }
      images[i] = image;
    }
    return new Samples(images, some.labels(), some.indices());
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
