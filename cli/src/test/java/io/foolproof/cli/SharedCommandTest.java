package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.audit.journal.Shard;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another machine is sent, and told to run. */
class SharedCommandTest {
  private static final Path RECEIVED = Path.of("/received");
  private static final Shard SECOND = new Shard(2, 3);

  @TempDir Path folder;

  private Path file(String name) throws IOException {
    return Files.createFile(folder.resolve(name));
  }

  private SharedCommand audit(Object... words) {
    List<Object> all = new ArrayList<>(List.of("audit"));
    all.addAll(Arrays.asList(words));
    all.addAll(List.of("--out", folder.resolve("out")));
    return SharedCommand.of(all.stream().map(String::valueOf).toArray(String[]::new));
  }

  @Test
  void filesAreThoseThatItReads() throws IOException {
    Path model = file("net.onnx");
    Path other = file("other.onnx");
    Path images = file("digits.npy");
    Path labels = file("digits_labels.npy");
    SharedCommand command =
        audit(model, "--data", images, "--surrogate=" + other, "--prove", "--epsilon", "0.1");
    assertThat(command.files()).containsExactlyInAnyOrder(model, other, images, labels);
    assertThat(command.words(SECOND, RECEIVED, Path.of("/here")))
        .startsWith("audit")
        .endsWith("--shard=2/3", "--out=/here")
        .containsExactlyInAnyOrder(
            "audit",
            "--data=/received/digits.npy",
            "--surrogate=/received/other.onnx",
            "--prove",
            "--epsilon=0.1",
            "/received/net.onnx",
            "--shard=2/3",
            "--out=/here");
  }

  /** A folder that is called as something else is no file that an option names. */
  @Test
  void namesOfOtherThingsStay() throws IOException {
    Path table = file("rows.csv");
    assertThat(audit("--data", table, "--box", "0,1").words(SECOND, RECEIVED, RECEIVED))
        .contains("--data=/received/rows.csv", "--box=0,1");
    assertThat(audit("--data", "digits", "--attacks", "fgsm").files()).isEmpty();
    assertThat(audit("http://localhost:1/model").files()).isEmpty();
  }

  @Test
  void publishedSetsAreFoundWhereTheyAreSentTo() throws IOException {
    for (String part : List.of("t10k", "train")) {
      file(part + "-images-idx3-ubyte");
      file(part + "-labels-idx1-ubyte.gz");
    }
    SharedCommand command = audit("--data", "mnist", "--data-dir", folder);
    assertThat(command.files()).hasSize(4).allMatch(file -> file.startsWith(folder));
    assertThat(command.words(SECOND, RECEIVED, RECEIVED))
        .contains("--data=mnist", "--data-dir=/received")
        .doesNotContain("--data-dir=" + folder);
  }

  @Test
  void whatIsKeptIsMissingNoMore() throws IOException {
    SharedCommand command = audit("--epsilon", "0.1");
    assertThat(command.missing(3)).hasSize(3);
    Map<String, byte[]> found = Map.of("journal.jsonl", new byte[] {1}, "proofs/a", new byte[] {2});
    command.keep(SECOND, found);
    assertThat(command.missing(3)).containsExactly(new Shard(1, 3), new Shard(3, 3));
    Map<String, byte[]> kept = SharedCommand.found(folder.resolve("out/shards/2-of-3"));
    assertThat(kept).containsOnlyKeys(found.keySet());
    assertThat(kept.get("proofs/a")).containsExactly(2);
    assertThat(audit("--epsilon", "0.2").missing(3)).hasSize(3);
    assertThatThrownBy(() -> command.keep(SECOND, Map.of("../../x", new byte[0])))
        .isInstanceOf(InvalidInputException.class);
    assertThat(folder.resolve("out/x")).doesNotExist();
  }
}
