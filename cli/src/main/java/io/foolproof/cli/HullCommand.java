package io.foolproof.cli;

import io.foolproof.attack.Attack;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.hull.FoolingPlan;
import io.foolproof.audit.hull.HullFinding;
import io.foolproof.audit.hull.HullJournals;
import io.foolproof.audit.hull.HullPlan;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.audit.hull.HullStudy;
import io.foolproof.audit.hull.LayerSpace;
import io.foolproof.audit.journal.Shard;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.help.Version;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.FreshOption;
import io.foolproof.cli.option.InputOptions;
import io.foolproof.cli.option.IsolateOption;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.SampleOptions;
import io.foolproof.cli.option.ShardOption;
import io.foolproof.cli.option.ThreatOptions;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.DataSource;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.geometry.Space;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.AuditReport;
import io.foolproof.report.hull.HullReport;
import io.foolproof.report.hull.HullSummary;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import io.foolproof.tensor.Workers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof hull}: do queries lie inside the convex hull of the training images? */
@Command
final class HullCommand implements Callable<Integer> {
  private static final int USUAL_QUERIES = 1000;

  @Mixin DataOptions data = new DataOptions();

  @Under(Heading.DATA)
  @Option(
      names = "--train",
      paramLabel = "N",
      description =
          "number of training images that span the hull; more than the training part of the set has"
              + " take in its validation part (default: all of the training part)")
  @Nullable Integer train;

  @Under(Heading.DATA)
  @Option(
      names = "--queries",
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "images to measure: test, validation or train")
  Split queries = Split.TEST;

  @Under(Heading.DATA)
  @Option(
      names = "--space",
      paramLabel = "SPACE",
      defaultValue = "pixels",
      description =
          "pixels, pca:K (K principal components), patch:K (K x K pixels in the centre), pool:K"
              + " (means of K x K pixels), or layer:NAME (a layer of --model)")
  String space = "pixels";

