package io.foolproof.report.evidence;

import io.foolproof.attack.Distances;
import io.foolproof.attack.Levels;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.baseline.Baseline;
import io.foolproof.audit.baseline.BaselineFile;
import io.foolproof.data.ImageSet;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.report.Numbers;
import io.foolproof.tensor.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Checks an evidence pack: that its files are those that were packed, that the model is the one
 * that was audited, that each witness holds in ONNX Runtime alone, that each figure follows from
 * the samples, and that each proof proves.
 *
 * <p>It does not attack: a success that somebody left out, with all figures computed anew, is not
 * found.
 */
public final class Verification {
  /** So many failures are told; the rest are counted. */
  private static final int TOLD = 20;

  private final Pack pack;
  private final Path modelFile;
  private final OnnxModel model;
  private final @Nullable Supplier<ImageSet> data;
  private final List<Check> checks = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  private Verification(
      Pack pack, Path modelFile, OnnxModel model, @Nullable Supplier<ImageSet> data) {
    this.pack = pack;
    this.modelFile = modelFile;
    this.model = model;
    this.data = data;
  }

  /** What was checked, in words. */
  public record Check(String what, String found) {}

  /**
   * What came of it.
   *
   * @param checks that were made, in their order
   * @param failures what does not hold; empty where all does
   */
  public record Outcome(List<Check> checks, List<String> failures) {
    /** Whether all holds. */
    public boolean holds() {
      return failures.isEmpty();
    }
  }

  /**
   * Checks a pack.
   *
   * @param modelFile the model that it is about
   * @param data where the pack has no clean images, all images of the data set that they are from;
   *     null where none are given
   * @throws InvalidInputException when the pack or the model cannot be read, or images are missing
   */
  public static Outcome of(Path pack, Path modelFile, @Nullable Supplier<ImageSet> data) {
    OnnxModel model = OnnxModel.read(modelFile);
    try (Pack opened = Pack.open(pack)) {
      Verification verification = new Verification(opened, modelFile, model, data);
      verification.run();
      List<String> failures = verification.failures;
      int more = failures.size() - TOLD;
      List<String> told = new ArrayList<>(failures.subList(0, Math.min(TOLD, failures.size())));
      if (more > 0) {
        told.add("and " + Numbers.count(more, "more failure"));
      }
      return new Outcome(List.copyOf(verification.checks), told);
    }
  }

  private void run() {
    Pack.Manifest manifest = pack.manifest();
    failures.addAll(pack.changed(manifest));
    checked("files", Numbers.count(manifest.sha256().size(), "SHA-256"));
    if (!failures.isEmpty()) {
      return;
    }
    PackPlan plan = pack.json(Pack.PLAN, PackPlan.class);
    JsonNode report = pack.tree(Pack.REPORT);
    List<SampleRow> rows = rows();
    try {
      verify(plan, report, rows);
    } catch (NullPointerException | IllegalArgumentException | IndexOutOfBoundsException e) {
      // Fields that are not there, or of another kind: somebody's own pack.
      throw pack.unreadable(Pack.PLAN, e);
    }
  }

  private List<SampleRow> rows() {
    try {
      List<SampleRow> rows = SampleRow.parse(pack.bytes(Pack.SAMPLES));
      if (!rows.isEmpty()) {
        return rows;
      }
    } catch (IllegalArgumentException e) {
      throw pack.unreadable(Pack.SAMPLES, e);
    }
    throw pack.unreadable(Pack.SAMPLES, null);
  }

  private void verify(PackPlan plan, JsonNode report, List<SampleRow> rows) {
    consistent(plan, report, rows);
    if (!model.sha256().equals(plan.model().sha256())) {
      failures.add(
          "%s has the SHA-256 %s, the audited model %s"
              .formatted(modelFile, model.sha256(), plan.model().sha256()));
      return;
    }
    checked("model", "is the audited file");
    ImageSet images = images(plan, rows);
    if (!failures.isEmpty()) {
      return;
    }
    String output = plan.model().output();
    try (OnnxRuntimeClassifier runtime =
        OnnxRuntimeClassifier.forImages(
            output == null ? model : model.withOutput(output),
            images.shape(),
            plan.model().preprocessing())) {
      Scores scores = new Scores(runtime);
      clean(images, rows, scores);
      double[] distances = witnesses(plan, report, images, rows, scores);
      Figures figures = new Figures(report, rows, distances);
      failures.addAll(figures.wrong());
      checked("figures", figures.compared() + " computed anew from the samples");
      Proofs proofs = new Proofs(pack, plan, model);
      failures.addAll(proofs.check(images, rows, runtime.classes()));
      checked("proofs", plan.proofs() == 0 ? "none" : plan.proofs() + " checked");
    }
  }

  private void checked(String what, String found) {
    checks.add(new Check(what, found));
  }

  // ---- What is said twice

