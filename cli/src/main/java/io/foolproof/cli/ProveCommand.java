package io.foolproof.cli;

import io.foolproof.attack.Norm;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.journal.Shard;
import io.foolproof.audit.proof.CheckedProofs;
import io.foolproof.audit.proof.Decision;
import io.foolproof.audit.proof.ImageProofs;
import io.foolproof.audit.proof.ProofFinding;
import io.foolproof.audit.proof.ProofPlan;
import io.foolproof.certify.lipschitz.Lipschitz;
import io.foolproof.certify.property.Robustness;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.FreshOption;
import io.foolproof.cli.option.InputOptions;
import io.foolproof.cli.option.IsolateOption;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.SampleOptions;
import io.foolproof.cli.option.SeedOption;
import io.foolproof.cli.option.ShardOption;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxEditor;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessing;
import io.foolproof.report.OutputFolder;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foolproof prove}: where failure is impossible, with certificates. */
@Command(
    exitCodeList = {
      "0:unsat, and the certificate was checked; with --data or a folder: done",
      "1:sat, and the witness was replayed in ONNX Runtime",
      "2:an argument, or a file that it names, cannot be used, or memory or disk space ran out",
      "3:internal error",
      "4:unknown",
      "130:interrupted (Ctrl-C)"
    })
final class ProveCommand implements Callable<Integer> {
  private static final int SAT = 1;
  private static final int UNKNOWN = 4;
  private static final int USUAL_SAMPLES = 100;
  private static final double USUAL_SECONDS = 60;

  /** Options that are not about images. */
  private static final Set<String> OF_ANY = Set.of("--timeout", "--seed", "--out", "--fresh");

