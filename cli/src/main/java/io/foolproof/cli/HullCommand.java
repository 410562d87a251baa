package io.foolproof.cli;

import io.foolproof.audit.HullFinding;
import io.foolproof.audit.HullPlan;
import io.foolproof.audit.HullResult;
import io.foolproof.audit.HullStudy;
import io.foolproof.data.DataSource;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.geometry.Space;
import io.foolproof.report.AuditReport;
import io.foolproof.report.HullReport;
import io.foolproof.report.HullSummary;
import io.foolproof.report.ReportContext;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof hull}: do queries lie inside the convex hull of the training images? */
@Command(
    name = "hull",
    description =
        "Tells which images lie inside the convex hull of the training images, and how far outside"
            + " the others are.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class HullCommand implements Callable<Integer> {
  private static final int USUAL_QUERIES = 1000;

  @Mixin DataOptions data = new DataOptions();

  @Option(
      names = "--train",
      paramLabel = "N",
      description = "take the hull of the first N training images (default: of all)")
  @Nullable Integer train;

  @Option(
      names = "--queries",
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "which images to look for: test, validation or train (default: test)")
  Split queries = Split.TEST;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "look for the first N of them, 0 for all (default: 1000, or all there are)")
  @Nullable Integer samples;

  @Option(
      names = "--space",
      defaultValue = "pixels",
      description =
          "pixels, pca:K (principal components), patch:K (K x K pixels in the centre) or pool:K"
              + " (means of K x K pixels) (default: ${DEFAULT-VALUE})")
  String space = "pixels";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where the report goes (default: foolproof-report/hull-SET-SPLIT-SPACE)")
  @Nullable Path out;

  @Option(names = "--fresh", description = "start anew where a study was begun already")
  boolean fresh;

  @Spec CommandSpec spec;

  HullCommand() {}

  @Override
  public Integer call() {
    Space chosen = Space.parse(space);
    requireSplits();
    HullPlan plan = new HullPlan(training(), queries(), chosen);
    Path folder = out == null ? usualFolder(chosen) : out;
    AuditReport.checkWritable(folder);
    Path journal = folder.resolve("journal.jsonl");
    if (fresh) {
      Session.remove(journal);
    }
    HullResult result;
    try (Workers workers = new Workers()) {
      result = HullStudy.run(plan, journal, workers, Terminal.standard());
    }
    HullReport.write(result, ReportContext.here(Version.text(), CommandText.of(spec)), folder);
    PrintWriter print = spec.commandLine().getOut();
    print.print(HullSummary.render(result));
    print.println("Report: " + folder.resolve("index.html"));
    print.flush();
    return verdict(result.rejected());
  }

  private void requireSplits() {
    if (!DataSource.of(data.data).hasSplits()) {
      throw new InvalidInputException(
          data.data
              + ": training and test images are not told apart, so that every query would be one of"
              + " the hull's own images; give an .npz file with x_train, y_train, x_test and"
              + " y_test");
    }
  }

  private ImageSet training() {
    ImageSet all = data.open(Split.TRAIN);
    if (train == null) {
      return all;
    }
    if (train < 1 || train > all.size()) {
      throw new InvalidInputException(
          "--train is "
              + train
              + ": give a number from 1 to "
              + all.size()
              + ", which is how many images "
              + all.name()
              + " has");
    }
    return all.range(0, train);
  }

  private ImageSet queries() {
    if (samples != null) {
      return data.open(queries, samples);
    }
    ImageSet all = data.open(queries);
    return all.range(0, Math.min(USUAL_QUERIES, all.size()));
  }

  private int verdict(List<HullFinding> rejected) {
    if (rejected.isEmpty()) {
      return Foolproof.DONE;
    }
    HullFinding first = rejected.get(0);
    spec.commandLine()
        .getErr()
        .printf(
            "foolproof: %d certificates do not hold, the first for query %d: %s%n",
            rejected.size(), first.place(), first.objection());
    return Foolproof.FAILED;
  }

  private Path usualFolder(Space chosen) {
    String set = String.valueOf(Path.of(data.data).getFileName()).replaceFirst("\\.\\w+$", "");
    return Path.of(
        "foolproof-report",
        String.join(
            "-",
            "hull",
            set,
            queries.name().toLowerCase(Locale.ROOT),
            chosen.text().replace(":", "")));
  }
}