  private void consistent(PackPlan plan, JsonNode report, List<SampleRow> rows) {
    PackPlan.Threat threat = plan.threat();
    same("model", report.at("/subject/modelSha256").asString(), plan.model().sha256());
    same("model's name", report.at("/subject/model").asString(), plan.model().name());
    same(
        "preprocessing",
        report.at("/subject/preprocessing").asString(),
        plan.model().preprocessing().text());
    same("data", report.at("/subject/dataSha256").asString(), plan.data().sha256());
    same("data's name", report.at("/subject/data").asString(), plan.data().name());
    same("selection", report.at("/subject/selection").asString(), plan.data().selection());
    same("norm", report.at("/threatModel/norm").asString(), threat.norm());
    same("epsilon", report.at("/threatModel/epsilon").asDouble(), threat.epsilon());
    same(
        "epsilon in levels",
        report.at("/threatModel/epsilonLevels").asDouble(),
        255 * threat.epsilon());
    same("levels", report.at("/threatModel/levels").asInt(0), threat.levels());
    same("box", report.at("/subject/inputLow").asDouble(), 0.0);
    same("box", report.at("/subject/inputHigh").asDouble(), 1.0);
    same("seed", report.at("/seed").asLong(), plan.seed());
    same("program", report.at("/program/version").asString(), plan.version());
    same(
        "goal",
        report.at("/threatModel/goal").asString(),
        threat.target() == null ? "untargeted" : "targeted");
    same(
        "target",
        report.at("/threatModel/targetClass").asInt(-1),
        threat.target() == null ? -1 : threat.target());
    same("samples", rows.size(), plan.data().samples());
    List<PackPlan.Step> steps = new ArrayList<>();
    for (JsonNode attack : report.at("/attacks")) {
      if (!attack.at("/name").asString().equals("diagnosis")) {
        steps.add(PackPlan.Step.of(attack.at("/settings").asString()));
      }
    }
    same("attacks and their terms", steps, plan.attacks());
    baseline(plan, report, rows);
    derived(Pack.BOM, MlBom.bytes(report, plan));
    derived(Pack.PAGE, ShowsPage.of(report, plan).getBytes(StandardCharsets.UTF_8));
    checked("consistency", "report, plan, samples, verdicts, bill of materials and page agree");
  }

  private void baseline(PackPlan plan, JsonNode report, List<SampleRow> rows) {
    Baseline baseline =
        BaselineFile.read(
            pack.bytes(Pack.VERDICTS),
            pack.where(Pack.VERDICTS),
            "ask for the pack as it was made");
    Map<String, String> identity = plan.plan();
    same("engine", report.at("/subject/engine").asString(), baseline.engine());
    same("engine", identity.get("engine"), baseline.engine());
    same("model", identity.get("model"), baseline.identity());
    same("norm", identity.get("norm"), plan.threat().norm());
    same("epsilon", identity.get("epsilon"), String.valueOf(plan.threat().epsilon()));
    same("goal", identity.get("goal"), plan.threat().model().goal().toString());
    same("seed", identity.get("seed"), String.valueOf(plan.seed()));
    same("data", identity.get("data"), plan.data().sha256());
    same("samples", identity.get("samples"), String.valueOf(rows.size()));
    baseline
        .plan()
        .forEach((name, value) -> same(name + " of the plan", identity.get(name), value));
    same("plan", identity.size(), baseline.plan().size() + 2);
    same("verdicts", rows.size(), baseline.verdicts().size());
    for (SampleRow row : rows) {
      same(
          "verdict of sample " + row.index(),
          row.status(),
          String.valueOf(baseline.verdicts().get(row.index())).toLowerCase(Locale.ROOT));
    }
  }

  private void same(String what, @Nullable Object one, Object other) {
    if (!other.equals(one)) {
      failures.add("%s: the files of the pack disagree, %s and %s".formatted(what, one, other));
    }
  }

  private void derived(String name, byte[] expected) {
    if (!Arrays.equals(pack.bytes(name), expected)) {
      failures.add(name + " is not what the report and the plan give");
    }
  }

  // ---- Images

  private ImageSet images(PackPlan plan, List<SampleRow> rows) {
    ImageSet images;
    if (plan.images()) {
      images = PackImages.clean(pack, plan);
    } else if (data == null) {
      throw new InvalidInputException(
          "%s: has no clean images, since they were left out: give the data set that they are from (--data)"
              .formatted(pack.where(Pack.PLAN)));
    } else {
      images = chosen(data.get(), rows);
    }
    if (!images.sha256().equals(plan.data().sha256())) {
      failures.add("the clean images or labels are not those of the audit: another SHA-256");
    }
    for (int i = 0; i < Math.min(rows.size(), images.size()); i++) {
      same("label of sample " + rows.get(i).index(), rows.get(i).label(), images.label(i));
    }
    checked(
        "clean images",
        Numbers.count(images.size()) + (plan.images() ? " in the pack" : " of the data set given"));
    return images;
  }

