package io.foolproof.cli;

import io.foolproof.audit.proof.Instance;
import io.foolproof.audit.proof.InstanceFinding;
import io.foolproof.audit.proof.InstanceProofs;
import io.foolproof.report.OutputFolder;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides the rows of {@code instances.csv} in a folder: one line each, with the verdict first, and
 * all of them in {@code results.csv}.
 *
 * @param folder with the file
 * @param out where certificates, witnesses and results go
 * @param limit of seconds for each row, where that is less than its own
 */
record ProveFolder(Path folder, Path out, double limit, long seed, boolean fresh) {
  private static final String UNUSABLE = "error";

  /** Returns whether every row could be used. */
  boolean run(PrintWriter print) {
    List<Instance> instances = Instance.in(folder, List.of(folder));
    new OutputFolder(out).checkWritable();
    StringBuilder table = new StringBuilder("row,model,property,verdict,seconds,detail\n");
    Map<String, Integer> counts = new TreeMap<>();
    try (InstanceProofs proofs = InstanceProofs.in(out, instances, limit, seed, fresh)) {
      for (Instance instance : instances) {
        String verdict = UNUSABLE;
        double seconds = 0;
        String detail = instance.problem();
        if (detail.isEmpty()) {
          try {
            InstanceFinding found = proofs.find(instance);
            verdict = found.answer().name().toLowerCase(Locale.ROOT);
            seconds = found.seconds();
            detail = found.detail();
          } catch (InvalidInputException e) {
            detail = String.valueOf(e.getMessage());
          }
        }
        counts.merge(verdict, 1, Integer::sum);
        print.printf(
            Locale.ROOT,
            "%s %d %s: %s (%.1f s)%n",
            verdict,
            instance.line(),
            Printable.of(name(instance)),
            Printable.of(detail),
            seconds);
        print.flush();
        table.append(
            String.format(
                Locale.ROOT,
                "%d,%s,%s,%s,%.2f,%s\n",
                instance.line(),
                quoted(field(instance, 0)),
                quoted(field(instance, 1)),
                verdict,
                seconds,
                quoted(detail)));
      }
    }
    new OutputFolder(out).write("results.csv", table.toString().getBytes(StandardCharsets.UTF_8));
    print.printf(
        "%d rows: %d unsat, %d sat, %d unknown, %d that cannot be used. Results: %s%n",
        instances.size(),
        counts.getOrDefault("unsat", 0),
        counts.getOrDefault("sat", 0),
        counts.getOrDefault("unknown", 0),
        counts.getOrDefault(UNUSABLE, 0),
        Printable.of(out.resolve("results.csv").toString()));
    print.flush();
    return !counts.containsKey(UNUSABLE);
  }

  private static String field(Instance instance, int which) {
    List<String> fields = instance.fields();
    return which < fields.size() ? fields.get(which) : "";
  }

  private static String name(Instance instance) {
    return field(instance, 0) + " " + field(instance, 1);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\"", "\"\"") + "\"";
  }
}
