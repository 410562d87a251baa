package io.foolproof.report.audit;

import io.foolproof.attack.Distances;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.AuditResult.CurvePoint;
import io.foolproof.audit.AuditResult.Subject;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Randomness;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.SampleVerdict.Witness;
import io.foolproof.audit.Searched;
import io.foolproof.audit.Verdict;
import io.foolproof.data.ImageSet;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.report.ReportContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Audits made up of noise: what a report shows, without a model. */
public final class ExampleAudits {
  public static final ThreatModel LINF = ThreatModel.untargeted(Norm.LINF, 0.3);
  public static final ReportContext CONTEXT =
      new ReportContext(
          "0.1.0",
          "17.0.15+6",
          "Linux amd64",
          Instant.parse("2026-11-22T20:10:22Z"),
          "foolproof audit lenet5_clean.onnx --data digits --norm linf --epsilon 0.3 --seed 7",
          null);

  private ExampleAudits() {}

  /** Subject of an audit of images of this shape. */
  static Subject subject(String model, ImageSet data) {
    return new Subject(
        new Origin(
            model,
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            List.of("the softmax at the end was taken off: attacks need logits")),
        InputSpec.unit(data.shape()),
        "libtorch 2.10.0",
        Map.of("seed", "7"));
  }

  /**
   * An audit in which verdicts come in turn: every 50th sample misclassified, every 20th unknown,
   * all others fooled by noise of size epsilon into the next or the next but one class.
   */
  public static AuditResult mostlyFooled(String model, ImageSet data, ThreatModel threat) {
    Random random = new Random(7);
    List<SampleVerdict> samples = new ArrayList<>();
    for (int place = 0; place < data.size(); place++) {
      if (place % 50 == 49) {
        samples.add(plain(data, place, Verdict.MISCLASSIFIED));
      } else if (place % 20 == 19) {
        samples.add(plain(data, place, Verdict.UNKNOWN));
      } else {
        int after = (data.label(place) + 1 + random.nextInt(2)) % data.classes();
        float[] image = noisy(data.pixels(place), threat, random);
        samples.add(fooled(data, place, "pgd", image, after));
      }
    }
    return result(model, data, threat, samples);
  }

  /** An audit with these verdicts, in this order; a fooled sample needs its own witness. */
  public static AuditResult of(ImageSet data, ThreatModel threat, Verdict... verdicts) {
    List<SampleVerdict> samples =
        IntStream.range(0, data.size()).mapToObj(i -> plain(data, i, verdicts[i])).toList();
    return result("model.onnx", data, threat, samples);
  }

  /** An audit of these samples by two attacks, of which the second found all. */
  static AuditResult result(
      String model, ImageSet data, ThreatModel threat, List<SampleVerdict> samples) {
    AuditResult bare =
        new AuditResult(
            subject(model, data),
            threat,
            7,
            data,
            samples,
            List.of(),
            List.of(),
            List.of(),
            null,
            "ONNX Runtime",
            null,
            null);
    int n = samples.size();
    int right = bare.cleanAccuracy().count();
    int fooled = bare.count(Verdict.FOOLED).count();
    int left = bare.robustAccuracy().count();
    List<AttackSummary> attacks =
        List.of(
            new AttackSummary(
                "fgsm", "fgsm", right, 0, 2, 0, new Proportion(right, n), 0.412, n, n, null, ""),
            new AttackSummary(
                "pgd",
                "pgd:steps=40:step=0.1:restarts=5",
                right,
                fooled,
                0,
                0,
                new Proportion(left, n),
                73.25,
                205L * n,
                200L * n,
                null,
                ""));
    List<CurvePoint> curve =
        IntStream.rangeClosed(0, 8)
            .mapToObj(
                i ->
                    new CurvePoint(
                        threat.epsilon() * i / 8,
                        new Proportion(right - fooled * i * i / 64, n),
                        new Proportion(n, n)))
            .toList();
    return new AuditResult(
        bare.subject(),
        threat,
        7,
        data,
        samples,
        attacks,
        curve,
        List.of(),
        null,
        "ONNX Runtime",
        null,
        null);
  }

  /** The same audit by a cascade. */
  static AuditResult searched(AuditResult plain, Searched searched) {
    return new AuditResult(
        plain.subject(),
        plain.threat(),
        plain.seed(),
        plain.data(),
        plain.samples(),
        plain.attacks(),
        plain.curve(),
        plain.diagnostics(),
        plain.randomness(),
        plain.replayedBy(),
        searched,
        null);
  }

