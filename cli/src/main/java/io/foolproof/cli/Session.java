package io.foolproof.cli;

import io.foolproof.attack.Attack;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.journal.Journal;
import io.foolproof.cli.option.ModelOpener;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.RemoteOptions;
import io.foolproof.cli.option.SurrogateOptions;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.model.remote.RemoteClassifier;
import io.foolproof.report.audit.AuditReport;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.Workers;
import java.net.URI;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A model on data under attack, with a journal in the output folder: what {@code audit} and {@code
 * attack} have in common.
 *
 * @param others more images of the same kind, read only if an attack learns from them
 * @param out the output folder
 * @param fresh whether to drop what an earlier run found
 */
record Session(
    ModelOptions models,
    RemoteOptions remote,
    SurrogateOptions surrogates,
    ImageSet images,
    Supplier<ImageSet> others,
    ThreatModel threat,
    Suite.Choice choice,
    AuditPlan.Extent extent,
    long seed,
    Path out,
    boolean fresh) {
  /** Images of each class that attacks without gradients may start from. */
  private static final int STARTS = 5;

  /** Images that an attack may learn from, and how many values they may have together. */
  private static final int OTHERS = 1000;

  private static final int OTHER_VALUES = 1 << 24;

  AuditResult run(Terminal terminal) {
    AuditReport.checkWritable(out);
    URI url = models.url();
    return url == null ? ofFile(terminal) : behindUrl(url, terminal);
  }

  /** Attacks that need no gradients run on ONNX Runtime, as a service would. */
  private AuditResult ofFile(Terminal terminal) {
    remote.requireNone();
    if (choice.needsGradients()) {
      OnnxClassifier model = models.load(models.path(), images);
      try (Classifier runtime = OnnxRuntimeClassifier.of(model)) {
        return run(model, List.of(runtime), terminal);
      }
    }
    try (Classifier model = models.loadRuntime(models.path(), images)) {
      return run(model, List.of(), terminal);
    }
  }

  private AuditResult behindUrl(URI url, Terminal terminal) {
    try (RemoteClassifier model = new ModelOpener(models, remote).remote(url, images)) {
      return run(model, List.of(), terminal);
    }
  }

  private AuditResult run(Classifier model, List<Classifier> runtimes, Terminal terminal) {
    AuditResult.Subject subject =
        new AuditResult.Subject(
            model.name(),
            model.origin().identity(),
            model.input().low(),
            model.input().high(),
            images.name(),
            images.sha256(),
            Engine.version(),
            model.origin().notes());
    ImagePool starts = starts();
    List<Attack> attacks =
        choice.on(model).stream()
            .map(attack -> attack.withStarts(starts).withOthers(this::notAttacked))
            .toList();
    AuditPlan plan =
        new AuditPlan(
            model,
            runtimes,
            surrogates.load(models, images),
            images,
            threat,
            attacks,
            extent,
            seed,
            subject);
    Path file = out.resolve("journal.jsonl");
    try (Workers workers = new Workers();
        Journal journal = Journal.open(file, plan.identity(), fresh)) {
      return Audit.run(plan, journal, workers, terminal);
    }
  }

  /** A few images of each class, for attacks that start from an image of another class. */
  private ImagePool starts() {
    int[] taken = new int[images.classes()];
    return pool(
        images,
        IntStream.range(0, images.size()).filter(place -> taken[images.label(place)]++ < STARTS));
  }

  /** Images from all over a set, without those whose pixels are those of an attacked one. */
  private ImagePool notAttacked() {
    Set<FloatBuffer> attacked = new HashSet<>();
    for (int i = 0; i < images.size(); i++) {
      attacked.add(FloatBuffer.wrap(images.pixels(i)));
    }
    ImageSet all = others.get();
    int[] places =
        IntStream.range(0, all.size())
            .filter(place -> !attacked.contains(FloatBuffer.wrap(all.pixels(place))))
            .toArray();
    int count = Math.min(places.length, Math.min(OTHERS, OTHER_VALUES / all.pixels()));
    return pool(all, IntStream.range(0, count).map(i -> places[spread(i, count, places.length)]));
  }

  private static int spread(int i, int count, int of) {
    return (int) ((long) i * of / count);
  }

  private static ImagePool pool(ImageSet set, IntStream chosen) {
    int[] places = chosen.toArray();
    return new ImagePool(
        IntStream.of(places).mapToObj(set::pixels).toArray(float[][]::new),
        IntStream.of(places).map(set::label).toArray());
  }
}
