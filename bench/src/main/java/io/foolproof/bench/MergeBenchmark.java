package io.foolproof.bench;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.journal.JoinedJournals;
import io.foolproof.audit.journal.Journal;
import io.foolproof.audit.journal.Shard;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.AuditReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Merges the 100 shards of an audit: joins their journals, goes on from there, and writes the
 * report. A first run makes the shards, so that a second one tells what the merge alone takes.
 */
final class MergeBenchmark {
  private static final int SHARDS = 100;

  private MergeBenchmark() {}

  /**
   * Runs it.
   *
   * @param folder of the shards
   */
  static void run(OnnxClassifier model, ImageSet images, Path folder) {
    List<Path> parts =
        IntStream.rangeClosed(1, SHARDS)
            .mapToObj(number -> folder.resolve("part" + number + ".jsonl"))
            .toList();
    try {
      if (Files.exists(parts.get(SHARDS - 1))) {
        merge(model, images, parts, folder.resolve("whole"));
      } else {
        Files.createDirectories(folder);
        for (int number = 1; number <= SHARDS; number++) {
          audit(model, images).journal(parts.get(number - 1)).run(new Shard(number, SHARDS));
        }
        System.out.println("The shards are there: run it again.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void merge(OnnxClassifier model, ImageSet images, List<Path> parts, Path whole)
      throws IOException {
    Files.createDirectories(whole);
    Path journal = whole.resolve(Journal.FILE);
    List<AuditResult> results = new ArrayList<>();
    double joining = Clock.seconds(() -> join(parts, journal));
    long size = Files.size(journal);
    double[] processor = new double[1];
    double resuming =
        Clock.seconds(
            () ->
                processor[0] =
                    Clock.processorSeconds(
                        () -> results.add(audit(model, images).journal(journal).run())));
    ReportContext context = ReportContext.here("bench", "bench/run merge");
    double reporting = Clock.seconds(() -> AuditReport.write(results.get(0), context, whole));
    System.out.printf(
        Locale.ROOT,
        "merge of %d shards, %d images of %s, %.1f %% of them not fooled%n"
            + "  joining %4.0f MB of journals: %8.2f s%n"
            + "  replays and diagnosis:      %8.2f s (%.1f s of processor time)%n"
            + "  report:                     %8.2f s%n"
            + "  largest resident memory:    %8.0f MB%n",
        SHARDS,
        images.size(),
        model.name(),
        100 * results.get(0).robustAccuracy().value(),
        size / 1e6,
        joining,
        resuming,
        processor[0],
        reporting,
        Resident.mostMegabytes());
  }

  private static void join(List<Path> parts, Path to) {
    try {
      JoinedJournals.of(parts).write(to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Audit audit(OnnxClassifier model, ImageSet images) {
    return Audit.of(model, images).against(ThreatModel.linf(0.1)).with(Attacks.parse("fgsm"));
  }
}
