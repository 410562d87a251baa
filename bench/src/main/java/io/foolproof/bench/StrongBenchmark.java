package io.foolproof.bench;

import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Searched;
import io.foolproof.audit.Verdict;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import java.util.Locale;

/**
 * The suite {@code strong} beside the suite {@code standard} on the same images, one right after
 * the other: what each leaves, what it takes, and on which images they differ.
 */
final class StrongBenchmark {
  private StrongBenchmark() {}

  static void run(OnnxClassifier model, ImageSet images, Norm norm, double epsilon, long seed) {
    ThreatModel threat = ThreatModel.untargeted(norm, epsilon);
    System.out.printf(
        Locale.ROOT,
        "%s, %d images, %s %s, seed %d%n",
        model.name(),
        images.size(),
        norm.symbol(),
        epsilon,
        seed);
    Measured strong = measure(Suite.STRONG, model, images, threat, seed);
    Measured standard = measure(Suite.STANDARD, model, images, threat, seed);
    int onlyStrong = only(strong.result, standard.result);
    int onlyStandard = only(standard.result, strong.result);
    System.out.printf(
        Locale.ROOT,
        "strong is %.1f times as fast, with 1/%.1f of the forward and 1/%.1f of the backward"
            + " passes; fooled by strong alone: %d, by standard alone: %d (exact McNemar p = %.2f)%n",
        standard.seconds / strong.seconds,
        (double) standard.forwards / strong.forwards,
        (double) standard.backwards / strong.backwards,
        onlyStrong,
        onlyStandard,
        mcNemar(onlyStrong, onlyStandard));
  }

  private record Measured(AuditResult result, double seconds, long forwards, long backwards) {}

  private static Measured measure(
      Suite suite, OnnxClassifier model, ImageSet images, ThreatModel threat, long seed) {
    long start = System.nanoTime();
    AuditResult result =
        Audit.of(model, images)
            .against(threat)
            .with(suite)
            .extent(AuditPlan.Extent.VERDICTS)
            .seed(seed)
            .run();
    double seconds = (System.nanoTime() - start) / 1e9;
    long forwards = result.attacks().stream().mapToLong(AttackSummary::forwards).sum();
    long backwards = result.attacks().stream().mapToLong(AttackSummary::backwards).sum();
    System.out.printf(
        Locale.ROOT,
        "%s: %.1f %% correct, %.1f %% left, %.1f s, %d forward and %d backward passes an image%n",
        suite,
        100 * result.cleanAccuracy().value(),
        100 * result.robustAccuracy().value(),
        seconds,
        forwards / images.size(),
        backwards / images.size());
    for (AttackSummary attack : result.attacks()) {
      System.out.printf(
          Locale.ROOT,
          "  %s %s: tried %d, fooled %d, %d forward, %d backward, %.1f s of all workers%n",
          attack.settings(),
          attack.note(),
          attack.tried(),
          attack.fooled(),
          attack.forwards(),
          attack.backwards(),
          attack.seconds());
    }
    Searched searched = result.searched();
    if (searched != null) {
      System.out.printf(Locale.ROOT, "  %s, at most %.3f%n", searched, searched.atMost());
    }
    return new Measured(result, seconds, forwards, backwards);
  }

  /** How many samples one audit fools that the other does not. */
  private static int only(AuditResult one, AuditResult other) {
    int count = 0;
    for (int i = 0; i < one.samples().size(); i++) {
      boolean here = one.samples().get(i).verdict() == Verdict.FOOLED;
      count += here && other.samples().get(i).verdict() != Verdict.FOOLED ? 1 : 0;
    }
    return count;
  }

  /** Two-sided, exact: of all discordant pairs, as many as this or fewer on one side. */
  private static double mcNemar(int a, int b) {
    double tail = 0;
    double term = Math.pow(0.5, a + b);
    for (int k = 0; k <= Math.min(a, b); k++) {
      tail += term;
      term *= (double) (a + b - k) / (k + 1);
    }
    return Math.min(1, 2 * tail);
  }
}
