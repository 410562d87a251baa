package io.foolproof.cli;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.frontier.Frontier;
import io.foolproof.audit.journal.Journal;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.help.Version;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.FreshOption;
import io.foolproof.cli.option.ModelFiles;
import io.foolproof.cli.option.SampleOptions;
import io.foolproof.cli.option.SeedOption;
import io.foolproof.cli.option.ThreatOptions;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.Preprocessing;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.AuditReport;
import io.foolproof.report.frontier.FrontierReport;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foolproof frontier}: what several models pay for their robustness. */
@Command
final class FrontierCommand implements Callable<Integer> {
  private static final int USUAL_SAMPLES = 500;
  private static final String ROW = "%-22s %11s %-14s %12s %-14s %s%n";

  @Under(Heading.MODEL)
  @Parameters(
      arity = "1..*",
      paramLabel = "MODEL...",
      description = "ONNX files, of images with pixels from 0 to 1")
  List<Path> files = new ArrayList<>();

  @Mixin DataOptions data = new DataOptions();
  @Mixin SampleOptions samples = new SampleOptions();
  @Mixin ThreatOptions threats = new ThreatOptions();

  @Under(Heading.ATTACKS)
  @Option(
      names = "--attacks",
      paramLabel = "LIST",
      description =
          "a suite or a list of attacks, for every model, as of 'audit' (default: the suite rand for"
              + " randomised models, fast for others)")
  @Nullable String attacks;

  @Mixin SeedOption seed = new SeedOption();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "foolproof-report/frontier",
      description =
          "folder of the chart, with a folder for each model's own report; a run that was interrupted"
              + " continues there")
  Path out = Path.of("");

  @Mixin FreshOption fresh = new FreshOption();

  @Spec CommandSpec spec;

  FrontierCommand() {}

  @Override
  public Integer call() {
    List<String> names = names();
    ThreatModel threat = threats.threat();
    if (attacks != null) {
      // What is misspelt is refused before any model is audited.
      Suite.parse(attacks, threat, Audit.USUAL_QUERIES);
    }
    OutputFolder folder = new OutputFolder(out);
    folder.checkWritable();
    try (Terminal terminal = Terminal.standard()) {
      terminal.adviseWhenInterrupted(fresh.advice());
      ImageSet images =
          threats.withoutTarget(
              samples.of(data.open(Split.TEST, terminal), USUAL_SAMPLES, seed.number));
      ReportContext context = ReportContext.here(Version.text(), CommandText.of(spec));
      List<Frontier.Entry> entries = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        terminal.note(
            "model %d of %d: %s".formatted(i + 1, names.size(), Printable.of(names.get(i))));
        AuditResult result = audit(files.get(i), names.get(i), images, threat, terminal);
        AuditReport.write(result, context, own(names.get(i)));
        entries.add(new Frontier.Entry(names.get(i), result));
      }
      Frontier frontier = new Frontier(entries);
      FrontierReport.write(frontier, context, out);
      print(frontier);
    }
    return Foolproof.DONE;
  }

  private AuditResult audit(
      Path file, String name, ImageSet images, ThreatModel threat, Terminal terminal) {
    Path folder = own(name);
    AuditReport.checkWritable(folder);
    try (DifferentiableClassifier opened =
        ModelFiles.open(file, images.shape(), Preprocessing.NONE)) {
      Suite.Choice choice =
          attacks == null
              ? Frontier.attacksOn(opened, threat)
              : Suite.parse(attacks, threat, Audit.USUAL_QUERIES);
      return Audit.of(opened, images)
          .against(threat)
          .with(choice)
          .seed(seed.number)
          .learningFrom(() -> data.open(Split.TRAIN, terminal))
          .journal(
              folder.resolve(Journal.FILE), fresh.fresh, new OutputFolder(folder)::removeFormer)
          .progress(terminal)
          .run();
    }
  }

  private Path own(String name) {
    return out.resolve(FrontierReport.folder(name));
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    Set<String> folders = new HashSet<>();
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new InvalidInputException(file + ": there is no such file");
      }
      String name = file.getFileName().toString().replaceAll("(?i)\\.onnx$", "");
      if (!folders.add(FrontierReport.folder(name).toLowerCase(Locale.ROOT))) {
        throw new InvalidInputException(
            file + ": two models are called '" + name + "': give files of different names");
      }
      names.add(name);
    }
    return names;
  }

  private void print(Frontier frontier) {
    PrintWriter print = spec.commandLine().getOut();
    print.printf(ROW, "Model", "Clean error", "", "Robust error", "", "Signs");
    for (Frontier.Entry entry : frontier.entries()) {
      int doubts = entry.doubts().size();
      print.printf(
          ROW,
          Printable.of(entry.name()),
          Numbers.percent(entry.cleanError()),
          Numbers.range(entry.cleanErrorLow(), entry.cleanErrorHigh()),
          Numbers.percent(entry.robustError()),
          Numbers.range(1 - entry.robustHigh(), 1 - entry.robustLow()),
          doubts == 0 ? "none" : doubts + ": not to be believed, see its report");
    }
    print.println(
        "Of "
            + Numbers.count(frontier.entries().get(0).result().samples().size(), "sample")
            + ", with 95 % intervals. Robust error is what attacks found: the true one may be"
            + " larger.");
    print.println("Report: " + Printable.of(out.resolve("index.html").toString()));
    print.flush();
  }
}
