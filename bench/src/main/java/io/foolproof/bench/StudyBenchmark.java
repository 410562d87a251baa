package io.foolproof.bench;

import io.foolproof.audit.Progress;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.report.ReportContext;
import io.foolproof.report.study.StudyFiles;
import io.foolproof.report.study.StudyReport;
import io.foolproof.study.Computed;
import io.foolproof.study.Extent;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.StudyResult;
import io.foolproof.study.claim.Claims;
import io.foolproof.study.claim.Judgement;
import io.foolproof.study.run.Study;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A whole quick study: the seconds of each figure, and how many images the bare engine takes
 * through the study's net, forwards and backwards, in as long; and the seconds that the page takes.
 */
final class StudyBenchmark {
  /** Images in a pass. */
  private static final int BATCH = 50;

  private static final int ROUNDS = 5;

  private StudyBenchmark() {}

  static void run(ImageSet training, ImageSet validation, ImageSet test, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StudyPlan plan = new StudyPlan(training, validation, test, null, Extent.QUICK, 0);
    StudyResult result = Study.run(plan, Set.of(), folder, true, () -> {}, Progress.none());
    double[] page = new double[2];
    for (int i = 0; i < page.length; i++) {
      page[i] = Clock.seconds(() -> write(result, folder));
    }
    double pass = pass(OnnxClassifier.load(folder.resolve("models/plain.onnx")), test);
    for (Computed<?> figure : result.figures()) {
      line(figure.figure().title(), figure.seconds(), figure.seconds() / pass);
    }
    line("all figures", result.seconds(), result.seconds() / pass);
    System.out.printf(
        Locale.ROOT,
        "a pass: one image forwards and backwards, in batches of %d on every core: %.2f ms%n"
            + "the page and all files: %.2f s, again %.2f s%n"
            + "largest resident memory: %.0f MB%n",
        BATCH,
        1000 * pass,
        page[0],
        page[1],
        Resident.mostMegabytes());
  }

  private static void line(String what, double seconds, double passes) {
    System.out.printf(Locale.ROOT, "%-50s %7.1f s  %,10.0f passes%n", what, seconds, passes);
  }

  private static void write(StudyResult result, Path folder) {
    List<Judgement> claims = Claims.judge(result);
    ReportContext context = ReportContext.here("bench", "bench/run study");
    StudyFiles.write(result, claims, context, folder);
    StudyReport.write(result, claims, context, folder);
  }

  /** Seconds of an image, all cores at work. */
  private static double pass(OnnxClassifier net, ImageSet test) {
    int count = Math.min(test.size(), 20 * BATCH);
    try (Workers workers = new Workers()) {
      double[] seconds =
          Clock.medians(
              ROUNDS,
              () ->
                  workers.map(
                      count,
                      BATCH,
                      (from, to) -> {
                        int[] places = IntStream.range(from, to).toArray();
                        try (Scope scope = Scope.open()) {
                          Tensor images =
                              test.tensor(places).reshape(net.input().batchShape(places.length));
                          Tensor x = images.variable();
                          int[] labels = Arrays.stream(places).map(test::label).toArray();
                          Tensor loss = Nn.crossEntropy(net.logits(x), Tensor.ofInts(labels));
                          Gradients.of(loss, x);
                          return to;
                        }
                      }));
      return seconds[0] / count;
    }
  }
}
