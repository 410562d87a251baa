package io.foolproof.bench;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.operator.Node;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.AuditReport;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A whole audit with PGD-40 at L-inf 0.3: loading, clean accuracy, attack, replay, curve, report;
 * its time, its memory, and how much of the machine's matrix rate the evaluations alone would need.
 */
final class AuditBenchmark {
  private static final int GEMM = 1024;

  private AuditBenchmark() {}

  static void run(Path file, ImageSet images) {
    double peak = gemmPeak();
    Path folder = temporaryFolder();
    double[] accuracy = new double[1];
    double seconds =
        Clock.seconds(() -> accuracy[0] = audit(file, images, folder).robustAccuracy().value());
    OnnxClassifier model = OnnxClassifier.load(file);
    long passes = passes(folder.resolve("journal"));
    double operations = 2.0 * multiplications(model, images) * passes;
    System.out.printf(
        Locale.ROOT,
        "audit of %d images of %s, PGD-40, L-inf 0.3%n"
            + "  all included:                  %8.2f s%n"
            + "  robust accuracy, at most:      %8.1f %%%n"
            + "  forward and backward passes:   %,8d%n"
            + "  rate of matrix products:       %8.1f GFLOP/s at best, %.1f %% of it in the audit%n"
            + "  largest resident memory:       %8.0f MB%n",
        images.size(),
        model.name(),
        seconds,
        100 * accuracy[0],
        passes,
        peak / 1e9,
        100 * operations / seconds / peak,
        Resident.mostMegabytes());
  }

  /** All passes of single images through the network, as the journal has them. */
  private static long passes(Path journal) {
    Pattern count = Pattern.compile("\"(forwards|backwards)\":(\\d+)");
    try (Stream<String> lines = Files.lines(journal)) {
      return lines
          .flatMap(line -> count.matcher(line).results())
          .mapToLong(found -> Long.parseLong(found.group(2)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Multiplications of one image's forward pass; its gradient takes about as many. */
  private static long multiplications(OnnxClassifier model, ImageSet images) {
    long sum = 0;
    try (Scope scope = Scope.open()) {
      Tensor x = images.tensor(new int[] {0}).reshape(model.input().batchShape(1));
      for (Node node : model.model().nodes()) {
        Tensor weight =
            node.inputs().size() < 2
                ? null
                : model.model().initialisers().get(node.inputs().get(1));
        if (weight != null && List.of("Conv", "Gemm", "MatMul").contains(node.type())) {
          boolean convolution = node.type().equals("Conv");
          long positions =
              convolution
                  ? model.activation(node.outputs().get(0), x).elements() / weight.size(0)
                  : 1;
          sum += weight.elements() * positions;
        }
      }
    }
    return sum;
  }

  private static AuditResult audit(Path file, ImageSet images, Path folder) {
    AuditResult result =
        Audit.of(OnnxClassifier.load(file), images)
            .against(ThreatModel.linf(0.3))
            .with(Attacks.parse("pgd:steps=40"))
            .extent(new AuditPlan.Extent(false, 8, false))
            .journal(folder.resolve("journal"))
            .run();
    AuditReport.write(result, ReportContext.here("bench", "bench/run audit"), folder);
    return result;
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("foolproof-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Operations a second of matrix products on all workers at once. */
  private static double gemmPeak() {
    int repeats = 20;
    try (Workers workers = new Workers()) {
      int tasks = workers.count();
      double seconds =
          Clock.medians(3, () -> workers.map(tasks, 1, (from, to) -> products(repeats)))[0];
      return 2.0 * GEMM * GEMM * GEMM * repeats * tasks / seconds;
    }
  }

  private static int products(int repeats) {
    Tensor a = Tensor.full(0.5, DType.FLOAT32, GEMM, GEMM);
    Tensor b = Tensor.full(0.25, DType.FLOAT32, GEMM, GEMM);
    for (int i = 0; i < repeats; i++) {
      try (Scope scope = Scope.open()) {
        a.matmul(b);
      }
    }
    return repeats;
  }
}
