package io.foolproof.bench;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The closest adversarial examples of the first test digits: our attacks beside the figures of
 * other implementations with the same budgets, and the best of ours beside the best of theirs.
 */
final class GoldenBenchmark {

  /** How our attacks are asked for the budgets of the others' names. */
  private static final Map<String, String> OURS =
      Map.of(
          "ddn_1000", "ddn:steps=1000",
          "fmn_1000", "fmn:steps=1000",
          "alma_500", "alma:steps=500",
          "fab_100", "fab:steps=100",
          "deepfool_50", "deepfool:steps=50",
          "cw_l2_9x500", "cw:searches=9:steps=500",
          "pdgd_500", "pdpgd:steps=500",
          "pdpgd_500", "pdpgd:steps=500",
          "sigma_zero_1000", "sigmazero:steps=1000");

  /** What counts among the best of ours besides those: with its default settings. */
  private static final Set<String> ALSO = Set.of("bb", "closest", "ead");

  /** No digit is farther from any image. */
  private static final double EVERYWHERE = 784;

  private final Path folder;
  private final ImageSet digits;

  private GoldenBenchmark(Path folder, ImageSet digits) {
    this.folder = folder;
    this.digits = digits;
  }

  /**
   * Prints a table for each model and norm.
   *
   * @param digits of which as many are attacked as the reference figures are about
   * @param wanted names of models and norms, and names or settings of attacks, to look at; all
   *     where there are none
   */
  static void run(ImageSet digits, List<String> wanted) {
    List<String> attacks =
        wanted.stream()
            .filter(
                word -> Attacks.all().stream().anyMatch(entry -> entry.name().equals(name(word))))
            .toList();
    List<String> only = wanted.stream().filter(word -> !attacks.contains(word)).toList();
    String reference = System.getProperty("foolproof.reference", "");
    Path folder = Path.of(reference);
    if (reference.isEmpty() || !Files.isDirectory(folder)) {
      System.out.println(
          "skipped: no reference figures; set -Dfoolproof.reference=FOLDER, in JAVA_TOOL_OPTIONS");
      return;
    }
    Map<List<String>, List<GoldenTable.Row>> tables = new LinkedHashMap<>();
    for (GoldenTable.Row row : GoldenTable.read(folder)) {
      List<String> table = List.of(row.model(), row.norm().id());
      if (only.isEmpty() || table.containsAll(only)) {
        tables.computeIfAbsent(table, key -> new ArrayList<>()).add(row);
      }
    }
    if (tables.isEmpty()) {
      throw new InvalidInputException(
          folder
              + ": no figures for "
              + String.join(", ", only)
              + ": give a model, a norm or both");
    }
    GoldenBenchmark benchmark = new GoldenBenchmark(folder, digits);
    tables.values().forEach(rows -> benchmark.compare(rows, attacks));
  }

  private void compare(List<GoldenTable.Row> rows, List<String> attacks) {
    String name = rows.get(0).model();
    Norm norm = rows.get(0).norm();
    double[] known = GoldenTable.smallest(folder, name, norm);
    double[] best = new double[known.length];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    System.out.printf("%s, %s: ours, theirs%n", name, norm.symbol());
    try (OnnxClassifier model = OnnxClassifier.load(folder.resolve("models/" + name + ".onnx"));
        Workers workers = new Workers()) {
      Set<String> ours = ours(rows, norm);
      attacks.stream().filter(attack -> !attack.equals(name(attack))).forEach(ours::add);
      for (String settings : ours) {
        boolean isWanted = attacks.contains(settings) || attacks.contains(name(settings));
        if (!attacks.isEmpty() && !isWanted) {
          continue;
        }
        long start = System.nanoTime();
        double[] found = distances(workers, model, Attacks.parse(settings), norm, known.length);
        double seconds = (System.nanoTime() - start) / 1e9;
        Arrays.setAll(best, i -> Math.min(best[i], found[i]));
        print(settings, figures(found, known), theirs(rows, settings), seconds);
      }
    }
    GoldenTable.Row theirBest =
        rows.stream().filter(GoldenTable.Row::isBest).findFirst().orElseThrow();
    print("best of each digit", figures(best, known), figures(theirBest), 0);
    long closer = IntStream.range(0, best.length).filter(i -> best[i] < known[i]).count();
    System.out.printf("  closer than the best of theirs: %d digits%n", closer);
  }

  private static String name(String attack) {
    return attack.split(":", 2)[0];
  }

  /** What to run: an attack for each row, and others of ours for this norm. */
  private static Set<String> ours(List<GoldenTable.Row> rows, Norm norm) {
    Set<String> ours = new LinkedHashSet<>();
    rows.stream().filter(row -> !row.isBest()).forEach(row -> ours.add(ours(row)));
    ours.addAll(alsoOf(norm));
    return ours;
  }

  private static String theirs(List<GoldenTable.Row> rows, String settings) {
    return rows.stream()
        .filter(row -> !row.isBest() && ours(row).equals(settings))
        .map(GoldenBenchmark::figures)
        .findFirst()
        .orElse("-");
  }

  private static List<String> alsoOf(Norm norm) {
    return Attacks.all().stream()
        .filter(entry -> ALSO.contains(entry.name()))
        .map(AttackEntry::standard)
        .filter(attack -> attack.findsClosest() && attack.norms().contains(norm))
        .map(Attack::settings)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private static String ours(GoldenTable.Row row) {
    String settings = OURS.get(row.attack());
    if (settings == null) {
      throw new InvalidInputException(
          "golden figures of '" + row.attack() + "': it is not known which of our attacks that is");
    }
    return settings;
  }

  private double[] distances(
      Workers workers, OnnxClassifier model, Attack attack, Norm norm, int count) {
    ThreatModel threat = ThreatModel.untargeted(norm, EVERYWHERE);
    return workers
        .mapShared(
            count, model.microBatch(), (from, to) -> distances(model, attack, threat, from, to))
        .stream()
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private double[] distances(
      OnnxClassifier model, Attack attack, ThreatModel threat, int from, int to) {
    Samples samples = PgdBenchmark.samples(digits, from, to);
    List<AttackResult> results = attack.run(model, samples, threat, 0);
    return IntStream.range(0, results.size())
        .mapToDouble(
            i ->
                results.get(i).status() == AttackResult.Status.FOOLED
                    ? threat.size(Distances.between(samples.images()[i], results.get(i).image()))
                    : Double.POSITIVE_INFINITY)
        .toArray();
  }

  private static void print(String what, String ours, String theirs, double seconds) {
    System.out.printf(Locale.ROOT, "  %-32s %18s %18s %8.1f s%n", what, ours, theirs, seconds);
  }

  private static String figures(GoldenTable.Row row) {
    return String.format(Locale.ROOT, "%5.1f %% %9.4f", row.success(), row.median());
  }

  /** Of the digits that are correctly classified, which are known to be at a distance. */
  private static String figures(double[] distances, double[] known) {
    double[] sorted =
        IntStream.range(0, distances.length)
            .filter(i -> known[i] > 0)
            .mapToDouble(i -> distances[i])
            .sorted()
            .toArray();
    double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    double found = Arrays.stream(sorted).filter(Double::isFinite).count();
    return String.format(Locale.ROOT, "%5.1f %% %9.4f", 100 * found / sorted.length, median);
  }
}
