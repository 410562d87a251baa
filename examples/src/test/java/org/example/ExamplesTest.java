package org.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.attack.query.Square;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.defense.layer.LayeredDefense;
import io.foolproof.defense.training.Length;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The examples do what they say. */
@Tag("slow")
class ExamplesTest {
  private static final Path CLASSES = Path.of("target", "classes").toAbsolutePath();
  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  @TempDir Path folder;

  private static ImageSet digits(int count) {
    return DataSets.open("digits").first(count);
  }

  private Path builtInModel() throws IOException {
    Path file = folder.resolve("digits.onnx");
    try (InputStream in =
        Objects.requireNonNull(
            ClassLoader.getSystemResourceAsStream("io/foolproof/cli/option/digits.onnx"))) {
      Files.copy(in, file);
    }
    return file;
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "FOOLPROOF_DATA", matches = ".+")
  void theFiveLinesRunAsTheyAre() throws IOException, InterruptedException {
    builtInModel();
    Run run = run(CLASS_PATH, FirstAudit.class.getName());
    assertThat(run.output)
        .contains(" of 1000\n", "correctly classified: ", "robust accuracy, at most: ");
    assertThat(run.exitCode).isZero();
  }

  /** As in {@link FirstAudit}, on data that need no download. */
  @Test
  void theFiveLinesAuditAModel() throws IOException {
    OnnxClassifier model = OnnxClassifier.load(builtInModel());
    ThreatModel threat = ThreatModel.linf(0.1);
    AuditResult result =
        Audit.of(model, digits(40)).against(threat).with(Pgd.standard().withSteps(20)).run();
    assertThat(result.cleanAccuracy().total()).isEqualTo(40);
    assertThat(result.robustAccuracy().count()).isLessThan(result.cleanAccuracy().count());
  }

  @Test
  void ourOwnClassifierIsAuditedWithScoresAlone() {
    NearestMean means = new NearestMean(DataSets.open("digits", Split.TRAIN));
    AuditResult result =
        Audit.of(means.classifier(), digits(40))
            .against(ThreatModel.linf(0.05))
            .with(Square.standard().withQueries(200))
            .extent(AuditPlan.Extent.VERDICTS)
            .run();
    assertThat(result.cleanAccuracy().value()).isGreaterThan(0.6);
    assertThat(result.robustAccuracy().count()).isLessThan(result.cleanAccuracy().count());
  }

  @Test
  void aModelOfAnotherLibraryIsAudited() throws IOException, InterruptedException {
    Run run = run(CLASS_PATH, DjlAudit.class.getName(), builtInModel().toString());
    assertThat(run.output).contains("robust accuracy, at most: ");
    assertThat(run.exitCode).isZero();
  }

  /**
   * The difference of two logits is linear in the image, with a slope of twice the difference of
   * the means: a margin that is larger than epsilon times the L1 norm of that slope cannot be
   * crossed, and one that is smaller is, where the box leaves room.
   */
  @Test
  void ourOwnGradientsLeadWhereTheMarginsSay() {
    ImageSet training = DataSets.open("digits", Split.TRAIN);
    ImageSet images = digits(60);
    double epsilon = 0.02;
    AuditResult result =
        Audit.of(new NearestMean(training).differentiable(), images)
            .against(ThreatModel.linf(epsilon))
            .with(Attacks.parse("apgd-t:steps=20:targets=9"))
            .extent(AuditPlan.Extent.VERDICTS)
            .run();
    float[][] means = means(training);
    long outOfReach =
        IntStream.range(0, images.size())
            .filter(i -> reach(means, images.pixels(i), images.label(i)) > epsilon)
            .count();
    assertThat(outOfReach).isBetween(40L, 52L);
    assertThat((long) result.robustAccuracy().count()).isBetween(outOfReach, outOfReach + 2);
  }

  private static float[][] means(ImageSet training) {
    float[][] means = new float[training.classes()][];
    for (int k = 0; k < means.length; k++) {
      int label = k;
      int[] members =
          IntStream.range(0, training.size()).filter(i -> training.label(i) == label).toArray();
      float[] mean = new float[training.pixels()];
      for (int i : members) {
        float[] image = training.pixels(i);
        for (int j = 0; j < mean.length; j++) {
          mean[j] += image[j] / members.length;
        }
      }
      means[k] = mean;
    }
    return means;
  }