  private static ImageSet chosen(ImageSet all, List<SampleRow> rows) {
    Map<Long, Integer> places = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      places.put(all.index(i), i);
    }
    int[] chosen = new int[rows.size()];
    for (int i = 0; i < chosen.length; i++) {
      Integer place = places.get(rows.get(i).index());
      if (place == null) {
        throw new InvalidInputException(
            "%s: has %,d images, and the pack is about one with the index %d: give the data set of the audit"
                .formatted(all.name(), all.size(), rows.get(i).index()));
      }
      chosen[i] = place;
    }
    return all.select(chosen);
  }

  private void clean(ImageSet images, List<SampleRow> rows, Scores scores) {
    int agreed = 0;
    for (int i = 0; i < rows.size(); i++) {
      SampleRow row = rows.get(i);
      int before = failures.size();
      double[] found = scores.of(images.pixels(i));
      if (!Scores.isAmongLargest(found, row.prediction())) {
        failures.add(
            "sample %d: the clean image is class %d in ONNX Runtime, samples.csv has %d"
                .formatted(row.index(), Scores.largest(found), row.prediction()));
      }
      boolean wrong = row.prediction() >= 0 && row.prediction() != row.label();
      boolean isKnown =
          List.of("misclassified", "fooled", "proved", "unknown", "error").contains(row.status());
      boolean error = row.status().equals("error");
      if (!isKnown
          || wrong != row.status().equals("misclassified")
          || (row.prediction() < 0 && !error)
          || (row.isFooled() && row.witness() == null)) {
        failures.add(
            "sample %d: the verdict %s does not fit its label %d, its prediction %d and its witness"
                .formatted(row.index(), row.status(), row.label(), row.prediction()));
      }
      agreed += failures.size() == before ? 1 : 0;
    }
    checked("clean classes", agreed + " of " + rows.size() + " as recorded, in ONNX Runtime");
  }

  /** By place, how far the witness is; infinite where there is none. */
  private double[] witnesses(
      PackPlan plan, JsonNode report, ImageSet images, List<SampleRow> rows, Scores scores) {
    double[] distances = new double[rows.size()];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    boolean closest = !report.at("/attacks/0/closest").isMissingNode();
    WitnessCheck check = new WitnessCheck(plan.threat().model(), closest, scores);
    Map<Long, float[]> found = PackImages.adversarial(pack, images.pixels());
    int held = 0;
    int all = 0;
    for (int i = 0; i < rows.size(); i++) {
      SampleRow row = rows.get(i);
      float[] image = found.remove(row.index());
      if (row.witness() == null || image == null) {
        if (row.witness() != null || image != null) {
          failures.add(
              "sample %d: %s"
                  .formatted(
                      row.index(),
                      image == null
                          ? "its adversarial image is missing"
                          : "there is an adversarial image, but samples.csv has none"));
        }
        continue;
      }
      all++;
      String why = check.why(row, row.witness(), images.pixels(i), image);
      if (why.isEmpty()) {
        held++;
      } else {
        failures.add("sample " + row.index() + ": " + why);
      }
      distances[i] = check.distance(images.pixels(i), image);
    }
    found.keySet().forEach(index -> failures.add("adversarial image of no sample: " + index));
    checked("witnesses", held + " of " + all + ": in the box, within epsilon, fool ONNX Runtime");
    return distances;
  }

  /** What is checked of one witness. */
  private record WitnessCheck(ThreatModel threat, boolean closest, Scores scores) {

    double distance(float[] clean, float[] image) {
      return threat.size(threat.between(clean, image, scores.input()));
    }

    /** Why it does not hold; empty where it does. */
    String why(SampleRow row, SampleRow.Measured recorded, float[] clean, float[] image) {
      InputSpec input = scores.input();
      for (float value : image) {
        if (!(value >= input.low() && value <= input.high())) {
          return "the adversarial image has the value %s, outside of [%s, %s]"
              .formatted(value, input.low(), input.high());
        }
      }
      Distances measured = threat.between(clean, image, input);
      double distance = threat.size(measured);
      boolean within = distance <= threat.epsilon() && threat.admits(clean, image);
      if (row.isFooled() != within || !(within || closest)) {
        return "the adversarial image is %s away in %s, with epsilon %s, and the verdict is %s"
            .formatted(distance, threat.symbol(), threat.epsilon(), row.status());
      }
      if (measured.l0() != recorded.l0()
          || measured.l1() != recorded.l1()
          || measured.l2() != recorded.l2()
          || measured.linf() != recorded.linf()) {
        return "the distances in samples.csv are not those of the images";
      }
      double[] found = scores.of(image);
      int prediction = Scores.largest(found);
      if (prediction < 0 || !threat.goal().isReachedBy(prediction, row.label())) {
        return "the adversarial image is class %d in ONNX Runtime, which is no success"
            .formatted(prediction);
      }
      if (!Scores.isAmongLargest(found, recorded.prediction())) {
        return "the adversarial image is class %d in ONNX Runtime, samples.csv has %d"
            .formatted(prediction, recorded.prediction());
      }
      double[] rounded = scores.of(Levels.eightBit(input).nearest(image));
      int after = Scores.largest(rounded);
      boolean survives = after >= 0 && threat.goal().isReachedBy(after, row.label());
      return survives == recorded.survivesRounding() || Scores.isTie(rounded)
          ? ""
          : "as an 8-bit image it is class %d, samples.csv has survives_rounding %s"
              .formatted(after, recorded.survivesRounding());
    }
  }
}