  @Under(Heading.MODEL)
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "ONNX file, or a folder with instances.csv (or NAME_instances.csv): rows of model, property, seconds")
  Path file = Path.of("");

  @Under(Heading.DATA)
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SPEC",
      description =
          "property in VNN-LIB 1.0, or .gz; without it, robustness of the images of --data")
  @Nullable Path specification;

  @Mixin InputOptions input = new InputOptions();
  @Mixin DataOptions data = new DataOptions();
  @Mixin SampleOptions samples = new SampleOptions();

  @Under(Heading.THREAT)
  @Option(
      names = "--norm",
      paramLabel = "NORM",
      defaultValue = "linf",
      description = "how a change of an image is measured: linf, l2 or l1")
  String norm = "linf";

  @Under(Heading.THREAT)
  @Option(
      names = "--epsilon",
      paramLabel = "NUMBER",
      description = "the largest change, in the norm, such as 0.1 or 8/255")
  @Nullable String epsilon;

  @Under(Heading.OPTIONS)
  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "time for one property, its check not included; 60 without it, or what a row of a"
              + " folder says, which this limits")
  @Nullable Double timeout;

  @Mixin SeedOption seed = new SeedOption();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "proofs",
      description = "folder of the certificates and witnesses")
  Path out = Path.of("");

  @Mixin ShardOption shard = new ShardOption();
  @Mixin FreshOption fresh = new FreshOption();

  @Spec CommandSpec spec;

  ProveCommand() {}

  @Override
  public Integer call() {
    if (timeout != null && !(timeout > 0)) {
      throw new InvalidInputException("--timeout is " + timeout + ": give a positive number");
    }
    if (Files.isDirectory(file)) {
      return folder();
    }
    if (specification != null) {
      requireNoImages(specification);
    }
    return specification == null ? images() : property(CheckedProofs.read(file), specification);
  }

  /** What is said of images would be passed over in silence where something else is proved. */
  private void requireNoImages(Path instead) {
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (!OF_ANY.contains(option.longestName())) {
        throw new InvalidInputException(
            "%s is about the images of --data, and %s says itself what is to be proved: leave it out"
                .formatted(option.longestName(), instead));
      }
    }
  }

  private int folder() {
    if (specification != null) {
      throw new InvalidInputException(
          file + " is a folder of instances: leave out the property " + specification);
    }
    requireNoImages(file);
    double limit = timeout == null ? Double.POSITIVE_INFINITY : timeout;
    ProveFolder work = new ProveFolder(file, out, limit, seed.number, fresh.fresh);
    return work.run(spec.commandLine().getOut()) ? Foolproof.DONE : Foolproof.BAD_INPUT;
  }

  private double seconds() {
    return timeout == null ? USUAL_SECONDS : timeout;
  }

  private int property(OnnxModel model, Path property) {
    try (CheckedProofs proofs = new CheckedProofs(model)) {
      new OutputFolder(out).checkWritable();
      String name = String.valueOf(property.getFileName()).replaceFirst("\\.vnnlib(\\.gz)?$", "");
      Path certificate = out.resolve(name + ".proof");
      Optional<Decision> earlier =
          fresh.fresh ? Optional.empty() : proofs.earlier(property, certificate);
      Decision decision =
          earlier.orElseGet(() -> proofs.decide(property, certificate, seconds(), seed.number));
      PrintWriter print = spec.commandLine().getOut();
      print.println(decision.answer().name().toLowerCase(Locale.ROOT));
      print.printf(Locale.ROOT, "%s (%.1f s)%n", decision.detail(), decision.seconds());
      print.flush();
      return switch (decision.answer()) {
        case UNSAT -> Foolproof.DONE;
        case SAT -> SAT;
        case UNKNOWN -> UNKNOWN;
      };
    }
  }

  private static BigDecimal number(String text, Norm norm) {
    try {
      int slash = text.indexOf('/');
      BigDecimal value =
          slash < 0
              ? new BigDecimal(text)
              : new BigDecimal(text.substring(0, slash))
                  .divide(
                      new BigDecimal(text.substring(slash + 1)),
                      new MathContext(30, RoundingMode.CEILING));
      boolean isWhole = norm == Norm.LINF && value.compareTo(BigDecimal.ONE) > 0;
      if (value.signum() > 0 && !isWhole) {
        return value;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // Said below, as of any other number.
    }
    throw new InvalidInputException(
        "--epsilon is '"
            + text
            + "': a number above 0"
            + (norm == Norm.LINF ? " and at most 1" : "")
            + " is wanted, such as 8/255");
  }

  private int images() {
    if (epsilon == null) {
      throw new InvalidInputException(
          "give a property, such as spec.vnnlib, or --data and --epsilon, such as --epsilon 0.1");
    }
    Norm measured = Norm.parse(norm);
    if (!Robustness.covers(measured)) {
      throw new InvalidInputException(
          "--norm is " + norm + ": proofs cover changes in linf, l2 or l1");
    }
    ModelOptions models = ModelOptions.of(file, input, new IsolateOption());
    models.checkForImages();
    if (models.output() != null) {
      throw new InvalidInputException(
          "--output is %s, one of several outputs, and proofs are of networks with one: export the file with that one alone"
              .formatted(models.output()));
    }
    OnnxModel model = models.read(file);
    BigDecimal radius = number(epsilon, measured);
    Shard part = shard.part();
    try (Terminal terminal = Terminal.standard()) {
      terminal.adviseWhenInterrupted(fresh.advice());
      ImageSet images = samples.of(data.open(Split.TEST, terminal), USUAL_SAMPLES, seed.number);
      int[] own = part == null ? new int[0] : part.places(images.size(), 1);
      OnnxModel network = OnnxEditor.takingPixels(model, images.shape(), models.preprocessing());
      ProofPlan plan =
          new ProofPlan(network, images, measured, radius, null, seconds(), seed.number);
      try (CheckedProofs prover = CheckedProofs.of(plan)) {
        new OutputFolder(out).checkWritable();
        try (ImageProofs proofs = ImageProofs.in(out, plan, part, prover, fresh.fresh);
            OnnxClassifier classifier =
                OnnxClassifier.forImages(network, images.shape(), Preprocessing.NONE)) {
          if (part == null) {
            report(proofs, classifier, images, terminal);
          } else {
            new OutputFolder(out).removeFormer();
            find(proofs, classifier, images, own, terminal);
            ShardFile.done(spec, part, own.length, out);
          }
        }
      }
    }
    return Foolproof.DONE;
  }

  /** What is found of the images that are correctly classified, by index, several at a time. */
  private static Map<Long, ProofFinding> find(
      ImageProofs proofs,
      OnnxClassifier classifier,
      ImageSet images,
      int[] places,
      Terminal terminal) {
    Map<Long, ProofFinding> found = new HashMap<>();
    terminal.begin("proofs", places.length);
    try (Workers workers = new Workers()) {
      workers.<Optional<ProofFinding>>forEachShared(
          places.length,
          1,
          (from, to) -> {
            int i = places[from];
            boolean isCorrect = predicted(classifier, images.pixels(i)) == images.label(i);
            return isCorrect ? Optional.of(proofs.find(i)) : Optional.empty();
          },
          one -> {
            one.ifPresent(finding -> found.put(finding.index(), finding));
            terminal.advance(1);
          });
    }
    terminal.end();
    return found;
  }

  /** What is known of an image. */
  private enum Known {
    MISCLASSIFIED,
    PROVED,
    FOOLED,
    UNKNOWN
  }

  private void report(
      ImageProofs proofs, OnnxClassifier classifier, ImageSet images, Terminal terminal) {
    PrintWriter print = spec.commandLine().getOut();
    StringBuilder table = new StringBuilder("index,label,verdict,seconds,detail\n");
    Map<Known, Integer> counts = new EnumMap<>(Known.class);
    int[] all = IntStream.range(0, images.size()).toArray();
    Map<Long, ProofFinding> searched = find(proofs, classifier, images, all, terminal);
    for (int i = 0; i < images.size(); i++) {
      int label = images.label(i);
      Known known = Known.MISCLASSIFIED;
      double seconds = 0;
      String detail = "";
      ProofFinding found = searched.get(images.index(i));
      if (found != null) {
        seconds = found.seconds();
        detail = found.detail();
        known =
            switch (found.outcome()) {
              case PROVED -> Known.PROVED;
              case FOOLED -> Known.FOOLED;
              case UNKNOWN -> Known.UNKNOWN;
            };
      }
      counts.merge(known, 1, Integer::sum);
      table.append(
          String.format(
              Locale.ROOT,
              "%d,%d,%s,%.2f,\"%s\"\n",
              images.index(i),
              label,
              known.name().toLowerCase(Locale.ROOT),
              seconds,
              detail.replace("\"", "'")));
    }
    new OutputFolder(out).write("samples.csv", table.toString().getBytes(StandardCharsets.UTF_8));
    int proved = counts.getOrDefault(Known.PROVED, 0);
    int unknown = counts.getOrDefault(Known.UNKNOWN, 0);
    int misclassified = counts.getOrDefault(Known.MISCLASSIFIED, 0);
    print.printf(
        "%d images: %d misclassified when clean, %d fooled, %d proved, %d unknown.%n",
        images.size(), misclassified, counts.getOrDefault(Known.FOOLED, 0), proved, unknown);
    if (2 * misclassified > images.size()) {
      print.println("Most of them are misclassified: it is a model of other images, or takes them");
      print.println("otherwise (--box, --mean, --std, --layout). The figures below say little.");
    }
    print.printf(
        Locale.ROOT,
        "Robust accuracy of these images at %s %s: from %.1f %% (proved, each proof checked) to"
            + " %.1f %%.%n",
        Norm.parse(norm).symbol(),
        epsilon,
        100.0 * proved / images.size(),
        100.0 * (proved + unknown) / images.size());
    print.printf(
        Locale.ROOT,
        "Of all such images: from %.1f %% to %.1f %% (95 %% over images, each end alone).%n",
        100 * new Proportion(proved, images.size()).low(),
        100 * new Proportion(proved + unknown, images.size()).high());
    if (Norm.parse(norm) == Norm.L2) {
      print.println(byLipschitzBound(classifier, images));
    }
    print.println("Certificates, properties and witnesses: " + Printable.of(out.toString()));
    String before = classifier.model().metadata(OnnxEditor.DONE_BEFORE);
    if (before != null) {
      print.println(
          Printable.of(
              "They are of %s: the model with what is done to images before it (%s)."
                  .formatted(out.resolve(ImageProofs.NETWORK), before)));
    }
    print.flush();
  }

  /** What the margins and the constant of the whole net certify, beside what was proved. */
  private String byLipschitzBound(OnnxClassifier classifier, ImageSet images) {
    Lipschitz bound = Lipschitz.of(classifier.model());
    double radius = number(String.valueOf(epsilon), Norm.L2).doubleValue();
    int kept = 0;
    for (int i = 0; i < images.size(); i++) {
      try (Scope scope = Scope.open()) {
        Tensor image =
            Tensor.of(images.pixels(i), classifier.input().batchShape(1)).to(DType.FLOAT64);
        double[] logits = classifier.logits(image).toDoubles();
        kept += bound.radius(logits, images.label(i)) >= radius ? 1 : 0;
      }
    }
    return String.format(
        Locale.ROOT,
        "By margins and the Lipschitz bound %.4g alone, in exact arithmetic and with no"
            + " certificate: %d of %d.",
        bound.constant(),
        kept,
        images.size());
  }

  private static int predicted(OnnxClassifier classifier, float[] pixels) {
    try (Scope scope = Scope.open()) {
      Tensor image = Tensor.of(pixels, classifier.input().batchShape(1));
      return (int) classifier.logits(image).argmax(1).toLongs()[0];
    }
  }
}
