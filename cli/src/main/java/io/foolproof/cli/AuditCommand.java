package io.foolproof.cli;

import io.foolproof.attack.Features;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Gate;
import io.foolproof.audit.baseline.Baseline;
import io.foolproof.audit.baseline.BaselineFile;
import io.foolproof.audit.baseline.BaselineGate;
import io.foolproof.audit.journal.Journal;
import io.foolproof.audit.journal.Shard;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.help.Version;
import io.foolproof.cli.option.BaselineOptions;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.FreshOption;
import io.foolproof.cli.option.ModelOpener;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.NumberOrFraction;
import io.foolproof.cli.option.RemoteOptions;
import io.foolproof.cli.option.SampleOptions;
import io.foolproof.cli.option.SeedOption;
import io.foolproof.cli.option.ShardOption;
import io.foolproof.cli.option.SurrogateOptions;
import io.foolproof.cli.option.TableOptions;
import io.foolproof.cli.option.ThreatOptions;
import io.foolproof.cli.option.ViewOption;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.data.Table;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.AuditReport;
import io.foolproof.report.audit.ComparisonText;
import io.foolproof.report.audit.TerminalSummary;
import io.foolproof.report.ci.CiFormat;
import io.foolproof.report.ci.CiReport;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof audit}: attacks in turn, a verdict per sample, a report. */
@Command
final class AuditCommand implements Callable<Integer> {
  private static final int USUAL_SAMPLES = 1000;
  private static final double USUAL_PROOF_TIMEOUT = 10;

  private static final int LEAST_QUERIES = 40;

  @Mixin ModelOptions models = new ModelOptions();

  @Under(Heading.MODEL)
  @Option(
      names = "--replay",
      paramLabel = "FILE",
      description =
          "ONNX file of the same network as a TorchScript model: ONNX Runtime replays every"
              + " adversarial example there")
  @Nullable Path replay;

  @Mixin ViewOption view = new ViewOption();
  @Mixin RemoteOptions remote = new RemoteOptions();
  @Mixin SurrogateOptions surrogates = new SurrogateOptions();
  @Mixin DataOptions data = new DataOptions();
  @Mixin SampleOptions samples = new SampleOptions();
  @Mixin TableOptions tables = new TableOptions();
  @Mixin ThreatOptions threats = new ThreatOptions();

  @Under(Heading.ATTACKS)
  @Option(
      names = "--attacks",
      paramLabel = "LIST",
      defaultValue = "fast",
      description =
          "a suite (fast, strong, standard, plus, rand, black-box, minimal), or attacks with"
              + " settings, such as fgsm,pgd:steps=100:restarts=5; 'foolproof attacks' lists them"
              + " all")
  String attacks = "fast";

