package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditResult;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.AuditReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that calls the library gets exactly the audit that the command line gives. */
@Tag("slow")
class LibraryAuditTest {
  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void copyTheBuiltInModel() throws IOException {
    file = builtIn("digits.onnx");
  }

  private Path builtIn(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (var in = Foolproof.class.getResourceAsStream("option/digits.onnx")) {
      Files.copy(java.util.Objects.requireNonNull(in), copy);
    }
    return copy;
  }

  private static ImageSet images(int count) {
    return DataSets.open("digits").first(count);
  }

  private void assertSameAudit(int samples, UnaryOperator<Audit> settings, String... arguments) {
    Path byCommand = folder.resolve("command");
    String[] all = new String[arguments.length + 6];
    all[0] = "audit";
    all[1] = file.toString();
    all[2] = "--first";
    all[3] = String.valueOf(samples);
    all[4] = "--out";
    all[5] = byCommand.toString();
    System.arraycopy(arguments, 0, all, 6, arguments.length);
    InProcess run = InProcess.run((Object[]) all);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    Path byProgram = folder.resolve("program");
    AuditReport.checkWritable(byProgram);
    Audit audit = Audit.of(OnnxClassifier.load(file), images(samples));
    AuditResult result = settings.apply(audit).journal(byProgram.resolve("journal.jsonl")).run();
    AuditReport.write(result, ReportContext.here("test", "test"), byProgram);
    assertThat(lines(byProgram.resolve("samples.csv")))
        .isEqualTo(lines(byCommand.resolve("samples.csv")));
    assertThat(journal(byProgram)).isEqualTo(journal(byCommand));
  }

  /** What was found, in one order, without the time that it took, and checksums that cover it. */
  private static List<String> journal(Path out) {
    return lines(out.resolve("journal.jsonl")).stream()
        .map(line -> line.replaceAll("\"(nanos|check)\":[^,}]+", ""))
        .sorted()
        .toList();
  }

  private static List<String> lines(Path path) {
    try {
      return Files.readAllLines(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aSuiteThatFollowsGradients() {
    assertSameAudit(
        24,
        audit -> audit.against(ThreatModel.linf(0.15)).with(Suite.FAST).seed(3),
        "--epsilon",
        "0.15",
        "--seed",
        "3");
  }

  /** Without gradients, on ONNX Runtime, from images of other classes. */
  @Test
  void aSuiteThatAsksForScoresAndLabels() {
    assertSameAudit(
        30,
        audit -> audit.against(ThreatModel.l2(2)).with(Suite.BLACK_BOX).queries(60),
        "--norm",
        "l2",
        "--epsilon",
        "2",
        "--attacks",
        "black-box",
        "--queries",
        "60");
  }

  /** A universal attack, which learns from other images, and another model's examples. */
  @Test
  void attacksThatLearnFromImagesAndFromModels() {
    OnnxClassifier surrogate = OnnxClassifier.load(file);
    assertSameAudit(
        30,
        audit ->
            audit
                .against(ThreatModel.linf(0.2))
                .with(Attacks.parse("uap:epochs=1"), Attacks.parse("transfer"))
                .surrogates(surrogate)
                .learningFrom(DataSets.open("digits", Split.TRAIN)),
        "--epsilon",
        "0.2",
        "--attacks",
        "uap:epochs=1,transfer",
        "--surrogate",
        file.toString());
  }

  @Test
  void everyAdversarialExampleIsReplayedByOnnxRuntime() {
    AuditResult result =
        Audit.of(OnnxClassifier.load(file), images(10))
            .against(ThreatModel.linf(0.2))
            .with(Attacks.parse("fgsm"))
            .run();
    assertThat(result.replayedBy()).isEqualTo("digits in ONNX Runtime");
  }

  /** Two threads that audit two models at once find the same as one after the other. */
  @Test
  void auditsAtTheSameTimeAreThoseOneAfterTheOther() throws Exception {
    ImageSet images = images(24);
    OnnxClassifier one = OnnxClassifier.load(file);
    OnnxClassifier other = OnnxClassifier.load(trained());
    Callable<AuditResult> first = () -> audit(one, images);
    Callable<AuditResult> second = () -> audit(other, images);
    AuditResult firstAlone = first.call();
    AuditResult secondAlone = second.call();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 2; round++) {
        List<Future<AuditResult>> both = threads.invokeAll(List.of(first, second));
        assertSame(both.get(0).get(), firstAlone);
        assertSame(both.get(1).get(), secondAlone);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(firstAlone.samples())
        .usingRecursiveFieldByFieldElementComparator()
        .isNotEqualTo(secondAlone.samples());
  }

  /** Another model of the same images. */
  private Path trained() {
    Path other = folder.resolve("other.onnx");
    InProcess run =
        InProcess.run("train", "--data", "digits", "--net", "mlp", "--epochs", "1", "--out", other);
    assertThat(run.exitCode()).describedAs(run.err()).isZero();
    return other;
  }

  private static AuditResult audit(OnnxClassifier model, ImageSet images) {
    return Audit.of(model, images).against(ThreatModel.linf(0.12)).with(Suite.FAST).run();
  }

  private static void assertSame(AuditResult actual, AuditResult expected) {
    assertThat(actual.samples())
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(expected.samples());
    assertThat(actual.curve()).isEqualTo(expected.curve());
    assertThat(actual.diagnostics()).isEqualTo(expected.diagnostics());
  }
}
