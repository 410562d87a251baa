package io.foolproof.report;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Verdict;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.report.audit.AuditReport;
import io.foolproof.report.audit.ExampleAudits;
import io.foolproof.report.hull.ExampleHulls;
import io.foolproof.report.hull.HullReport;
import io.foolproof.report.study.ExampleStudies;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Pages of every kind, with what is hard to lay out: nothing, a lot, and long names. */
final class ExamplePages {
  private static final ImageSet DIGITS = GeneratedDigits.standard().test(60);
  private static final String LONG_NAME =
      "resnet50_adversarially_trained_on_images_of_224x224_pixels_epsilon_8_of_255_seed_17.onnx";

  /** The pages, each a folder of its own. */
  static final List<String> NAMES =
      List.of(
          "audit-digits",
          "audit-warnings",
          "audit-nothing-fooled",
          "audit-nothing-run",
          "audit-proved",
          "audit-two-classes",
          "audit-twenty-classes",
          "audit-minimal-norm",
          "hull-outside",
          "hull-inside",
          "study");

  private ExamplePages() {}

  /** Writes one of the pages, with the files that belong to it. */
  static void write(String name, Path folder) {
    ReportContext context = ExampleAudits.CONTEXT;
    if (name.startsWith("audit")) {
      AuditReport.write(audit(name), context, folder);
    } else if (name.equals("study")) {
      ExampleStudies.write(ExampleStudies.complete(), context, folder);
    } else {
      ImageSet training = GeneratedDigits.standard().training(80);
      ImageSet queries = DIGITS.range(0, 20);
      HullReport.write(
          name.equals("hull-outside")
              ? ExampleHulls.outside(training, queries)
              : ExampleHulls.inside(training, queries),
          context,
          folder);
    }
  }

  private static AuditResult audit(String name) {
    AuditResult digits = ExampleAudits.mostlyFooled("digits", DIGITS, ExampleAudits.LINF);
    return switch (name) {
      case "audit-digits" -> digits;
      case "audit-warnings" ->
          ExampleAudits.with(
              digits,
              digits.samples(),
              digits.attacks(),
              ExampleAudits.signs(),
              ExampleAudits.drawn(0.0612, 0.0587, 0.0641));
      case "audit-nothing-fooled" -> unfooled(Verdict.UNKNOWN);
      case "audit-nothing-run" -> {
        AuditResult bare = unfooled(Verdict.ERROR);
        yield new AuditResult(
            bare.subject(),
            ThreatModel.l1(0),
            0,
            bare.data(),
            bare.samples(),
            List.of(),
            List.of(),
            List.of(),
            null,
            "",
            null,
            null);
      }
      case "audit-proved" -> unfooled(Verdict.PROVED);
      case "audit-two-classes" ->
          ExampleAudits.mostlyFooled(
              LONG_NAME,
              photographs(2, 60),
              new NormBounded(Norm.L2, 2.5, new Goal.Untargeted(), 256));
      case "audit-twenty-classes" ->
          ExampleAudits.closest(
              ExampleAudits.mostlyFooled(LONG_NAME, photographs(20, 120), ThreatModel.l0(12)));
      case "audit-minimal-norm" ->
          ExampleAudits.closest(
              ExampleAudits.mostlyFooled("digits", photographs(10, 100), ThreatModel.l2(0.075)));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static AuditResult unfooled(Verdict first) {
    Verdict[] verdicts = new Verdict[DIGITS.size()];
    Arrays.fill(verdicts, Verdict.UNKNOWN);
    verdicts[0] = first;
    verdicts[1] = Verdict.MISCLASSIFIED;
    return ExampleAudits.of(DIGITS, ExampleAudits.LINF, verdicts);
  }

  /** Coloured noise in classes whose names are long. */
  private static ImageSet photographs(int classes, int count) {
    ImageShape shape = new ImageShape(3, 30, 45);
    Random random = new Random(7);
    float[] pixels = new float[count * shape.pixels()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    return ImageSet.ofPixels(
        "photographs of things that have long names",
        shape,
        pixels,
        IntStream.range(0, count).map(i -> i % classes).toArray(),
        IntStream.range(0, classes)
            .mapToObj(i -> i % 3 == 0 ? "Großraumflugzeug " + i : "three-toed sloth, kind " + i)
            .toList());
  }
}