  /** The L-inf distance to the nearest boundary, without the box; negative if misclassified. */
  private static double reach(float[][] means, float[] image, int label) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int k = 0; k < means.length; k++) {
      double margin = 0;
      double slope = 0;
      for (int j = 0; j < image.length; j++) {
        double own = image[j] - means[label][j];
        double other = image[j] - means[k][j];
        margin += other * other - own * own;
        slope += 2 * Math.abs(means[label][j] - means[k][j]);
      }
      nearest = k == label ? nearest : Math.min(nearest, margin / slope);
    }
    return nearest;
  }

  @Test
  void ourLayersArePartOfTheFile() throws IOException {
    Path out = folder.resolve("defended.onnx");
    assertThat(OurDefenses.defend(builtInModel(), out))
        .isEqualTo("pgd:steps=40:eot=20:bpda=identity");
    try (OnnxClassifier defended = OnnxClassifier.load(out)) {
      assertThat(defended.drawsAtRandom()).isTrue();
      assertThat(LayeredDefense.recorded(defended.model()))
          .containsExactly("noise:sigma=0.1", "bits:bits=4");
    }
  }

  @Test
  void ourNetIsTrainedAndItsCheckpointRemoved() throws IOException {
    Path out = folder.resolve("net.onnx");
    ImageSet training = DataSets.open("digits", Split.TRAIN).first(300);
    OurDefenses.train(training, digits(50), new Length.Steps(3), out);
    assertThat(OnnxModel.read(out).metadata()).containsEntry("foolproof.steps", "3 of 3");
    assertThat(folder.resolve("net.onnx.training.npz")).doesNotExist();
  }

  @Test
  void imagesInAFileOfOurOwnAreTheImagesThatWereWritten() throws IOException {
    ImageSet digits = digits(5);
    Path file = folder.resolve("digits.csv");
    StringJoiner lines = new StringJoiner("\n");
    for (int i = 0; i < digits.size(); i++) {
      float[] pixels = digits.pixels(i);
      lines.add(
          digits.label(i)
              + IntStream.range(0, pixels.length)
                  .mapToObj(j -> "," + Math.round(255 * pixels[j]))
                  .collect(Collectors.joining()));
    }
    Files.writeString(file, lines.toString());
    ImageSet read = CsvImages.read(file, digits.height(), digits.width());
    for (int i = 0; i < digits.size(); i++) {
      assertThat(read.label(i)).isEqualTo(digits.label(i));
      assertThat(read.pixels(i)).isEqualTo(digits.pixels(i));
    }
  }

  @Test
  void ourOwnAttackIsOneOfTheCatalogue() {
    assertThat(Attacks.parse("halving:steps=9")).isEqualTo(new Halving(10).withSteps(9));
    NearestMean means = new NearestMean(DataSets.open("digits", Split.TRAIN));
    AuditResult result =
        Audit.of(means.differentiable(), digits(40))
            .against(ThreatModel.linf(0.05))
            .with(new Halving(9))
            .extent(AuditPlan.Extent.VERDICTS)
            .run();
    assertThat(result.robustAccuracy().count()).isLessThan(result.cleanAccuracy().count());
  }

  /** The command line knows an attack from a jar that it has never seen. */
  @Test
  void theCommandLineFindsOurAttackInAJar() throws IOException, InterruptedException {
    Path jar = folder.resolve("our-attacks.jar");
    pack(jar);
    String command = withoutTheExamples();
    String[] audit = {
      "audit", "--samples", "10", "--attacks", "halving:steps=9", "--out", "report"
    };
    assertThat(program(command, audit).exitCode).isEqualTo(2);
    Run listed = program(command + File.pathSeparator + jar, "attacks");
    assertThat(listed.output).contains("halving", "each half as long as the one before");
    Run audited = program(command + File.pathSeparator + jar, audit);
    assertThat(audited.output).contains("halving");
    assertThat(audited.exitCode).isZero();
    assertThat(folder.resolve("report/report.json")).content().contains("halving:steps=9");
    Run refused =
        program(command + File.pathSeparator + jar, "audit", "--attacks", "halving:steps=0");
    assertThat(refused.exitCode).isEqualTo(2);
    assertThat(refused.output).contains("halving", "steps");
  }

  private static void pack(Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(CLASSES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(
            new ZipEntry(CLASSES.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
  }

  private static String withoutTheExamples() {
    return Arrays.stream(CLASS_PATH.split(File.pathSeparator, -1))
        .filter(part -> !Path.of(part).toAbsolutePath().startsWith(CLASSES.getParent()))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private record Run(int exitCode, String output) {}

  private Run program(String classPath, String... arguments)
      throws IOException, InterruptedException {
    return run(
        classPath,
        Stream.concat(Stream.of("io.foolproof.cli.Foolproof"), Stream.of(arguments))
            .toArray(String[]::new));
  }

  /** A program of its own: its class, and its arguments. */
  private Run run(String classPath, String... program) throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            classPath),
                        Stream.of(program))
                    .toList())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return new Run(process.waitFor(), Files.readString(output));
  }
}
