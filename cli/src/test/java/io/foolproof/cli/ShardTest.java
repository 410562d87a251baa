package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.model.OnnxBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards, merged, are the whole, byte for byte. */
@Tag("slow")
class ShardTest {
  private static final String ATTACKS = "fgsm,pgd:steps=10,square:queries=30";
  private static final Path DIGITS =
      Path.of("src/main/resources/io/foolproof/cli/option/digits.onnx").toAbsolutePath();

  /** The report of the audit, and three shards of it. */
  @TempDir static Path audited;

  private static Path whole;
  private static List<Path> thirds;

  @TempDir Path folder;

  /** Fails its gate, which a shard does not judge. */
  private static List<Object> audit(Object... more) {
    List<Object> words =
        List.of("audit", "--samples", 20, "--epsilon", "0.1", "--attacks", ATTACKS);
    return with(with(words, "--fail-under", "0.99"), more);
  }

  private static List<Object> with(List<Object> words, Object... more) {
    return Stream.concat(words.stream(), Arrays.stream(more)).toList();
  }

  @BeforeAll
  static void runTheAudit() {
    whole = done(audited.resolve("whole"), audit(), Foolproof.GATE_FAILED);
    thirds = shards(audited, 3, audit());
  }

  private static Path done(Path out, List<Object> words, int exitCode) {
    InProcess run = InProcess.run(with(words, "--out", out).toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    return out;
  }

  private Path done(String out, List<Object> words) {
    return done(folder.resolve(out), words, Foolproof.DONE);
  }

  private static Path shard(Path in, int number, int count, List<Object> words) {
    Path out = in.resolve("part-%d-%d".formatted(number, count));
    done(out, with(words, "--shard", number + "/" + count), Foolproof.DONE);
    assertThat(out.resolve("samples.csv")).doesNotExist();
    return out;
  }

  private static List<Path> shards(Path in, int count, List<Object> words) {
    return IntStream.rangeClosed(1, count).mapToObj(k -> shard(in, k, count, words)).toList();
  }

  private InProcess merge(List<Path> parts) {
    List<Object> words = new ArrayList<>(List.of("merge"));
    words.addAll(parts);
    return InProcess.run(with(words, "--out", folder.resolve("merged")).toArray());
  }

  private void same(Path whole, String... files) throws IOException {
    for (String file : files) {
      assertThat(folder.resolve("merged").resolve(file))
          .hasSameBinaryContentAs(whole.resolve(file));
    }
    if (Files.exists(whole.resolve("report.json"))) {
      assertThat(lasting(folder.resolve("merged"))).isEqualTo(lasting(whole));
    }
  }

  /** The report without what no two runs share: times, and the folder. */
  private static String lasting(Path report) throws IOException {
    return Files.readString(report.resolve("report.json"))
        .replaceAll("\"(\\w*[sS]econds|date|command)\"\\s*:\\s*(\"[^\"]*\"|[^,}]*)", "");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void mergedShardsOfAnAuditAreTheWhole(int count) throws IOException {
    List<Path> parts =
        new ArrayList<>(count == thirds.size() ? thirds : shards(folder, count, audit()));
    parts.add(parts.remove(0));
    mergedAreTheWhole(parts);
  }

  private void mergedAreTheWhole(List<Path> parts) throws IOException {
    InProcess merged = merge(parts);
    assertThat(merged.exitCode()).as(merged.err()).isEqualTo(Foolproof.GATE_FAILED);
    assertThat(merged.err()).contains("gate failed").hasLineCount(1);
    assertThat(merged.out()).contains("Robust accuracy, at most");
    same(whole, "samples.csv", "verdicts.json");
  }

  @Test
  void mergedShardsOfAHullStudyAreTheWhole() throws IOException {
    List<Object> hull =
        List.of(
            "hull", "--train", 150, "--samples", 100, "--model", DIGITS, "--attack", "pgd:steps=5");
    Path study = done("whole", hull);
    assertThat(merge(shards(folder, 3, hull)).exitCode()).isZero();
    same(study, "hull.csv", "fooling.csv");
  }

  @Test
  void mergedShardsOfProofsAreTheWhole() throws IOException {
    Path tiny = tiny();
    List<Object> prove =
        List.of("prove", tiny, "--data", "digits", "--samples", 30, "--epsilon", "1/255");
    Path proofs = done("whole", prove);
    assertThat(merge(shards(folder, 2, prove)).exitCode()).isZero();
    assertThat(names(folder.resolve("merged"))).isEqualTo(names(proofs)).contains("journal.jsonl");
    assertThat(withoutSeconds(folder.resolve("merged"))).isEqualTo(withoutSeconds(proofs));
  }

  @Test
  void mergedShardsOfAnAuditWithProofsAreTheWhole() throws IOException {
    List<Object> audit =
        List.of("audit", tiny(), "--samples", 30, "--epsilon", "1/255", "--attacks", "fgsm");
    List<Object> proving = with(audit, "--prove");
    Path report = done("whole", proving);
    assertThat(Files.readString(report.resolve("samples.csv"))).contains("proved");
    assertThat(merge(shards(folder, 2, proving)).exitCode()).isZero();
    same(report, "samples.csv");
    assertThat(names(folder.resolve("merged/proofs"))).isEqualTo(names(report.resolve("proofs")));
  }

  private Path tiny() throws IOException {
    byte[] bytes = new OnnxBuilder("tiny", new long[] {1, 28, 28}, 1).flatten().dense(10).build();
    return Files.write(folder.resolve("tiny.onnx"), bytes);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::getFileName).map(String::valueOf).sorted().toList();
    }
  }

