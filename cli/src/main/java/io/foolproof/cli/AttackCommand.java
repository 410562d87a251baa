package io.foolproof.cli;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Features;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.audit.journal.Journal;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.FreshOption;
import io.foolproof.cli.option.ModelOpener;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.RemoteOptions;
import io.foolproof.cli.option.SampleOptions;
import io.foolproof.cli.option.SeedOption;
import io.foolproof.cli.option.SurrogateOptions;
import io.foolproof.cli.option.TableOptions;
import io.foolproof.cli.option.ThreatOptions;
import io.foolproof.cli.option.ViewOption;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.data.Table;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.TextWrap;
import io.foolproof.report.audit.AuditReport;
import io.foolproof.report.audit.ThreatWords;
import io.foolproof.tensor.Printable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof attack}: adversarial images, or rows of a table, as files. */
@Command
final class AttackCommand implements Callable<Integer> {
  private static final int USUAL_SAMPLES = 100;

  @Mixin ModelOptions models = new ModelOptions();
  @Mixin ViewOption view = new ViewOption();
  @Mixin RemoteOptions remote = new RemoteOptions();
  @Mixin SurrogateOptions surrogates = new SurrogateOptions();
  @Mixin DataOptions data = new DataOptions();
  @Mixin SampleOptions samples = new SampleOptions();
  @Mixin TableOptions tables = new TableOptions();
  @Mixin ThreatOptions threats = new ThreatOptions();

  @Under(Heading.ATTACKS)
  @Option(
      names = "--attack",
      paramLabel = "ATTACK",
      defaultValue = "pgd",
      description =
          "the attack, with settings, such as pgd:steps=100; 'foolproof attacks' lists them all")
  String attack = "pgd";

  @Mixin SeedOption seed = new SeedOption();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "folder of the images or rows; a run that was interrupted continues there")
  Path out = Path.of("");

  @Mixin FreshOption fresh = new FreshOption();

  @Spec CommandSpec spec;

  AttackCommand() {}

  @Override
  public Integer call() {
    models.check();
    Attack chosen = Attacks.parse(attack);
    try (Terminal terminal = Terminal.standard()) {
      terminal.adviseWhenInterrupted(fresh.advice());
      AuditResult result =
          tables.isTable(data, models)
              ? attackTable(chosen, terminal)
              : attackImages(chosen, terminal);
      print(result, chosen);
      return Foolproof.DONE;
    }
  }

  private AuditResult attackImages(Attack chosen, Terminal terminal) {
    data.useUnitsOf(models.preprocessing());
    ThreatModel threat = threats.threat();
    ImageSet images =
        threats.withoutTarget(
            samples.of(data.open(Split.TEST, terminal), USUAL_SAMPLES, seed.number));
    AuditReport.checkWritable(out);
    AuditResult result =
        new ModelOpener(models, remote)
            .audit(
                images,
                null,
                audit ->
                    settings(audit, threat, chosen, terminal)
                        .surrogates(surrogates.load(models, images))
                        .learningFrom(() -> data.open(Split.TRAIN, terminal)),
                Audit::run);
    AdversarialImages.write(result, out);
    return result;
  }

  private AuditResult attackTable(Attack chosen, Terminal terminal) {
    Table table = tables.table(data);
    Features features = tables.features(table, models, threats);
    ThreatModel threat = threats.threat(features);
    ImageSet points =
        threats.withoutTarget(samples.of(features.points(table), USUAL_SAMPLES, seed.number));
    AuditReport.checkWritable(out);
    AuditResult result =
        new ModelOpener(models, remote)
            .audit(
                features,
                points,
                audit ->
                    settings(audit, threat, chosen, terminal)
                        .surrogates(surrogates.load(models, features, points)),
                Audit::run);
    AuditReport.writeRows(result, features, new OutputFolder(out));
    return result;
  }

  private Audit settings(Audit audit, ThreatModel threat, Attack chosen, Terminal terminal) {
    return view.applyTo(audit)
        .against(threat)
        .with(chosen)
        .extent(AuditPlan.Extent.VERDICTS)
        .seed(seed.number)
        .journal(out.resolve(Journal.FILE), fresh.fresh, new OutputFolder(out)::removeFormer)
        .progress(terminal);
  }

  private void print(AuditResult result, Attack chosen) {
    Proportion survivors = result.surviveRounding();
    PrintWriter print = spec.commandLine().getOut();
    ThreatWords threat = new ThreatWords(result);
    print.println(threat.brief() + ", goal: " + threat.goal());
    String selection = result.data().selection();
    if (!selection.isEmpty()) {
      TextWrap.lines("Of the data: " + selection, TextWrap.COLUMNS).forEach(print::println);
    }
    TextWrap.lines(
            "%s: %d misclassified when clean, %d fooled by %s, %d not fooled."
                .formatted(
                    Numbers.count(
                        result.samples().size(), result.noun().one(), result.noun().many()),
                    count(result, Verdict.MISCLASSIFIED),
                    count(result, Verdict.FOOLED),
                    chosen.settings(),
                    count(result, Verdict.UNKNOWN)),
            TextWrap.COLUMNS)
        .forEach(print::println);
    if (survivors != null) {
      print.printf(
          "As 8-bit PNG, %d of the %d still fool the model.%n",
          survivors.count(), survivors.total());
    }
    for (Diagnostic warning : result.warnings()) {
      print.printf("Warning: %s: %s%n", warning.title(), warning.figure());
    }
    if (result.noun().isRow()) {
      print.println("Rows: " + Printable.of(out.resolve(AuditReport.ROWS).toString()));
    } else {
      String drawn = count(result, Verdict.FOOLED) == 0 ? "" : out.resolve("png") + " and ";
      print.println("Images: " + Printable.of(drawn + out.resolve("adversarial.npz")));
    }
    Features features = result.features();
    if (features != null && features.boxFromData()) {
      print.println("Each feature stayed within the smallest and the largest value of the data,");
      print.println("which is an assumption (--box FILE).");
    }
    print.flush();
  }

  private static long count(AuditResult result, Verdict verdict) {
    return result.samples().stream().map(SampleVerdict::verdict).filter(verdict::equals).count();
  }
}
