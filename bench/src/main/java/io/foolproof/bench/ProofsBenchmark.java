package io.foolproof.bench;

import io.foolproof.audit.proof.CheckedProofs;
import io.foolproof.audit.proof.Decision;
import io.foolproof.audit.proof.Instance;
import io.foolproof.checker.Verdict;
import io.foolproof.model.OnnxModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Decides the instances of a benchmark of the verification competitions, each within its own time
 * limit, checks every proof, and compares with the verdicts of others.
 */
final class ProofsBenchmark {
  private ProofsBenchmark() {}

  /**
   * Runs it.
   *
   * @param folder with {@code onnx}, {@code specs_*} with {@code instances.csv}, and perhaps {@code
   *     verdicts_*.csv}
   * @param part what the names of network and specification, joined by a space, must contain; empty
   *     for all
   * @param limit of seconds, where that is less than the instance's own
   */
  static void run(Path folder, String part, double limit) {
    try {
      Path specs = only(folder, "specs_");
      Map<String, String> verdicts = verdicts(folder);
      Map<String, Integer> counts = new HashMap<>();
      List<Path> folders = List.of(folder, folder.resolve("onnx"), specs);
      for (Instance instance : Instance.in(specs, folders)) {
        Path net = instance.model();
        Path spec = instance.property();
        if (net == null || spec == null) {
          throw new IOException("row %d: %s".formatted(instance.line(), instance.problem()));
        }
        String key = stem(net) + " " + stem(spec);
        if (key.contains(part)) {
          double seconds = Math.min(limit, instance.seconds());
          String word = decide(net, spec, key, seconds, verdicts.getOrDefault(key, "none"));
          counts.merge(word, 1, Integer::sum);
        }
      }
      System.out.println(counts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String stem(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("\\.(onnx|vnnlib)(\\.gz)?$", "");
  }

  private static Path only(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
          .sorted()
          .findFirst()
          .orElseThrow(() -> new IOException(folder + ": there is no " + prefix + "*"));
    }
  }

  private static Map<String, String> verdicts(Path folder) throws IOException {
    Map<String, String> verdicts = new HashMap<>();
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> name(f.toString()).startsWith("verdicts_")).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    for (String line : lines) {
      String[] fields = line.split(",", -1);
      verdicts.put(fields[0] + " " + fields[1], fields[4]);
    }
    return verdicts;
  }

  private static String decide(Path net, Path spec, String key, double seconds, String others)
      throws IOException {
    Path file = Files.createTempFile("foolproof", ".proof");
    Decision decision;
    try (CheckedProofs proofs = new CheckedProofs(OnnxModel.read(net))) {
      decision = proofs.decide(spec, file, seconds, 0);
    }
    String word = decision.answer().name().toLowerCase(Locale.ROOT);
    Verdict verdict = decision.verdict();
    String detail = decision.detail();
    if (verdict != null && verdict.proved()) {
      detail =
          "margin %.3g %.3g, %d leaves, %.1f MB"
              .formatted(
                  verdict.exactMargin(),
                  verdict.executionMargin(),
                  verdict.leaves(),
                  Files.size(file) / 1e6);
    }
    Files.deleteIfExists(file);
    Files.deleteIfExists(file.resolveSibling(name(file.toString()).replace(".proof", ".witness")));
    boolean contradicts =
        (word.equals("sat") && others.equals("unsat"))
            || (word.equals("unsat") && others.equals("sat"));
    System.out.printf(
        Locale.ROOT,
        "%s %s %s%s %.2f s, of which checking %.2f s. %s%n",
        key,
        word,
        "others: " + others,
        contradicts ? " CONTRADICTED" : "",
        decision.seconds(),
        decision.checking(),
        detail);
    return word;
  }
}
