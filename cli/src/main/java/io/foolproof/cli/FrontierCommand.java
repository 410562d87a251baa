package io.foolproof.cli;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.frontier.Frontier;
import io.foolproof.audit.journal.Journal;
import io.foolproof.audit.journal.OtherWorkException;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.help.Version;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.FreshOption;
import io.foolproof.cli.option.InputOptions;
import io.foolproof.cli.option.IsolateOption;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.SampleOptions;
import io.foolproof.cli.option.SeedOption;
import io.foolproof.cli.option.ThreatOptions;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.TextWrap;
import io.foolproof.report.audit.AuditReport;
import io.foolproof.report.audit.ThreatWords;
import io.foolproof.report.frontier.FrontierReport;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private static final int NAME = 18;
  private static final String KEPT =
      "; what was found of those before it is kept: leave it out, and the same command goes on";

  @Under(Heading.MODEL)
  @Parameters(
      arity = "1..*",
      paramLabel = "MODEL...",
      description = "ONNX files, TorchScript files or files of fitted models, of the same images")
  List<Path> files = new ArrayList<>();

  @Mixin InputOptions input = new InputOptions();
  @Mixin IsolateOption isolate = new IsolateOption();

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
    ModelOptions models = models(files.get(0));
    models.checkForImages();
    data.useUnitsOf(models.preprocessing());
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
      for (Path file : files) {
        // What cannot be audited is refused before the hours that others take.
        try (DifferentiableClassifier opened = models(file).open(file, images)) {
          attacksOn(opened, threat)
              .on(opened)
              .attacks()
              .forEach(attack -> attack.requireApplicable(opened, threat));
        }
      }
      List<Frontier.Entry> entries = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        terminal.note(
            "model %d of %d: %s".formatted(i + 1, names.size(), Printable.of(names.get(i))));
        AuditResult result;
        try {
          result = audit(files.get(i), names.get(i), images, threat, terminal);
        } catch (OtherWorkException e) {
          // It is the folder that cannot be used.
          throw e;
        } catch (InvalidInputException e) {
          throw new InvalidInputException(
              "%s cannot be audited: %s%s"
                  .formatted(files.get(i), e.getMessage(), i == 0 ? "" : KEPT),
              e);
        }
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
    try (DifferentiableClassifier opened = models(file).open(file, images)) {
      return Audit.of(opened, images)
          .against(threat)
          .with(attacksOn(opened, threat))
          .seed(seed.number)
          .learningFrom(() -> data.open(Split.TRAIN, terminal))
          .journal(
              folder.resolve(Journal.FILE), fresh.fresh, new OutputFolder(folder)::removeFormer)
          .progress(terminal)
          .run();
    }
  }

  private Suite.Choice attacksOn(DifferentiableClassifier model, ThreatModel threat) {
    return attacks == null
        ? Frontier.attacksOn(model, threat)
        : Suite.parse(attacks, threat, Audit.USUAL_QUERIES);
  }

  /** What was said of images is of all models. */
  private ModelOptions models(Path file) {
    return ModelOptions.of(file, input, isolate);
  }

  private Path own(String name) {
    return out.resolve(FrontierReport.folder(name));
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new InvalidInputException(file + ": there is no such file");
      }
      names.add(name(file));
    }
    // In runs/1/net.onnx and runs/2/net.onnx the folders tell them apart.
    List<String> plain = List.copyOf(names);
    for (int i = 0; i < names.size(); i++) {
      Path folder = files.get(i).toAbsolutePath().normalize().getParent();
      if (Collections.frequency(plain, plain.get(i)) > 1 && folder != null) {
        names.set(i, folder.getFileName() + "/" + plain.get(i));
      }
    }
    Map<String, Path> folders = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String folder = FrontierReport.folder(names.get(i)).toLowerCase(Locale.ROOT);
      Path other = folders.put(folder, files.get(i));
      if (other != null) {
        throw new InvalidInputException(
            "%s and %s: the reports of both would be in the folder '%s': give files of different names"
                .formatted(other, files.get(i), folder));
      }
    }
    return names;
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceAll("(?i)(?<=.)\\.onnx$", "");
  }

  private void print(Frontier frontier) {
    PrintWriter print = spec.commandLine().getOut();
    ThreatWords threat = new ThreatWords(frontier.entries().get(0).result());
    print.println(threat.brief() + ", goal: " + threat.goal());
    print.printf("%-18s %-23s %-24s %s%n", "Model", "Clean error", " Robust error", "Signs");
    for (Frontier.Entry entry : frontier.entries()) {
      int doubts = entry.doubts().size();
      String name = Printable.of(entry.name());
      if (name.length() > NAME) {
        print.println(name);
        name = "";
      }
      print.printf(
          "%-18s %7s %-15s %8s %-15s %s%n",
          name,
          Numbers.percent(entry.cleanError()),
          Numbers.range(entry.cleanErrorLow(), entry.cleanErrorHigh()),
          Numbers.percent(entry.robustError()),
          Numbers.range(1 - entry.robustHigh(), 1 - entry.robustLow()),
          doubts == 0 ? "none" : doubts + ": doubtful");
    }
    String doubtful =
        frontier.entries().stream().allMatch(entry -> entry.doubts().isEmpty())
            ? ""
            : " Doubtful: by these signs its figures are not to be believed; see its report.";
    TextWrap.lines(
            "Of "
                + Numbers.count(frontier.entries().get(0).result().samples().size(), "sample")
                + ", with 95 % intervals. Robust error is what attacks found: the true one may be"
                + " larger."
                + doubtful,
            TextWrap.COLUMNS)
        .forEach(print::println);
    print.println("Report: " + Printable.of(out.resolve("index.html").toString()));
    print.flush();
  }
}