  /** The same audit with other findings. */
  public static AuditResult with(
      AuditResult plain,
      List<SampleVerdict> samples,
      List<AttackSummary> attacks,
      List<Diagnostic> diagnostics,
      @Nullable Randomness randomness) {
    return new AuditResult(
        plain.subject(),
        plain.threat(),
        plain.seed(),
        plain.data(),
        samples,
        attacks,
        plain.curve(),
        diagnostics,
        randomness,
        plain.replayedBy(),
        null,
        null);
  }

  /** What is said of a randomised model. */
  public static Randomness drawn(double mean, double low, double high) {
    return new Randomness(
        101,
        new Randomness.Share(
            0.93, new Randomness.Interval(0.92, 0.94), new Randomness.Interval(0.85, 0.97)),
        new Randomness.Share(
            mean,
            new Randomness.Interval(low, high),
            new Randomness.Interval(Math.max(0, low - 0.1), Math.min(1, high + 0.1))),
        true,
        new Randomness.Elsewhere(
            "ONNX Runtime", mean - 0.01, new Randomness.Interval(low - 0.01, high - 0.01), 3));
  }

  /** The same audit by minimal-norm attacks. */
  public static AuditResult closest(AuditResult plain) {
    int n = plain.samples().size();
    AttackSummary.Closest some = new AttackSummary.Closest(n - 2, 0.4321, n / 2);
    AttackSummary.Closest none = new AttackSummary.Closest(3, Double.POSITIVE_INFINITY, 12);
    List<AttackSummary> attacks =
        List.of(
            new AttackSummary(
                "ddn",
                "ddn:steps=1000:gamma=0.05",
                n,
                n - 2,
                0,
                0,
                plain.robustAccuracy(),
                36.3,
                59_708,
                59_000,
                some,
                ""),
            new AttackSummary(
                "fmn", "fmn", n, 4, 0, 0, plain.robustAccuracy(), 1, 40, 40, none, ""));
    return with(plain, plain.samples(), attacks, plain.diagnostics(), null);
  }

  /** Signs: two found, one of them with a series; one not found, one not measured. */
  public static List<Diagnostic> signs() {
    return List.of(
        new Diagnostic(
            "unfinished",
            "The audit was not finished",
            Diagnostic.State.FIRED,
            "17 of 60 not attacked",
            "The query budget ended before the attacks did.",
            List.of()),
        new Diagnostic(
            "not-converged",
            "More steps or restarts still help",
            Diagnostic.State.FIRED,
            "10: 35, 20: 44, 40: 46; 3 restarts of 20: 48",
            "The last doubling of the steps still found more, so that longer attacks would, too.",
            List.of(
                new Diagnostic.Point(10, 0.6),
                new Diagnostic.Point(20, 0.75),
                new Diagnostic.Point(40, 0.8))),
        new Diagnostic(
            "quantised-answers",
            "Quantised logits",
            Diagnostic.State.QUIET,
            "0 of 60",
            "Small noise changed the logits of every probe.",
            List.of()),
        new Diagnostic(
            "transfer-beats-white-box",
            "Transfer beats white-box",
            Diagnostic.State.NOT_MEASURED,
            "",
            "No surrogate model was given.",
            List.of()));
  }

  /** A sample without a witness. */
  static SampleVerdict plain(ImageSet data, int place, Verdict verdict) {
    int label = data.label(place);
    int prediction =
        switch (verdict) {
          case ERROR -> -1;
          case MISCLASSIFIED -> (label + 1) % data.classes();
          case FOOLED, PROVED, UNKNOWN -> label;
        };
    return new SampleVerdict(data.index(place), label, prediction, 0.9876, verdict, null);
  }

  /** A sample with a witness. */
  static SampleVerdict fooled(
      ImageSet data, int place, String attack, float[] image, int prediction) {
    int label = data.label(place);
    Distances distances = Distances.between(data.pixels(place), image);
    Witness witness = new Witness(attack, image, prediction, 0.8123, distances, true);
    return new SampleVerdict(data.index(place), label, label, 0.9987, Verdict.FOOLED, witness);
  }

  private static float[] noisy(float[] pixels, ThreatModel threat, Random random) {
    float epsilon = (float) threat.epsilon() * (0.5f + random.nextFloat() / 2);
    float[] image = pixels.clone();
    for (int i = 0; i < image.length; i++) {
      float moved = image[i] + (random.nextInt(3) - 1) * epsilon;
      image[i] = Math.min(1, Math.max(0, moved));
    }
    return image;
  }
}
