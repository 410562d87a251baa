package io.foolproof.cli;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.model.TestGraph;
import io.foolproof.tensor.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One linear function of pixels in [0, 1], as files that take pixels otherwise: what is proved of
 * the same images is the same.
 */
class ProvePixelsTest {
  private static final int CLASSES = 3;
  private static final int PIXELS = 12;
  private static final int IMAGES = 24;
  private static final String NORMALISED = "--box=0,4 --mean=0.5,0.25,0.5 --std=0.5,0.25,2";

  @TempDir Path folder;
  private final float[][] weights = new float[PIXELS][CLASSES];

  @BeforeEach
  void write() throws IOException {
    RandomStream random = new RandomStream(5, 0, "pixels", 0);
    for (float[] row : weights) {
      for (int k = 0; k < CLASSES; k++) {
        row[k] = random.nextInt(33) / 16f - 1;
      }
    }
    byte[] levels = new byte[IMAGES * PIXELS];
    byte[] labels = new byte[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      double[] logits = new double[CLASSES];
      for (int j = 0; j < PIXELS; j++) {
        levels[i * PIXELS + j] = (byte) random.nextInt(256);
        for (int k = 0; k < CLASSES; k++) {
          logits[k] += weights[j][k] * (levels[i * PIXELS + j] & 0xff);
        }
      }
      for (int k = 0; k < CLASSES; k++) {
        labels[i] = logits[k] > logits[labels[i]] ? (byte) k : labels[i];
      }
    }
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("images", NpyArray.ofBytes(levels, IMAGES, 3, 2, 2));
    arrays.put("labels", NpyArray.ofBytes(labels, IMAGES));
    Npz.write(folder.resolve("set.npz"), arrays);
  }

  /** W x + b, of values in this order, each multiplied by a factor and moved. */
  private Path net(String name, int[] order, double[] factors, double[] moves, String... shape)
      throws IOException {
    float[] w = new float[PIXELS * CLASSES];
    float[] b = new float[CLASSES];
    for (int j = 0; j < PIXELS; j++) {
      for (int k = 0; k < CLASSES; k++) {
        w[j * CLASSES + k] = (float) (weights[order[j]][k] * factors[order[j] / 4]);
        b[k] += (float) (weights[order[j]][k] * moves[order[j] / 4]);
      }
    }
    byte[] bytes =
        new TestGraph()
            .input("x", shape)
            .floats("w", w, PIXELS, CLASSES)
            .floats("b", b, CLASSES)
            .node("Flatten", List.of("x"), "f", attribute("axis", 1L))
            .node("Gemm", List.of("f", "w", "b"), "y")
            .output("y", "batch", Integer.toString(CLASSES))
            .bytes();
    return Files.write(folder.resolve(name), bytes);
  }

  private static int[] inOrder() {
    int[] order = new int[PIXELS];
    for (int j = 0; j < PIXELS; j++) {
      order[j] = j;
    }
    return order;
  }

  private Path plain() throws IOException {
    double[] ones = {1, 1, 1};
    return net("plain.onnx", inOrder(), ones, new double[3], "batch", "3", "2", "2");
  }

  /** Takes (4 p - mean) / std, hence p is 1/4 of what it takes times std, plus mean. */
  private Path normalised(String... shape) throws IOException {
    double[] factors = {0.5 / 4, 0.25 / 4, 2.0 / 4};
    double[] moves = {0.5 / 4, 0.25 / 4, 0.5 / 4};
    return net("normalised.onnx", inOrder(), factors, moves, shape);
  }

  private Path channelsLast() throws IOException {
    int[] order = new int[PIXELS];
    for (int j = 0; j < PIXELS; j++) {
      order[j] = j % 3 * 4 + j / 3;
    }
    return net("last.onnx", order, new double[] {1, 1, 1}, new double[3], "batch", "2", "2", "3");
  }