  @Under(Heading.MODEL)
  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "ONNX file, for --attack or --space layer:NAME")
  @Nullable Path model;

  @Mixin InputOptions input = new InputOptions();
  @Mixin IsolateOption isolate = new IsolateOption();

  @Under(Heading.ATTACKS)
  @Option(
      names = "--attack",
      paramLabel = "ATTACK",
      description =
          "also measure the adversarial images that this attack on --model finds, such as pgd")
  @Nullable String attack;

  @Mixin SampleOptions samples = new SampleOptions();
  @Mixin ThreatOptions threats = new ThreatOptions();

  @Under(Heading.ATTACKS)
  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "seed of the draw of --samples, of the attack, and of the noise it is compared with")
  long seed;

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "folder of the report; a run that was interrupted continues there (default:"
              + " foolproof-report/hull-SET-SPLIT-SPACE)")
  @Nullable Path out;

  @Mixin ShardOption shard = new ShardOption();
  @Mixin FreshOption fresh = new FreshOption();

  @Spec CommandSpec spec;

  HullCommand() {}

  @Override
  public Integer call() {
    requireWhatBelongsTogether();
    if (model != null) {
      ModelOptions.of(model, input, isolate).checkForImages();
    }
    Space named = LayerSpace.isMeant(space) ? null : Space.parse(space);
    Attack chosen = attack == null ? null : Attacks.parse(attack);
    ThreatModel threat = threats.threat();
    requireSplits();
    Shard part = shard.part();
    try (Terminal terminal = Terminal.standard()) {
      terminal.adviseWhenInterrupted(fresh.advice());
      ImageSet images =
          threats.withoutTarget(samples.of(data.open(queries, terminal), USUAL_QUERIES, seed));
      OnnxClassifier network =
          model == null ? null : ModelOptions.of(model, input, isolate).load(model, images);
      HullPlan plan =
          new HullPlan(
              training(terminal),
              images,
              named == null ? LayerSpace.of(given(network), space) : named,
              chosen == null ? null : fooling(given(network), chosen, threat));
      Path folder = out == null ? usualFolder(plan) : out;
      AuditReport.checkWritable(folder);
      HullJournals journals =
          new HullJournals(folder, fresh.fresh, new OutputFolder(folder)::removeFormer);
      if (part != null) {
        ShardFile.done(spec, part, part(plan, part, journals, terminal), folder);
        return Foolproof.DONE;
      }
      HullResult result = study(plan, journals, terminal);
      HullReport.write(result, ReportContext.here(Version.text(), CommandText.of(spec)), folder);
      PrintWriter print = spec.commandLine().getOut();
      print.print(HullSummary.render(result));
      print.println("Report: " + Printable.of(folder.resolve("index.html").toString()));
      print.flush();
      return verdict(result.rejected());
    }
  }

  private static HullResult study(HullPlan plan, HullJournals journals, Terminal terminal) {
    try (Workers workers = new Workers()) {
      return HullStudy.run(plan, journals, workers, terminal);
    }
  }

  private static int part(HullPlan plan, Shard part, HullJournals journals, Terminal terminal) {
    try (Workers workers = new Workers()) {
      return HullStudy.run(plan, part, journals, workers, terminal);
    }
  }

  private void requireWhatBelongsTogether() {
    boolean layer = LayerSpace.isMeant(space);
    if (model == null && (layer || attack != null)) {
      throw new InvalidInputException(
          (layer ? "--space " + space : "--attack " + attack)
              + " is about a network, and none is given: name an ONNX file with --model");
    }
    if (model != null && !layer && attack == null) {
      throw new InvalidInputException(
          "--model is given, but nothing to do with it: add --attack pgd, or --space layer:NAME");
    }
    for (String option : List.of("--isolate", "--box", "--mean", "--std", "--layout", "--output")) {
      if (model == null && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new InvalidInputException(
            option
                + " is about a network, and none is given: name an ONNX file with --model, or leave it out");
      }
    }
    for (String option : List.of("--norm", "--epsilon", "--target", "--levels")) {
      if (attack == null && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new InvalidInputException(
            option + " is about an attack, and none is given: add --attack pgd, or leave it out");
      }
    }
  }

  private static OnnxClassifier given(@Nullable OnnxClassifier network) {
    return Objects.requireNonNull(network, "a model was required before");
  }

  private FoolingPlan fooling(OnnxClassifier network, Attack chosen, ThreatModel threat) {
    return new FoolingPlan(network, chosen, threat, seed);
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

  private ImageSet training(Terminal terminal) {
    ImageSet kept = data.open(Split.TRAIN, terminal);
    if (train == null) {
      return kept;
    }
    if (train >= 1 && train <= kept.size()) {
      return kept.first(train);
    }
    ImageSet all = data.open(Split.TRAIN_ALL, terminal);
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
    if (queries == Split.VALIDATION) {
      throw new InvalidInputException(
          "--train %d takes in validation images, which --queries validation measures: give at most %d, or other queries"
              .formatted(train, kept.size()));
    }
    return all.first(train);
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

  private Path usualFolder(HullPlan plan) {
    String set = String.valueOf(Path.of(data.data).getFileName()).replaceFirst("\\.\\w+$", "");
    List<String> parts = new ArrayList<>();
    parts.add("hull");
    parts.add(set);
    parts.add(queries.name().toLowerCase(Locale.ROOT));
    parts.add(plan.space().text().replaceAll("[^A-Za-z0-9._]+", ""));
    if (model != null) {
      parts.add(String.valueOf(model.getFileName()).replaceFirst("\\.\\w+$", ""));
    }
    FoolingPlan fooling = plan.fooling();
    if (fooling != null) {
      parts.add(fooling.attack().name());
      parts.add(fooling.threat().id());
      parts.add(threats.folderName(fooling.threat()));
    }
    return Path.of("foolproof-report", String.join("-", parts) + shard.suffix());
  }
}