  private static List<String> withoutSeconds(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("samples.csv")).stream()
        .map(line -> line.replaceAll("\\d+\\.\\d+( s)?", ""))
        .toList();
  }

  /** Killed in the middle, and run again with the same command. */
  @Test
  void aShardThatWasKilledGoesOn() throws IOException, InterruptedException {
    Path part = folder.resolve("part-2-3");
    String[] words =
        audit("--shard", "2/3", "--out", part).stream().map(String::valueOf).toArray(String[]::new);
    Process process = Program.start(folder, List.of(), words);
    Path journal = part.resolve("journal.jsonl");
    while (process.isAlive() && !(Files.exists(journal) && Files.size(journal) > 5_000)) {
      process.waitFor(10, TimeUnit.MILLISECONDS);
    }
    process.destroyForcibly().waitFor();
    List<Path> parts = List.of(thirds.get(0), part, thirds.get(2));
    refused(parts, "holds no shard that is done", "end first");
    long size = Files.size(journal);
    shard(folder, 2, 3, audit());
    assertThat(Files.size(journal)).isGreaterThan(size);
    mergedAreTheWhole(parts);
  }

  @Test
  void whatIsNotAllShardsOfOneDivisionIsRefused() throws IOException {
    Path one = thirds.get(0);
    Path two = thirds.get(1);
    Path three = thirds.get(2);
    refused(List.of(one, three), "of 3 shards these are missing: 2; give the folders of all");
    refused(List.of(one, two, two, three), "shard 2/3 is given twice");
    refused(List.of(one, two, shard(folder, 2, 2, audit())), "is shard 2/2, and", "one of 3");
    refused(List.of(one, two, folder.resolve("none")), "none: there is no such folder");
    Path other = done("other", audit("--seed", "1", "--shard", "3/3"));
    refused(List.of(one, two, other), "(other samples: other data, or", "give shards of the same");
    Path changed = folder.resolve("changed");
    Files.createDirectory(changed);
    Files.copy(two.resolve("shard.json"), changed.resolve("shard.json"));
    String text = Files.readString(two.resolve("journal.jsonl"));
    Files.writeString(
        changed.resolve("journal.jsonl"),
        text.replaceFirst("\"prediction\":\\d", "\"prediction\":11"));
    refused(List.of(one, changed, three), "of the journal does not match its checksum");
    String file = Files.readString(two.resolve("shard.json"));
    String later =
        file.replace("foolproof shard 1", "foolproof shard 2").replaceFirst("\\{", "{\"of\":3,");
    Files.writeString(changed.resolve("shard.json"), later);
    refused(List.of(one, changed), "'foolproof shard 2', of a later version of Foolproof");
    Files.writeString(changed.resolve("shard.json"), file.replaceFirst("\"audit\"", "\"train\""));
    refused(List.of(one, changed, three), "its command is none of audit, hull, prove");
    Path taken = folder.resolve("merged/journal.jsonl");
    Files.createDirectories(folder.resolve("merged"));
    Files.copy(one.resolve("journal.jsonl"), taken);
    InProcess occupied = merge(thirds);
    assertThat(occupied.exitCode()).isEqualTo(2);
    assertThat(occupied.err()).contains("holds other work than these shards").hasLineCount(1);
    assertThat(taken).hasSameBinaryContentAs(one.resolve("journal.jsonl"));
  }

  private void refused(List<Path> parts, String... says) {
    InProcess merged = merge(parts);
    assertThat(merged.exitCode()).as(merged.out()).isEqualTo(2);
    assertThat(merged.err()).contains(says).hasLineCount(1);
    assertThat(folder.resolve("merged/journal.jsonl")).doesNotExist();
    assertThat(folder.resolve("merged/journal.jsonl.part")).doesNotExist();
  }

  @Test
  void whatCannotBeDividedIsRefused() {
    refusedShard("the suite strong cannot be divided", "audit", "--attacks", "strong");
    refusedShard("20 samples cannot be divided into 21", "audit", "--samples", 20);
    refusedShard(
        "cannot be divided into 21 shards, since 48 are done at once: give at most 1",
        "hull",
        "--samples",
        20);
    refusedShard("is about the images of --data", "prove", DIGITS, "spec.vnnlib");
  }

  private void refusedShard(String says, Object... words) {
    List<Object> shard = with(List.of(words), "--shard", "1/21", "--out", folder.resolve("part"));
    InProcess run = InProcess.run(shard.toArray());
    assertThat(run.exitCode()).as(run.out()).isEqualTo(2);
    assertThat(run.err()).contains(says).hasLineCount(1);
    assertThat(folder.resolve("part/journal.jsonl")).doesNotExist();
  }
}