  private List<String> verdicts(Path net, String options, Path out) throws IOException {
    List<Object> arguments =
        new ArrayList<>(
            List.of("prove", net, "--data", folder.resolve("set.npz"), "--epsilon", "0.03"));
    arguments.addAll(List.of("--first", IMAGES, "--out", out));
    arguments.addAll(options.isEmpty() ? List.of() : List.of(options.split(" ", -1)));
    InProcess run = InProcess.run(arguments.toArray());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().contains("network.onnx")).isEqualTo(!net.endsWith("plain.onnx"));
    return Files.readAllLines(out.resolve("samples.csv")).stream()
        .map(row -> row.replaceAll("^([^,]*,[^,]*,[^,]*),.*", "$1"))
        .toList();
  }

  @Test
  void whatIsProvedOfImagesIsTheSameHoweverAFileTakesThem() throws IOException {
    List<String> expected = verdicts(plain(), "", folder.resolve("plain"));
    assertThat(expected).hasSize(IMAGES + 1).anyMatch(row -> row.endsWith(",proved"));
    assertThat(expected).anyMatch(row -> row.endsWith(",fooled"));
    assertThat(folder.resolve("plain/network.onnx")).doesNotExist();
    assertThat(verdicts(channelsLast(), "", folder.resolve("last"))).isEqualTo(expected);
    for (String[] shape : new String[][] {{"batch", "3", "2", "2"}, {"batch", "12"}}) {
      Path out = folder.resolve("normalised" + shape.length);
      assertThat(verdicts(normalised(shape), NORMALISED, out)).isEqualTo(expected);
      String proved =
          expected.stream().filter(row -> row.endsWith(",proved")).findFirst().orElseThrow();
      String name = "image-" + proved.substring(0, proved.indexOf(','));
      InProcess check =
          InProcess.run(
              "check",
              out.resolve("network.onnx"),
              out.resolve(name + ".vnnlib.gz"),
              out.resolve(name + ".proof"));
      assertThat(check.out()).startsWith("proved\n");
    }
  }

  /** In an audit, and in what others verify of it. */
  @Test
  void anAuditProvesOfPixelsToo() throws IOException {
    Path net = normalised("batch", "3", "2", "2");
    Path report = folder.resolve("report");
    List<Object> arguments = new ArrayList<>(List.of("audit", net, "--prove", "--out", report));
    arguments.addAll(List.of("--data", folder.resolve("set.npz"), "--first", IMAGES));
    arguments.addAll(List.of("--epsilon", "0.03", "--attacks", "fgsm"));
    arguments.addAll(List.of(NORMALISED.split(" ", -1)));
    InProcess audit = InProcess.run(arguments.toArray());
    assertThat(audit.exitCode()).as(audit.err()).isZero();
    assertThat(audit.out()).containsPattern("proved +[1-9]");
    Path pack = folder.resolve("pack.zip");
    InProcess packed = InProcess.run("evidence", report, "--out", pack);
    assertThat(packed.exitCode()).as(packed.err()).isZero();
    InProcess verified = InProcess.run("verify", pack, net);
    assertThat(verified.exitCode()).as(verified.out()).isZero();
    assertThat(verified.out()).containsPattern("proofs +[1-9][0-9]* checked");
  }

  private InProcess prove(Path net, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("prove", net, "--epsilon", "0.03"));
    arguments.addAll(List.of("--data", folder.resolve("set.npz"), "--first", IMAGES));
    arguments.addAll(List.of("--out", folder.resolve("out")));
    arguments.addAll(List.of(more));
    return InProcess.run(arguments.toArray());
  }

  @Test
  void whatIsDoneBeforeIsNamed() throws IOException {
    assertThat(prove(channelsLast()).out())
        .contains("(channels moved behind rows and columns)")
        .doesNotContain("misclassified: it is");
  }

  @Test
  void aModelThatTakesImagesOtherwiseIsTold() throws IOException {
    Path net = normalised("batch", "3", "2", "2");
    InProcess run = prove(net, "--box", "-1000,-999");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Most of them are misclassified").contains("--mean");
    assertThat(run.out().lines().filter(line -> line.contains("isclassified")))
        .allMatch(line -> line.length() <= 80);
  }

  /** It would be taken for the network that the certificates are of. */
  @Test
  void aNetworkOfAnEarlierRunIsDropped() throws IOException {
    Path network = folder.resolve("out/network.onnx");
    assertThat(prove(channelsLast()).exitCode()).isZero();
    assertThat(network).exists();
    assertThat(prove(plain(), "--fresh").exitCode()).isZero();
    assertThat(network).doesNotExist();
  }

  @Test
  void pixelsAreComputedIn32BitsAlone() throws IOException {
    byte[] bytes =
        new TestGraph()
            .input("x", DataType.DOUBLE, "batch", "2", "2", "3")
            .node("Flatten", List.of("x"), "y", attribute("axis", 1L))
            .output("y", DataType.DOUBLE, "batch", "12")
            .bytes();
    InProcess run = prove(Files.write(folder.resolve("double.onnx"), bytes));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains("32-bit floats").contains("DOUBLE");
  }
}
