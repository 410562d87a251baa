package io.foolproof.cli;

import io.foolproof.cli.help.Version;
import io.foolproof.geometry.CurveStudy;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.study.ExtrapolationReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code foolproof study}: figures that explain, computed anew. */
@Command
final class StudyCommand implements Runnable {
  @Spec CommandSpec spec;

  StudyCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "give a study, such as: foolproof study extrapolation");
  }

  @Command(
      name = "extrapolation",
      description =
          "Draws polynomials inside and outside their data, and how many images a hull needs to"
              + " contain every new one.")
  int extrapolation(
      @Option(
              names = "--out",
              paramLabel = "DIR",
              defaultValue = "foolproof-report/extrapolation",
              description = "folder of the page")
          Path out,
      @Option(
              names = "--seed",
              paramLabel = "N",
              defaultValue = "0",
              description = "seed of the samples' noise")
          long seed) {
    OutputFolder folder = new OutputFolder(out);
    folder.checkWritable();
    String command = "foolproof study extrapolation --seed " + seed;
    CurveStudy study = CurveStudy.run(seed);
    folder.removeFormer();
    ExtrapolationReport.write(study, ReportContext.here(Version.text(), command), out);
    PrintWriter print = spec.commandLine().getOut();
    print.println("Study: " + out.resolve("index.html"));
    print.flush();
    return Foolproof.DONE;
  }
}
