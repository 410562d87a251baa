package io.foolproof.certify;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.certify.proof.Claim;
import io.foolproof.certify.proof.Proof;
import io.foolproof.certify.proof.Tree;
import io.foolproof.certify.search.Deadline;
import io.foolproof.checker.UncheckableException;
import io.foolproof.checker.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proofs by splits of inputs alone. */
class InputSplitsTest {
  @TempDir Path folder;

  /** What splits of inputs lead to, with nothing else but intervals. */
  record Halved(Proof proof, List<Integer> left, List<float[]> suspects) {}

  static Halved halved(Trial trial, int workers, double seconds) {
    List<Integer> left = new ArrayList<>();
    List<float[]> suspects = new ArrayList<>();
    Proof proof =
        trial.searched(
            workers,
            search -> {
              suspects.addAll(search.splitInputs(Deadline.in(seconds)));
              left.addAll(search.left());
            });
    return new Halved(proof, left, suspects);
  }

  private Trial trial(byte[] net, int inputs, int outputs, String condition) throws IOException {
    Path own = Files.createTempDirectory(folder, "trial");
    return new Trial(own, net, Trial.specification(inputs, outputs, "-1", "1", condition));
  }

  /**
   * A piecewise linear function of two numbers is largest where two of the lines meet at which it
   * bends, or which bound the box.
   */
  @Test
  void ofOneLayerAndTwoInputsTheLargestValueIsFound() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 5; round++) {
      int n = 8;
      float[] w1 = numbers(random, 2 * n);
      float[] b1 = numbers(random, n);
      float[] w2 = numbers(random, n);
      double most = largest(w1, b1, w2);
      byte[] net = SmallNets.rectified(w1, b1, w2, new float[] {0});
      Trial above = trial(net, 2, 1, "(>= Y_0 %.9f)".formatted(most + 1e-3));
      Halved found = halved(above, 2, 60);
      assertThat(found.suspects).isEmpty();
      assertThat(found.left).isEmpty();
      Verdict verdict = above.check(found.proof);
      assertThat(verdict.reason()).isEmpty();
      assertThat(verdict.exactMargin()).isBetween(0.0, 1e-3 + 1e-8);
      assertThat(verdict.leaves()).isGreaterThan(1);
      Trial below = trial(net, 2, 1, "(>= Y_0 %.9f)".formatted(most - 1e-3));
      Halved refuted = halved(below, 2, 60);
      assertThat(refuted.left).isNotEmpty();
      assertThat(refuted.suspects).isNotEmpty();
      assertThat(value(w1, b1, w2, refuted.suspects.get(0)[0], refuted.suspects.get(0)[1]))
          .isBetween(most - 1e-3 - 1e-5, most + 1e-5);
    }
  }

  private static float[] numbers(SplittableRandom random, int n) {
    float[] numbers = new float[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = (float) random.nextDouble(-1, 1);
    }
    return numbers;
  }

  private static double value(float[] w1, float[] b1, float[] w2, double x, double y) {
    double sum = 0;
    for (int i = 0; i < b1.length; i++) {
      sum += w2[i] * Math.max(0, w1[2 * i] * x + w1[2 * i + 1] * y + b1[i]);
    }
    return sum;
  }

  private static double largest(float[] w1, float[] b1, float[] w2) {
    List<double[]> lines = new ArrayList<>();
    for (int i = 0; i < b1.length; i++) {
      lines.add(new double[] {w1[2 * i], w1[2 * i + 1], b1[i]});
    }
    for (int side = -1; side <= 1; side += 2) {
      lines.add(new double[] {1, 0, side});
      lines.add(new double[] {0, 1, side});
    }
    double most = Double.NEGATIVE_INFINITY;
    for (double[] a : lines) {
      for (double[] b : lines) {
        double det = a[0] * b[1] - a[1] * b[0];
        double x = (a[1] * b[2] - b[1] * a[2]) / det;
        double y = (b[0] * a[2] - a[0] * b[2]) / det;
        if (Math.abs(x) <= 1 && Math.abs(y) <= 1) {
          most = Math.max(most, value(w1, b1, w2, x, y));
        }
      }
    }
    return most;
  }

  /** Deeper nets, with several cases, of which one has two constraints. */
  @Test
  void ofDeeperNetsWhatIsShownAgreesWithPoints() throws IOException {
    for (int d = 2; d <= 5; d++) {
      byte[] net = SmallNets.random("deep" + d, d, 12, 12, 12, 3);
      Trial any = trial(net, d, 3, "(>= Y_0 1000)");
      double[] most = new double[3];
      try (Prover prover = new Prover(any.model())) {
        SplittableRandom random = new SplittableRandom(d);
        float[] x = new float[d];
        for (int i = 0; i < 3000; i++) {
          for (int j = 0; j < d; j++) {
            x[j] = i % 2 == 0 ? (float) random.nextDouble(-1, 1) : 2 * random.nextInt(2) - 1;
          }
          float[] y = prover.output(x);
          most[0] = Math.max(most[0], y[0]);
          most[1] = Math.max(most[1], y[1] - y[2]);
          most[2] = Math.max(most[2], -y[1]);
        }
      }
      String cases =
          "(or (>= Y_0 %.4f) (and (>= (- Y_1 Y_2) %.4f) (<= Y_0 100)) (<= Y_1 %.4f))"
              .formatted(most[0] + 0.5, most[1] + 0.5, -most[2] - 0.5);
      Trial trial = trial(net, d, 3, cases);
      Halved found = halved(trial, 2, 120);
      assertThat(found.suspects).isEmpty();
      assertThat(found.left).isEmpty();
      Verdict verdict = trial.check(found.proof);
      assertThat(verdict.reason()).isEmpty();
      assertThat(verdict.proved()).isTrue();
      Trial happens = trial(net, d, 3, "(>= Y_0 %.4f)".formatted(most[0] - 0.05));
      assertThat(happens.prove(20)).isInstanceOf(Outcome.Violated.class);
    }
  }

  @Test
  void theNumberOfWorkersChangesNothing() throws IOException {
    Trial trial = provable();
    byte[] first = certificate(trial, 1);
    assertThat(certificate(trial, 3)).isEqualTo(first);
  }

  private static byte[] certificate(Trial trial, int workers) throws IOException {
    Verdict verdict = trial.check(halved(trial, workers, 60).proof);
    assertThat(verdict.leaves()).isGreaterThan(8);
    return Files.readAllBytes(trial.certificate);
  }

  /** Its first output is below 0.6, and not below 0.49. */
  private Trial provable() throws IOException {
    return trial(SmallNets.random("mutant", 3, 10, 10, 1), 3, 1, "(>= Y_0 0.6)");
  }

  /** A box that is a single point has nothing to split, and one of two numbers not for long. */
  @Test
  void whatCannotBeSplitEnds() throws IOException {
    byte[] net = SmallNets.linear(new float[] {1}, new float[] {0});
    for (String high :
        new String[] {"1", "1.0000000000000002220446049250313080847263336181640625"}) {
      Path own = Files.createTempDirectory(folder, "point");
      Trial trial = new Trial(own, net, Trial.specification(1, 1, "1", high, "(<= Y_0 0.9999999)"));
      assertThat(halved(trial, 1, 60).left).containsExactly(0);
      assertThat(trial.prove(60)).isInstanceOf(Outcome.Unknown.class);
    }
  }

  private static Verdict with(Trial trial, Proof proof, UnaryOperator<Tree.Halves> change)
      throws IOException {
    return trial.check(
        proof.mapped(
            claim ->
                claim instanceof Claim.Excluded e && e.tree() instanceof Tree.Halves halves
                    ? new Claim.Excluded(e.which(), change.apply(halves))
                    : claim));
  }

  /** Why a certificate whose first split was changed is refused. */
  private static String refusal(Trial trial, Proof proof, UnaryOperator<Tree.Halves> change)
      throws IOException {
    try {
      Verdict verdict = with(trial, proof, change);
      assertThat(verdict.proved()).isFalse();
      return verdict.reason();
    } catch (UncheckableException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void changedSplitsAreRefused() throws IOException {
    Trial trial = provable();
    Proof proof = halved(trial, 2, 60).proof;
    assertThat(with(trial, proof, h -> h).proved()).isTrue();
    // What halves of a half are split at lies outside of it, or too much is left for the other.
    for (double at : new double[] {-0.999, 0.999}) {
      assertThat(refusal(trial, proof, h -> new Tree.Halves(h.input(), at, h.below(), h.above())))
          .containsAnyOf("splits input", "its leaves give only");
    }
    assertThat(refusal(trial, proof, h -> new Tree.Halves(h.input(), h.at(), h.above(), h.below())))
        .contains("splits input");
    assertThat(
            refusal(
                trial,
                proof,
                h -> new Tree.Halves((h.input() + 1) % 3, h.at(), h.below(), h.above())))
        .contains("its leaves give only");
    for (int none : new int[] {-1, 3}) {
      assertThat(refusal(trial, proof, h -> new Tree.Halves(none, h.at(), h.below(), h.above())))
          .contains("splits input " + none + ", which is none");
    }
    for (double at : new double[] {1.0001, -1.0001, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThat(refusal(trial, proof, h -> new Tree.Halves(h.input(), at, h.below(), h.above())))
          .contains("which is not in [-1.0, 1.0]");
    }
  }

  /** One half alone, as if it were the whole. */
  @Test
  void aDroppedHalfIsRefused() throws IOException {
    Trial trial = provable();
    Proof proof = halved(trial, 2, 60).proof;
    UnaryOperator<Tree.Halves> below = h -> (Tree.Halves) h.below();
    UnaryOperator<Tree.Halves> above = h -> (Tree.Halves) h.above();
    assertThat(refusal(trial, proof, below)).contains("its leaves give only");
    assertThat(refusal(trial, proof, above)).contains("its leaves give only");
  }
}