  @Under(Heading.ATTACKS)
  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "5000",
      description = "queries for each image, over all attacks of the suite black-box")
  int queries = 5000;

  @Mixin SeedOption seed = new SeedOption();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "folder of the report; a run that was interrupted continues there (default:"
              + " foolproof-report/MODEL-SET-NORM-EPSILON)")
  @Nullable Path out;

  @Under(Heading.OUTPUT)
  @Option(
      names = "--fail-under",
      paramLabel = "FRACTION",
      converter = NumberOrFraction.class,
      description =
          "exit with code 1 if the robust accuracy is below this fraction, such as 0.5, or if a"
              + " sign says that it is too high (--allow)")
  @Nullable Double failUnder;

  @Under(Heading.OUTPUT)
  @Option(
      names = "--allow",
      paramLabel = "SIGN",
      description =
          "let --fail-under and --baseline pass in spite of this sign that the robust accuracy is"
              + " too high, such as saturated-loss; may be given several times")
  List<String> allowed = new ArrayList<>();

  @Under(Heading.ATTACKS)
  @Option(
      names = "--prove",
      description =
          "before attacks run, prove what can be proved: robust accuracy becomes an interval; for"
              + " ONNX files and linf, l2 or l1")
  boolean prove;

  @Under(Heading.ATTACKS)
  @Option(
      names = "--proof-timeout",
      paramLabel = "SECONDS",
      description = "time for the proof of a sample, with --prove (default: 10)")
  @Nullable Double proofTimeout;

  @Mixin BaselineOptions baseline = new BaselineOptions();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--format",
      paramLabel = "LIST",
      description =
          "also write what build servers read: sarif, junit, github, gitlab, markdown, separated by"
              + " commas; 'github' prints annotations and adds to the job's summary")
  @Nullable String formats;

  @Mixin ShardOption shard = new ShardOption();
  @Mixin FreshOption fresh = new FreshOption();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--fresh-if-changed",
      description =
          "as --fresh, where model, data or settings are not those of the earlier run: for builds")
  boolean freshIfChanged;

  @Spec CommandSpec spec;

  AuditCommand() {}

  @Override
  public Integer call() {
    models.check();
    if (proofTimeout != null && !prove) {
      throw new InvalidInputException(
          "--proof-timeout is "
              + proofTimeout
              + ", and nothing is to be proved: add --prove, or leave it out");
    }
    baseline.check(System.getenv());
    Set<CiFormat> wanted = formats == null ? Set.of() : CiFormat.parse(formats);
    Gates gates = gates(wanted);
    Task task = task();
    Shard part = shard.part();
    Path folder = out == null ? usualFolder(task.threat()) : out;
    try (Terminal terminal = Terminal.standard()) {
      terminal.adviseWhenInterrupted(fresh.advice());
      UnaryOperator<Audit> where =
          audit -> {
            AuditReport.checkWritable(folder);
            BaselineGate before = gates.baseline();
            if (before != null) {
              audit.checking(before.before()::requireComparable);
            }
            return audit.journal(
                folder.resolve(Journal.FILE), fresh.fresh, new OutputFolder(folder)::removeFormer);
          };
      if (part == null) {
        return report(run(task, terminal, where, Audit::run), gates, folder, terminal);
      }
      // Gates judge the whole, once it is merged.
      ShardFile.done(spec, part, run(task, terminal, where, audit -> audit.run(part)), folder);
      return Foolproof.DONE;
    }
  }

  /**
   * What is attacked with what, before any sample is read.
   *
   * @param rows where the data are a table; null of images
   */
  private record Task(ThreatModel threat, Suite.Choice choice, @Nullable Rows rows) {}

  private record Rows(Table table, Features features) {}

  /**
   * A gate must not pass because nothing was tried.
   *
   * @throws InvalidInputException where the number of queries is not used, or suffices for nothing
   */
  private void checkQueries() {
    boolean isGiven = spec.commandLine().getParseResult().hasMatchedOption("--queries");
    if (isGiven && !attacks.equals(Suite.BLACK_BOX.toString())) {
      throw new InvalidInputException(
          "--queries is about the suite black-box, and --attacks is '%s': leave it out, or give attacks a number of their own, such as square:queries=%d"
              .formatted(attacks, queries));
    }
    if (isGiven && queries >= 1 && queries < LEAST_QUERIES) {
      throw new InvalidInputException(
          "--queries is %d for each image, and the suite black-box divides them among several attacks: give %d or more"
              .formatted(queries, LEAST_QUERIES));
    }
  }

  private Task task() {
    checkQueries();
    if (!tables.isTable(data, models)) {
      data.useUnitsOf(models.preprocessing());
      ThreatModel threat = threats.threat();
      return new Task(threat, Suite.parse(attacks, threat, queries), null);
    }
    Table table = tables.table(data);
    Features features = tables.features(table, models, threats);
    ThreatModel threat = threats.threat(features);
    return new Task(threat, Suite.parse(attacks, threat, queries), new Rows(table, features));
  }

  /**
   * Runs the audit.
   *
   * @param where its findings go
   * @param work on the audit: all of it, or a shard
   */
  private <T> T run(
      Task task, Terminal terminal, UnaryOperator<Audit> where, Function<Audit, T> work) {
    ModelOpener opener = new ModelOpener(models, remote);
    Rows rows = task.rows();
    if (rows != null) {
      Features features = rows.features();
      ImageSet points =
          threats.withoutTarget(
              samples.of(features.points(rows.table()), USUAL_SAMPLES, seed.number));
      if (replay != null) {
        throw new InvalidInputException(
            "--replay gives the ONNX file of a model of images, and the data are a table: leave it out");
      }
      return opener.audit(
          features,
          points,
          audit ->
              settings(where.apply(audit), task, terminal)
                  .surrogates(surrogates.load(models, features, points)),
          work);
    }
    ImageSet images =
        threats.withoutTarget(
            samples.of(data.open(Split.TEST, terminal), USUAL_SAMPLES, seed.number));
    return opener.audit(
        images,
        replay,
        audit ->
            settings(where.apply(audit), task, terminal)
                .surrogates(surrogates.load(models, images))
                .learningFrom(() -> data.open(Split.TRAIN, terminal)),
        work);
  }

  private Audit settings(Audit audit, Task task, Terminal terminal) {
    if (prove) {
      audit.proving(proofTimeout == null ? USUAL_PROOF_TIMEOUT : proofTimeout);
    }
    if (freshIfChanged) {
      audit.startingAfreshIfChanged();
    }
    return view.applyTo(audit)
        .against(task.threat())
        .with(task.choice())
        .seed(seed.number)
        .progress(terminal);
  }

  /**
   * The result of this audit, which ran before and left its journal in a folder; nothing there is
   * removed or written but what the journal does not know yet.
   */
  AuditResult again(Path folder) {
    models.check();
    try (Terminal terminal = Terminal.standard()) {
      return run(
          task(), terminal, audit -> audit.journal(folder.resolve(Journal.FILE)), Audit::run);
    }
  }

  private int report(AuditResult result, Gates gates, Path folder, Terminal terminal) {
    Gate.Outcome outcome = gates.gate() == null ? null : gates.gate().judge(result);
    ReportContext context =
        ReportContext.here(Version.text(), CommandText.of(spec)).withGate(outcome);
    AuditReport.write(result, context, folder);
    PrintWriter print = spec.commandLine().getOut();
    print.print(TerminalSummary.render(result, outcome, terminal.colours()));
    print.println("Report: " + Printable.of(folder.resolve("index.html").toString()));
    boolean passed = outcome == null || passed(outcome.reason(), outcome.failedBy());
    BaselineGate.Outcome compared =
        gates.baseline() == null ? null : gates.baseline().judge(result);
    if (compared != null) {
      print.print(ComparisonText.lines(compared.comparison()));
      if (compared.isBetter() && passed) {
        print.println("Better than the baseline: keep it with --freeze.");
      }
      passed &= passed(compared.reason(), compared.signs().failedBy());
    }
    Gate.Outcome signs = baseline.freeze ? new Gate(0, Set.copyOf(allowed)).judge(result) : null;
    BuildFiles.write(
        gates.formats(),
        new CiReport(
            result,
            BuildFiles.path(models),
            Version.text(),
            outcome == null ? signs : outcome,
            compared),
        folder,
        print);
    if (signs != null) {
      passed &= freeze(result, signs, print);
    }
    print.flush();
    return contradicts(result, folder)
        ? Foolproof.FAILED
        : passed ? Foolproof.DONE : Foolproof.GATE_FAILED;
  }

  /** Whether a sample that is proved was fooled all the same, which is said. */
  private boolean contradicts(AuditResult result, Path folder) {
    if (result.proofs() == null || result.proofs().contradicted().isEmpty()) {
      return false;
    }
    spec.commandLine()
        .getErr()
        .printf(
            "foolproof: samples %s are proved and were fooled all the same, so nothing counts as"
                + " proved; certificates and adversarial images are in %s: please report this, with"
                + " both%n",
            result.proofs().contradicted(), Printable.of(folder.resolve(Audit.PROOFS).toString()));
    return true;
  }

  /** What is no baseline to hold others against is not kept as one. */
  private boolean freeze(AuditResult result, Gate.Outcome signs, PrintWriter print) {
    if (signs.passed()) {
      WholeFile.writable(baseline.required()).write(BaselineFile.bytes(Baseline.of(result)));
      print.println("Baseline: " + Printable.of(baseline.required().toString()));
    }
    return passed("nothing is frozen", signs.reason(), signs.failedBy());
  }

  /** What this audit must show: a robust accuracy, or no less than a baseline, or both. */
  private record Gates(
      @Nullable Gate gate, @Nullable BaselineGate baseline, Set<CiFormat> formats) {}

  private Gates gates(Set<CiFormat> wanted) {
    Set<String> signs = Set.copyOf(allowed);
    if (failUnder == null && baseline.file == null && !allowed.isEmpty()) {
      throw new InvalidInputException(
          "--allow "
              + allowed.get(0)
              + " is about a gate, and none is given: add --fail-under, or leave it out");
    }
    if (baseline.freeze) {
      WholeFile.writable(baseline.required());
    }
    return new Gates(
        failUnder == null ? null : new Gate(failUnder, signs), baseline.gate(signs), wanted);
  }

  /** Whether a gate gave no reason to fail; says the reason where it did. */
  private boolean passed(String reason, List<Diagnostic> failedBy) {
    return passed("gate failed", reason, failedBy);
  }

  private boolean passed(String otherwise, String reason, List<Diagnostic> failedBy) {
    if (!reason.isEmpty()) {
      String line = "foolproof: %s: %s%s".formatted(otherwise, reason, advice(failedBy));
      spec.commandLine().getErr().println(line);
    }
    return reason.isEmpty();
  }

  private static String advice(List<Diagnostic> failedBy) {
    return failedBy.isEmpty()
        ? ""
        : "; look into it, or allow what is known to be harmless with "
            + failedBy.stream()
                .map(sign -> "--allow " + sign.id())
                .collect(Collectors.joining(" "));
  }

  private Path usualFolder(ThreatModel threat) {
    String model = models.file == null ? "digits" : baseName(models.file);
    URI url = models.url();
    if (url != null) {
      model = (host(url) + url.getPath()).replaceAll("[^\\w.]+", "-").replaceAll("-$", "");
    }
    String set = baseName(Path.of(data.data));
    String name = String.join("-", model, set, threat.id(), threats.folderName(threat));
    return Path.of("foolproof-report", name + shard.suffix());
  }

  /** With the port, and without a user name or password. */
  private static String host(URI url) {
    String host = String.valueOf(url.getHost());
    return url.getPort() < 0 ? host : host + ":" + url.getPort();
  }

  private static String baseName(Path path) {
    return String.valueOf(path.getFileName()).replaceFirst("\\.\\w+$", "");
  }
}
