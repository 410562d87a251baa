package io.foolproof.bench;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Unending;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.attack.transfer.Eot;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import io.foolproof.transform.Draw;
import io.foolproof.transform.View;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How often adversarial images fool a model that sees them through a camera: of attacks that know
 * of the camera, and of those that do not. Each image is judged by draws that no attack has seen,
 * the same for all attacks. And what the draws cost, beside as many bare gradients.
 */
final class EotBenchmark {
  private static final int JUDGED = 200;
  private static final int STEPS = 40;
  private static final int COSTLY_DRAWS = 20;
  private static final int ROUNDS = 9;
  private static final double TWO_SIDED_95 = 1.96;

  private final OnnxClassifier model;
  private final ImageSet images;
  private final View view;
  private final Workers workers;

  private EotBenchmark(OnnxClassifier model, ImageSet images, View view, Workers workers) {
    this.model = model;
    this.images = images;
    this.view = view;
    this.workers = workers;
  }

  /**
   * How often attacks fool the model, each held against PGD that knows of no camera.
   *
   * @param attacks that do, as on the command line
   */
  static void success(
      OnnxClassifier model, ImageSet images, String view, double epsilon, List<String> attacks) {
    try (Workers workers = new Workers()) {
      new EotBenchmark(model, images, View.parse(view), workers).success(epsilon, attacks);
    }
  }

  /** What the draws cost. */
  static void cost(OnnxClassifier model, ImageSet images, String view) {
    try (Workers workers = new Workers()) {
      new EotBenchmark(model, images, View.parse(view), workers).cost();
    }
  }

  // ---- Success

  private void success(double epsilon, List<String> attacks) {
    String pgd = "pgd:steps=" + STEPS;
    double[] held = judged(found(pgd, Unending.of(model), epsilon));
    System.out.printf(
        Locale.ROOT,
        "%d images x %d draws of %s, %s, epsilon %s: fooled, clean %.1f %%, PGD-%d %.1f %%,"
            + " stopped at its first success %.1f %%%n",
        images.size(),
        JUDGED,
        view,
        model.name(),
        epsilon,
        100 * mean(judged(clean())),
        STEPS,
        100 * mean(held),
        100 * mean(judged(found(pgd, model, epsilon))));
    for (String attack : attacks) {
      double[] fooled = judged(found(attack, model, epsilon));
      double[] more = new double[fooled.length];
      Arrays.setAll(more, i -> fooled[i] - held[i]);
      System.out.printf(
          Locale.ROOT,
          "  %s: %.1f %%, %.1f points more, 95 %% within %.1f%n",
          attack,
          100 * mean(fooled),
          100 * mean(more),
          100 * TWO_SIDED_95 * deviation(more) / Math.sqrt(more.length));
    }
  }

  private float[][] clean() {
    return IntStream.range(0, images.size()).mapToObj(images::pixels).toArray(float[][]::new);
  }

  private float[][] found(String attack, DifferentiableClassifier against, double epsilon) {
    Attack chosen = Attacks.parse(attack);
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, epsilon);
    return workers
        .mapShared(
            images.size(),
            model.microBatch(),
            (from, to) -> chosen.run(against, PgdBenchmark.samples(images, from, to), threat, 0))
        .stream()
        .flatMap(List::stream)
        .map(AttackResult::image)
        .toArray(float[][]::new);
  }

  /** The fraction of fresh draws in which each image is misclassified. */
  private double[] judged(float[][] seen) {
    return workers
        .mapShared(
            images.size(),
            model.microBatch(),
            (from, to) -> judged(Arrays.copyOfRange(seen, from, to), from))
        .stream()
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private double[] judged(float[][] seen, int from) {
    int[] places = IntStream.range(from, from + seen.length).toArray();
    double[] fooled = new double[seen.length];
    for (int draw = 0; draw < JUDGED; draw++) {
      try (Scope scope = Scope.open()) {
        Tensor x = Tensor.ofRows(seen, model.input().batchShape(seen.length));
        Tensor shown = view.apply(x, Draw.of(1, places, "judged", draw));
        long[] predictions = model.logits(shown).argmax(1).toLongs();
        for (int i = 0; i < fooled.length; i++) {
          fooled[i] += predictions[i] == images.label(places[i]) ? 0 : 1.0 / JUDGED;
        }
      }
    }
    return fooled;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }

  // ---- Cost

  private void cost() {
    List<Eot> all =
        List.of(new Eot(COSTLY_DRAWS, View.NONE, 15, 2, 0.1), new Eot(COSTLY_DRAWS, view, 0, 0, 0));
    Samples samples = PgdBenchmark.samples(images, 0, model.microBatch());
    for (Eot eot : all) {
      Pursuit pursuit =
          new Pursuit(eot.of(model), samples, ThreatModel.untargeted(Norm.LINF, 0.15), 0, "pgd");
      double[] seconds = Clock.medians(ROUNDS, () -> mean(pursuit), () -> bare(samples));
      System.out.printf(
          Locale.ROOT,
          "  %s, a gradient of %d images: %.3f s; %d bare gradients %.3f s; %.1f %% more%n",
          eot.settings(),
          samples.size(),
          seconds[0],
          COSTLY_DRAWS,
          seconds[1],
          100 * (seconds[0] / seconds[1] - 1));
    }
  }

  private static void mean(Pursuit pursuit) {
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      pursuit.gradient(lanes, lanes.images());
    }
  }

  private void bare(Samples samples) {
    for (int i = 0; i < COSTLY_DRAWS; i++) {
      try (Scope scope = Scope.open()) {
        Tensor at = samples.tensor(model.input()).variable();
        Tensor labels = Tensor.ofInts(samples.labels());
        Gradients.of(Nn.crossEntropy(model.logits(at), labels), at);
      }
    }
  }
}
