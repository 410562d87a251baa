package io.foolproof.cli;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.RemoteOptions;
import io.foolproof.cli.option.SurrogateOptions;
import io.foolproof.cli.option.ThreatOptions;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.AuditReport;
import io.foolproof.report.audit.TerminalSummary;
import io.foolproof.tensor.InvalidInputException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof audit}: attacks in turn, a verdict per sample, a report. */
@Command(
    name = "audit",
    description = "Attacks a classifier and reports how much of it is left standing.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class AuditCommand implements Callable<Integer> {
  private static final int USUAL_SAMPLES = 1000;

  @Mixin ModelOptions models = new ModelOptions();
  @Mixin RemoteOptions remote = new RemoteOptions();
  @Mixin SurrogateOptions surrogates = new SurrogateOptions();
  @Mixin DataOptions data = new DataOptions();
  @Mixin ThreatOptions threats = new ThreatOptions();

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "audit the first N test images, 0 for all (default: 1000, or all there are)")
  @Nullable Integer samples;

  @Option(
      names = "--attacks",
      paramLabel = "LIST",
      defaultValue = "fast",
      description =
          "a suite (standard, plus, rand, fast, black-box, minimal), or attacks in turn, with settings"
              + " such as fgsm,pgd:steps=100:restarts=5; 'foolproof attacks' lists all (default:"
              + " ${DEFAULT-VALUE})")
  String attacks = "fast";

  @Option(
      names = "--queries",
      paramLabel = "N",
      defaultValue = "5000",
      description =
          "how often the attacks of the suite black-box may ask about an image, each (default:"
              + " ${DEFAULT-VALUE})")
  int queries = 5000;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "of all random numbers (default: ${DEFAULT-VALUE})")
  long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where the report goes (default: foolproof-report/MODEL-SET-NORM-EPSILON)")
  @Nullable Path out;

  @Option(
      names = "--fail-under",
      paramLabel = "SHARE",
      description = "exit with 1 if the robust accuracy that attacks leave is under this share")
  @Nullable Double failUnder;

  @Option(names = "--fresh", description = "start anew where an audit was begun already")
  boolean fresh;

  @Spec CommandSpec spec;

  AuditCommand() {}

  @Override
  public Integer call() {
    ThreatModel threat = threats.threat();
    Suite.Choice choice = Suite.parse(attacks, threat, queries);
    AuditPlan.Extent extent = choice.closest() ? AuditPlan.Extent.CLOSEST : AuditPlan.Extent.REPORT;
    checkGate();
    models.checkBox();
    ImageSet images = threats.withoutTarget(images());
    Path folder = out == null ? usualFolder(threat) : out;
    Terminal terminal = Terminal.standard();
    Session session =
        new Session(
            models,
            remote,
            surrogates,
            images,
            data::others,
            threat,
            choice,
            extent,
            seed,
            folder,
            fresh);
    AuditResult result = session.run(terminal);
    AuditReport.write(result, ReportContext.here(Version.text(), CommandText.of(spec)), folder);
    PrintWriter print = spec.commandLine().getOut();
    print.print(TerminalSummary.render(result, terminal.isTerminal()));
    print.println("Report: " + folder.resolve("index.html"));
    print.flush();
    return gate(result);
  }

  private ImageSet images() {
    if (samples != null) {
      return data.open(Split.TEST, samples);
    }
    ImageSet all = data.open(Split.TEST);
    return all.range(0, Math.min(USUAL_SAMPLES, all.size()));
  }

  private void checkGate() {
    if (failUnder != null && !(failUnder >= 0 && failUnder <= 1)) {
      throw new InvalidInputException(
          "--fail-under is " + failUnder + ": give a share from 0 to 1, such as 0.5");
    }
  }

  private int gate(AuditResult result) {
    double left = result.headlineAccuracy();
    if (failUnder == null || (result.isFinished() && left >= failUnder)) {
      return Foolproof.DONE;
    }
    if (!result.isFinished()) {
      spec.commandLine()
          .getErr()
          .println(
              "foolproof: gate failed: the query budget ended the audit before its attacks did, so"
                  + " that what they leave is not known; go on with more queries");
      return Foolproof.GATE_FAILED;
    }
    spec.commandLine()
        .getErr()
        .printf(
            Locale.ROOT,
            "foolproof: gate failed: attacks leave %.1f %% of the samples, --fail-under asks for"
                + " %.1f %%%n",
            100 * left,
            100 * failUnder);
    return Foolproof.GATE_FAILED;
  }

  private Path usualFolder(ThreatModel threat) {
    String model = models.file == null ? "digits" : baseName(models.file);
    URI url = models.url();
    if (url != null) {
      model = (url.getAuthority() + url.getPath()).replaceAll("[^\\w.]+", "-").replaceAll("-$", "");
    }
    String set = baseName(Path.of(data.data));
    return Path.of(
        "foolproof-report",
        String.join("-", model, set, threat.id(), String.valueOf(threat.epsilon())));
  }

  private static String baseName(Path path) {
    return String.valueOf(path.getFileName()).replaceFirst("\\.\\w+$", "");
  }
}
