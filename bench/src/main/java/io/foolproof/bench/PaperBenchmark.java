package io.foolproof.bench;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Unending;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Proportion;
import io.foolproof.data.EightBit;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.physical.mark.MarkAttack;
import io.foolproof.physical.mark.Strokes;
import io.foolproof.physical.patch.Looks;
import io.foolproof.physical.patch.Patch;
import io.foolproof.physical.patch.PatchAttack;
import io.foolproof.physical.patch.Places;
import io.foolproof.tensor.RandomStream;
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
 * What of an attack survives a scanner, a scanner of black and white, and a phone's camera, all
 * simulated: the destruction rate of Kurakin, Goodfellow and Bengio (Adversarial examples in the
 * physical world, 2016, arXiv 1607.02533, section 3), of images of 8 bits, one draw of the view
 * each. Graese, Rozsa and Boult (2016, arXiv 1610.04256) found nearly all to be destroyed.
 */
final class PaperBenchmark {
  private static final List<String> VIEWS = List.of("scan", "scan-binary", "phone-photo");
  private static final List<String> ROWS =
      List.of("clean", "0.1", "0.2", "0.3", "patch", "strokes");
  private static final int PATCH_SIDE = 12;

  private final OnnxClassifier model;
  private final ImageSet making;
  private final ImageSet images;
  private final Workers workers;
  private final int[] clean;

  private PaperBenchmark(OnnxClassifier model, ImageSet making, ImageSet images, Workers workers) {
    this.model = model;
    this.making = making;
    this.images = images;
    this.workers = workers;
    clean = predictions(clean(), View.NONE);
  }

  /**
   * A row for each attack and epsilon, a column for each view.
   *
   * @param rows of {@link #ROWS}; all where there are none
   */
  static void run(OnnxClassifier model, ImageSet making, ImageSet images, List<String> rows) {
    try (Workers workers = new Workers()) {
      new PaperBenchmark(model, making, images, workers).run(rows.isEmpty() ? ROWS : rows);
    }
  }

  private void run(List<String> rows) {
    System.out.printf(
        "%s, %d images of %s: destroyed of those that fool as files; 95 %% intervals%n",
        model.name(), images.size(), images.name());
    for (String row : rows) {
      switch (row) {
        case "clean" -> row("clean, misclassified", view -> lost(View.parse(view)));
        case "patch" -> row(row, view -> destroyed(patched(View.parse(view)), View.parse(view)));
        case "strokes" -> {
          float[][] strokes = stroked();
          row("one stroke", view -> destroyed(strokes, View.parse(view)));
        }
        default -> within(Double.parseDouble(row));
      }
    }
  }

  private void within(double epsilon) {
    float[][] pgd = found("pgd:steps=40", Unending.of(model), epsilon);
    row("pgd " + epsilon, view -> destroyed(pgd, View.parse(view)));
    row(
        "eot " + epsilon,
        view -> {
          String eot = "pgd:steps=20:loss=success:eot=8:eot-view=" + view;
          return destroyed(found(eot, model, epsilon), View.parse(view));
        });
  }

  private interface Column {
    String in(String view);
  }

  private static void row(String name, Column column) {
    System.out.printf("  %-22s", name);
    for (String view : VIEWS) {
      System.out.printf("  %-32s", view + " " + column.in(view));
    }
    System.out.println();
  }

  private String lost(View view) {
    int[] seen = predictions(clean(), view);
    int correct = 0;
    int lost = 0;
    for (int i = 0; i < seen.length; i++) {
      boolean before = clean[i] == images.label(i);
      correct += before ? 1 : 0;
      lost += before && seen[i] != images.label(i) ? 1 : 0;
    }
    return text(lost, correct);
  }

  private String destroyed(float[][] attacked, View view) {
    int[] file = predictions(attacked, View.NONE);
    int[] seen = predictions(attacked, view);
    int fooling = 0;
    int destroyed = 0;
    for (int i = 0; i < seen.length; i++) {
      int label = images.label(i);
      boolean fools = clean[i] == label && file[i] != label;
      fooling += fools ? 1 : 0;
      destroyed += fools && seen[i] == label ? 1 : 0;
    }
    return text(destroyed, fooling);
  }

  private static String text(int count, int total) {
    if (total == 0) {
      return "none fools";
    }
    Proportion rate = new Proportion(count, total);
    return String.format(
        Locale.ROOT,
        "%d/%d %.0f %% (%.0f-%.0f)",
        count,
        total,
        100 * rate.value(),
        100 * rate.low(),
        100 * rate.high());
  }

  // ---- The attacks

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
        .map(EightBit::levels)
        .map(EightBit::pixels)
        .toArray(float[][]::new);
  }

  /** One patch for all, that leads to any wrong class. */
  private float[][] patched(View view) {
    Patch patch =
        new PatchAttack(PATCH_SIDE, false, null, Places.USUAL, view, Looks.ANY, 200, 48, 0.1, 0)
            .make(model, making, workers);
    return workers
        .map(
            images.size(),
            1,
            (from, to) -> {
              RandomStream random = new RandomStream(0, from, "place", 0);
              Tensor on =
                  patch.on(
                      images.tensor(new int[] {from}),
                      List.of(
                          Places.USUAL.draw(
                              random, images.height(), images.width(), PATCH_SIDE, false)));
              return EightBit.pixels(EightBit.levels(on.toFloats()));
            })
        .toArray(float[][]::new);
  }

  /** Made for a phone's camera, whatever looks at them. */
  private float[][] stroked() {
    MarkAttack attack =
        new MarkAttack(new Strokes(1, 2, 14, 1), null, View.parse("phone-photo"), 4, 6, 40, 0);
    return workers
        .map(
            images.size(),
            1,
            (from, to) -> EightBit.pixels(attack.mark(model, images, from).marked()))
        .toArray(float[][]::new);
  }

  // ---- What the model says

  private int[] predictions(float[][] all, View view) {
    return workers
        .map(
            all.length,
            model.microBatch(),
            (from, to) -> {
              try (Scope scope = Scope.open()) {
                float[][] some = Arrays.copyOfRange(all, from, to);
                Tensor x = Tensor.ofRows(some, model.input().batchShape(some.length));
                int[] places = IntStream.range(from, to).toArray();
                Tensor seen = view.apply(x, Draw.of(1, places, "paper", 0));
                return model.logits(seen).argmax(1).toLongs();
              }
            })
        .stream()
        .flatMapToLong(Arrays::stream)
        .mapToInt(Math::toIntExact)
        .toArray();
  }
}
