package io.foolproof.audit;

import io.foolproof.attack.Samples;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How right a model that answers at random is on what the attacks left, over many draws: its
 * accuracy on the witnesses, and on the clean images of the samples that have none.
 *
 * @param draws how often every image was asked about
 * @param mean of the fraction that was right
 * @param low the lower end of the mean's 95 % interval over draws
 * @param high the upper end
 */
public record Randomness(int draws, double mean, double low, double high) {
  /** Odd, so that two classes cannot tie. */
  static final int DRAWS = 21;

  private static final int PROBES = 20;

  /** The quantile of Student's distribution for a two-sided interval at 95 %, 20 degrees. */
  private static final double T = 2.086;

  /** Null where the same images asked about twice get the same answers, or are not asked about. */
  static @Nullable Randomness of(AuditPlan plan, List<SampleVerdict> verdicts) {
    if (!isRandom(plan)) {
      return null;
    }
    double[] shares = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      shares[draw] = right(plan, verdicts);
    }
    double mean = Arrays.stream(shares).average().orElseThrow();
    double squares = Arrays.stream(shares).map(s -> (s - mean) * (s - mean)).sum();
    double half = T * Math.sqrt(squares / (DRAWS - 1) / DRAWS);
    return new Randomness(DRAWS, mean, Math.max(0, mean - half), Math.min(1, mean + half));
  }

  /**
   * Whether the same images asked about twice get other answers. Of a model behind a URL this is
   * not asked: its answers may cost something, and what follows takes many.
   */
  static boolean isRandom(AuditPlan plan) {
    int probes = Math.min(PROBES, plan.data().size());
    return !plan.model().isMetered() && differs(plan.model(), plan.data(), probes);
  }

  /** Whether two identical calls on the first images differ in any bit. */
  private static boolean differs(Classifier model, ImageSet data, int probes) {
    return !Arrays.equals(logits(model, data, probes), logits(model, data, probes));
  }

  private static double[] logits(Classifier model, ImageSet data, int probes) {
    try (Scope scope = Scope.open()) {
      Samples samples = Samples.of(data, IntStream.range(0, probes).toArray());
      return model.logits(samples.tensor(model.input())).toDoubles();
    }
  }

  private static double right(AuditPlan plan, List<SampleVerdict> verdicts) {
    int right = 0;
    for (int from = 0; from < verdicts.size(); from += Workers.MICRO_BATCH) {
      int to = Math.min(verdicts.size(), from + Workers.MICRO_BATCH);
      float[][] images =
          IntStream.range(from, to)
              .mapToObj(place -> leftBy(plan.data(), verdicts.get(place), place))
              .toArray(float[][]::new);
      Replay.Answer[] answers = Replay.ask(plan.model(), images);
      for (int i = 0; i < answers.length; i++) {
        right += answers[i].prediction() == plan.data().label(from + i) ? 1 : 0;
      }
    }
    return (double) right / verdicts.size();
  }

  private static float[] leftBy(ImageSet data, SampleVerdict verdict, int place) {
    SampleVerdict.Witness witness = verdict.witness();
    return verdict.verdict() == Verdict.FOOLED && witness != null
        ? witness.image()
        : data.pixels(place);
  }
}
