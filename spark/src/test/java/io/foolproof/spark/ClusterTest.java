package io.foolproof.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.cli.Foolproof;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two executors in processes of their own find, byte for byte, what one process finds. */
@Tag("slow")
class ClusterTest {
  private static final Path MODEL =
      Path.of(System.getProperty("foolproof.root"))
          .resolve("cli/src/main/resources/io/foolproof/cli/option/digits.onnx")
          .toAbsolutePath();

  /** Second attempts at whatever takes a little longer than the others. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "spark.speculation", "true",
          "spark.speculation.interval", "100ms",
          "spark.speculation.quantile", "0.1",
          "spark.speculation.multiplier", "1.01",
          "spark.speculation.minTaskRuntime", "100ms");

  @TempDir Path folder;

  private final List<Submission> submitted = new ArrayList<>();

  @AfterEach
  void endAll() throws InterruptedException {
    for (Submission one : submitted) {
      one.executors().forEach(ProcessHandle::destroyForcibly);
      one.process().destroyForcibly().waitFor();
    }
  }

  private Submission submit(String master, Map<String, String> settings, Object... words)
      throws IOException {
    Submission submission = Submission.start(folder, master, settings, words);
    submitted.add(submission);
    return submission;
  }

  private static Object[] with(List<Object> words, Object... more) {
    return Stream.concat(words.stream(), Arrays.stream(more)).toArray();
  }

  /** Digits as a folder with one folder a class, which is sent as an archive. */
  private Path digits(int count) throws IOException {
    ImageSet digits = DataSets.open("digits").first(count);
    Path images = folder.resolve("images");
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
      float[] pixels = digits.pixels(i);
      for (int j = 0; j < pixels.length; j++) {
        image.getRaster().setSample(j % 28, j / 28, 0, Math.round(255 * pixels[j]));
      }
      Path file = images.resolve(digits.label(i) + "/" + i + ".png");
      Files.createDirectories(file.resolveSibling(""));
      ImageIO.write(image, "png", file.toFile());
    }
    return images;
  }

  @Test
  void anExecutorThatIsKilledChangesNothing() throws IOException, InterruptedException {
    List<Object> audit =
        List.of(
            "audit",
            MODEL,
            "--data",
            digits(60),
            "--epsilon",
            "0.1",
            "--attacks",
            "fgsm,pgd:steps=40,square:queries=300");
    Path whole = folder.resolve("whole");
    StringWriter said = new StringWriter();
    PrintWriter print = new PrintWriter(said);
    String[] words =
        Arrays.stream(with(audit, "--out", whole)).map(String::valueOf).toArray(String[]::new);
    assertThat(Foolproof.run(print, print, words)).as(said.toString()).isZero();

    Path shared = folder.resolve("shared");
    Submission submission =
        submit("local-cluster[2,1,2048]", IMPATIENT, with(audit, "--shards", 6, "--out", shared));
    while (submission.process().isAlive() && !submission.said().contains(" is done, 5 to go")) {
      submission.process().waitFor(50, TimeUnit.MILLISECONDS);
    }
    List<ProcessHandle> executors = submission.executors();
    assertThat(executors).as(submission.said()).hasSize(2);
    assertThat(executors.get(0).destroyForcibly()).isTrue();
    assertThat(submission.process().waitFor(9, TimeUnit.MINUTES)).isTrue();
    assertThat(submission.process().exitValue()).as(submission.said()).isZero();
    assertThat(submission.said()).contains("Lost executor", " is done, 0 to go");
    assertThat(shared.resolve("samples.csv")).hasSameBinaryContentAs(whole.resolve("samples.csv"));
    assertThat(shared.resolve("verdicts.json"))
        .hasSameBinaryContentAs(whole.resolve("verdicts.json"));
    assertThat(Files.readString(whole.resolve("samples.csv"))).contains("fooled", "unknown");
    assertThat(shared.resolve("shards")).doesNotExist();
  }

  /** What an executor refuses, the driver says as the command does. */
  @Test
  void aRefusalOfAnExecutorIsOneLine() throws IOException, InterruptedException {
    Submission submission =
        submit(
            "local[1]",
            Map.of("spark.log.level", "OFF"),
            "audit",
            MODEL,
            "--samples",
            3,
            "--shards",
            8,
            "--out",
            folder.resolve("shared"));
    assertThat(submission.process().waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(submission.process().exitValue()).as(submission.said()).isEqualTo(2);
    assertThat(submission.said().lines().filter(line -> line.startsWith("foolproof: ")).toList())
        .containsExactly(
            "foolproof: 3 samples cannot be divided into 8 shards: give at most 3, or more"
                + " samples");
    assertThat(folder.resolve("shared/journal.jsonl")).doesNotExist();
  }
}
