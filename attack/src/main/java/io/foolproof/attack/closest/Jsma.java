package io.foolproof.attack.closest;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.LaneTensor;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.PerLane;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The Jacobian-based saliency map attack: moves two values at a time to an end of the box, those
 * that together raise the target's logit and lower the others' most.
 *
 * <p>Papernot, McDaniel, Jha, Fredrikson, Celik, Swami: The limitations of deep learning in
 * adversarial settings, 2015, arXiv 1511.07528, algorithms 2 and 3 on logits, with theta at its
 * largest; values may rise or fall, whichever does more. Where no two values do both, the two with
 * the best difference move. Without a target the likeliest other classes are tried.
 *
 * @param steps pairs of values to move at most
 * @param targets number of other classes to try, one at a time
 */
@Named("jsma")
public record Jsma(@AtLeast(1) int steps, @AtLeast(1) int targets)
    implements MinimalNormAttack, HasSteps<Jsma> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: pairs of values with the largest saliency",
          "Papernot et al. 2015, arXiv 1511.07528",
          "2 gradients a pair of values, 3 classes");

  /** Pairs are sought among this many values, which are the best by themselves. */
  private static final int CANDIDATES = 200;

  /** Checks the settings. */
  public Jsma {
    Settings.check(Jsma.class, steps, targets);
  }

  /** With the default settings. */
  public static Jsma standard() {
    return new Jsma(60, 3);
  }

  @Override
  public Set<Norm> norms() {
    return EnumSet.of(Norm.L0);
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    pursuit.search(
        0,
        lanes -> {
          for (Tensor target : Rivals.of(pursuit, lanes, targets)) {
            try (Scope scope = Scope.open()) {
              saturate(pursuit, lanes.apart(), target);
            }
          }
        });
    Tightening.of(pursuit);
    return pursuit.results();
  }

  private void saturate(ClosestPursuit pursuit, Lanes lanes, Tensor classes) {
    LaneTensor targets = lanes.hold(classes);
    PerLane<float[][]> points = lanes.hold(Rows.split(lanes.images()));
    PerLane<float[][]> clean = lanes.hold(Rows.split(lanes.images()));
    for (int k = 0; k <= steps && pursuit.goesOn(lanes); k++) {
      boolean[] fooled;
      try (Scope turn = Scope.open()) {
        ClosestPursuit.Evaluation at =
            pursuit.evaluate(lanes, Rows.stack(points.get(), lanes.images().shape()));
        fooled = at.fooled().toBooleans();
        Tensor target = at.logits().gather(1, targets.get().unsqueeze(1)).squeeze(1);
        Tensor others = at.logits().sum(false, 1).sub(target);
        List<Tensor> slopes = at.gradients(List.of(target, others));
        float[][] alpha = Rows.split(slopes.get(0));
        float[][] beta = Rows.split(slopes.get(1));
        for (int lane = 0; lane < fooled.length; lane++) {
          movePair(points.get()[lane], clean.get()[lane], alpha[lane], beta[lane], pursuit.input());
        }
      }
      lanes.drop(fooled);
    }
  }

  /**
   * Moves the two unchanged values with the largest saliency, up or down.
   *
   * @param alpha how the target's logit rises with each value
   * @param beta how the sum of the others rises
   */
  private static void movePair(
      float[] point, float[] clean, float[] alpha, float[] beta, InputSpec input) {
    Pair up = best(point, clean, alpha, beta, 1, input.high());
    Pair down = best(point, clean, alpha, beta, -1, input.low());
    boolean rises = up.saliency >= down.saliency;
    double end = rises ? input.high() : input.low();
    for (int value : rises ? up.values : down.values) {
      point[value] = (float) end;
    }
  }

  /**
   * Two values to move together; one where no more can.
   *
   * @param saliency of both; negative where it is only the best difference
   */
  private record Pair(double saliency, int[] values) {}

  private static Pair best(
      float[] point, float[] clean, float[] alpha, float[] beta, int sign, double end) {
    int[] candidates =
        IntStream.range(0, point.length)
            .filter(j -> point[j] == clean[j] && point[j] != (float) end)
            .boxed()
            .sorted(
                (a, b) -> Float.compare(sign * lead(alpha, beta, b), sign * lead(alpha, beta, a)))
            .limit(CANDIDATES)
            .mapToInt(j -> j)
            .toArray();
    if (candidates.length < 2) {
      return new Pair(Double.NEGATIVE_INFINITY, candidates);
    }
    double leading = sign * (lead(alpha, beta, candidates[0]) + lead(alpha, beta, candidates[1]));
    // Any saliency is better than none, and among those without it a better difference is.
    Pair best = new Pair(Math.atan(leading) - Math.PI, new int[] {candidates[0], candidates[1]});
    for (int p = 0; p < candidates.length; p++) {
      for (int q = 0; q < p; q++) {
        double a = sign * ((double) alpha[candidates[p]] + alpha[candidates[q]]);
        double b = sign * ((double) beta[candidates[p]] + beta[candidates[q]]);
        if (a > 0 && b < 0 && -a * b > best.saliency) {
          best = new Pair(-a * b, new int[] {candidates[q], candidates[p]});
        }
      }
    }
    return best;
  }

  private static float lead(float[] alpha, float[] beta, int value) {
    return alpha[value] - beta[value];
  }
}
