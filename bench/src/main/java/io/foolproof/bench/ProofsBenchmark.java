package io.foolproof.bench;

import io.foolproof.certify.Outcome;
import io.foolproof.certify.Prover;
import io.foolproof.certify.proof.ProofFile;
import io.foolproof.certify.property.VnnLib;
import io.foolproof.checker.Checker;
import io.foolproof.checker.UncheckableException;
import io.foolproof.checker.Verdict;
import io.foolproof.data.Hashes;
import io.foolproof.model.OnnxModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
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
      for (String line : Files.readAllLines(specs.resolve("instances.csv"))) {
        String[] fields = line.split(",", -1);
        Path net = folder.resolve("onnx").resolve(name(fields[0]));
        Path spec = specs.resolve(name(fields[1]));
        spec = Files.exists(spec) ? spec : specs.resolve(name(fields[1]) + ".gz");
        String key = stem(net) + " " + stem(spec);
        if (key.contains(part)) {
          double seconds = Math.min(limit, Double.parseDouble(fields[2]));
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
    long start = System.nanoTime();
    byte[] text = VnnLib.bytes(spec);
    OnnxModel model = OnnxModel.read(net);
    String word = "unknown";
    String detail = "";
    double proving;
    try (Prover prover = new Prover(model)) {
      Outcome outcome = prover.prove(VnnLib.parse(text, key), seconds, 0);
      proving = (System.nanoTime() - start) / 1e9;
      if (outcome instanceof Outcome.Violated) {
        word = "sat";
      } else if (outcome instanceof Outcome.Unknown unknown) {
        detail = "bound %.3g: %s".formatted(unknown.bound(), unknown.reason());
      } else if (outcome instanceof Outcome.Shown shown) {
        Path file = Files.createTempFile("foolproof", ".proof");
        String hash = HexFormat.of().formatHex(Hashes.sha256().digest(text));
        ProofFile.write(file, shown.proof(), model.sha256(), hash, prover.activations());
        Verdict verdict = checked(net, spec, file);
        word = verdict.proved() ? "unsat" : "unknown";
        detail =
            "%s margin %.3g %.3g, %d leaves, %.1f MB"
                .formatted(
                    verdict.reason(),
                    verdict.exactMargin(),
                    verdict.executionMargin(),
                    verdict.leaves(),
                    Files.size(file) / 1e6);
        Files.delete(file);
      }
    }
    double all = (System.nanoTime() - start) / 1e9;
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
        all,
        all - proving,
        detail);
    return word;
  }

  private static Verdict checked(Path net, Path spec, Path file) throws IOException {
    try {
      return Checker.check(net, spec, file);
    } catch (UncheckableException e) {
      return new Verdict(false, String.valueOf(e.getMessage()), Double.NaN, Double.NaN, 0, 0);
    }
  }
}
