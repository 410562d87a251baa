package io.foolproof.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before anything is submitted. */
class FoolproofSparkTest {
  @TempDir Path folder;

  @Test
  void whatCannotBeSharedIsRefusedInOneLine() throws IOException {
    Path model = Files.createFile(folder.resolve("net.onnx"));
    Path other = Files.createFile(Files.createDirectory(folder.resolve("b")).resolve("net.onnx"));
    String a = model.toString();
    refused("machines can share audit, hull, prove", "train", a);
    refused("--out is missing", "audit", a);
    refused("--shard: leave it out", "audit", a, "--shard", "1/2", "--out", "o");
    refused("--freeze: leave it out", "audit", a, "--freeze", "--out", "o");
    refused("--shards is '0'", "audit", a, "--out", "o", "--shards", "0");
    refused("none.onnx: there is no such file", "audit", a, "--surrogate", "none.onnx", "--out=o");
    refused("have the same name", "audit", a, "--surrogate", other.toString(), "--out=o");
    refused("data 'x': no such data set", "audit", a, "--data", "x", "--out", "o");
  }

  private static void refused(String says, String... words) {
    StringWriter err = new StringWriter();
    PrintWriter print = new PrintWriter(err, true);
    assertThat(FoolproofSpark.run(print, print, List.of(words))).isEqualTo(2);
    assertThat(err.toString()).startsWith("foolproof: ").contains(says).hasLineCount(1);
  }

  /** Spark's own would take the cores from the attacks; a user's choice stays. */
  @Test
  void executorsCollectGarbageOnOneThreadUnlessToldOtherwise() {
    assertThat(options("")).isEqualTo("-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED");
    assertThat(options("-Xss4m"))
        .isEqualTo("-Xss4m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED");
    assertThat(options("-XX:+UseZGC")).startsWith("-XX:+UseZGC").doesNotContain("Serial");
  }

  private static String options(String given) {
    String name = "spark.executor.extraJavaOptions";
    return FoolproofSpark.settings(new SparkConf(false).set(name, given)).get(name);
  }

  @Test
  void wrongOptionsAreThoseOfTheCommand() {
    StringWriter err = new StringWriter();
    PrintWriter print = new PrintWriter(err, true);
    assertThat(FoolproofSpark.run(print, print, List.of("audit", "--epsilom", "1"))).isEqualTo(2);
    assertThat(err.toString()).startsWith("foolproof: Unknown option: '--epsilom'");
  }
}
