package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged and hostile files are refused in one line, or run; nothing else happens. */
@Timeout(600)
@Tag("slow")
class OnnxFuzzTest {
  private static final int DAMAGED = 600;
  private static final int HOSTILE = 600;
  private static final int REFERENCE = 60;
  private static final int ABSURD = 500;

  private static final long[] EXTREMES = {
    0, 1, -1, 2, 7, 1L << 20, 1L << 30, 1L << 31, 1L << 40, 1L << 62, Long.MIN_VALUE, Long.MAX_VALUE
  };

  private static List<byte[]> models() {
    return List.of(
        TestGraph.perceptron().bytes(), TestGraph.convolutional().bytes(), shapes().bytes());
  }

  /** Operators whose results are as large as numbers in the file say. */
  private static TestGraph shapes() {
    return new TestGraph()
        .input("x", "batch", "2", "4", "4")
        .integers("pads", 0, 0, 1, 1, 0, 0, 1, 1)
        .integers("starts", 0, 0)
        .integers("ends", 5, 5)
        .integers("axes", 2, 3)
        .integers("repeats", 1, 1, 2, 1)
        .integers("flat", 0, -1)
        .integers("fill", 2, 3)
        .integers("pick", 0, 1, 2, 5)
        .integers("begin", 0)
        .integers("end", 4)
        .integers("step", 1)
        .random("up", 1, 2, 3, 2, 2)
        .node("Pad", List.of("x", "pads"), "a")
        .node("Slice", List.of("a", "starts", "ends", "axes"), "b")
        .node("Tile", List.of("b", "repeats"), "c")
        .node("ConvTranspose", List.of("c", "up"), "d", attribute("strides", new long[] {2, 2}))
        .node(
            "AveragePool",
            List.of("d"),
            "e",
            attribute("kernel_shape", new long[] {2, 2}),
            attribute("pads", new long[] {1, 0, 0, 1}),
            attribute("ceil_mode", 1))
        .node("Reshape", List.of("e", "flat"), "f")
        .node("Gather", List.of("f", "pick"), "g", attribute("axis", 1))
        .node("ConstantOfShape", List.of("fill"), "h")
        .node("ReduceSum", List.of("h"), "i", attribute("keepdims", 0))
        .node("Squeeze", List.of("begin"), "begin0")
        .node("Squeeze", List.of("end"), "end0")
        .node("Squeeze", List.of("step"), "step0")
        .node("Range", List.of("begin0", "end0", "step0"), "j")
        .node("Cast", List.of("j"), "k", attribute("to", 1))
        .node("Add", List.of("g", "i"), "l")
        .node("Add", List.of("l", "k"), "y")
        .output("y", "batch", "4");
  }

  /** Reads a model and runs it; whether that went well. */
  private static boolean survives(byte[] bytes) {
    try (Scope scope = Scope.open()) {
      OnnxClassifier classifier = OnnxClassifier.of(OnnxModel.of(bytes, "fuzz"));
      Tensor logits =
          classifier.logits(Tensor.zeros(DType.FLOAT32, classifier.input().batchShape(2)));
      assertThat(logits.shape()).containsExactly(2, classifier.classes());
      return true;
    } catch (InvalidInputException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
      return false;
    }
  }

  @Test
  void intactModelsRun() {
    for (byte[] bytes : models()) {
      assertThat(survives(bytes)).isTrue();
    }
  }

  @Test
  void damagedFilesAreRefusedOrRun() {
    SplittableRandom random = new SplittableRandom(11);
    List<byte[]> models = models();
    int survived = 0;
    for (int i = 0; i < DAMAGED; i++) {
      byte[] bytes = models.get(i % models.size()).clone();
      if (i % 5 == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      int flips = 1 + random.nextInt(4);
      for (int flip = 0; flip < flips && bytes.length > 0; flip++) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      survived += survives(bytes) ? 1 : 0;
    }
    assertThat(survived).isBetween(1, DAMAGED - 1);
  }

  @Test
  void hostileNumbersAreRefusedOrRun() throws Exception {
    SplittableRandom random = new SplittableRandom(12);
    List<byte[]> models = models();
    int survived = 0;
    for (int i = 0; i < HOSTILE; i++) {
      ModelProto.Builder model = ModelProto.parseFrom(models.get(1 + i % 2)).toBuilder();
      int changes = 1 + random.nextInt(2);
      for (int change = 0; change < changes; change++) {
        spoil(model, random);
      }
      survived += survives(model.build().toByteArray()) ? 1 : 0;
    }
    assertThat(survived).isBetween(1, HOSTILE - 1);
  }

  @Test
  void absurdNetworksAreRefusedOrRun() {
    int ran = 0;
    for (long seed = 0; seed < ABSURD; seed++) {
      ran += ModelMutants.refused(seed) == null ? 1 : 0;
    }
    assertThat(ran).isBetween(1, ABSURD - 1);
  }

  @Test
  void damagedReferenceNetworksAreRefusedOrRun() throws Exception {
    Path file = ReferenceFolder.require().resolve("vnncomp/cifar10_resnet/onnx/resnet_2b.onnx");
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(13);
    int survived = 0;
    for (int i = 0; i < REFERENCE; i++) {
      ModelProto.Builder model = ModelProto.parseFrom(whole).toBuilder();
      spoil(model, random);
      byte[] bytes = model.build().toByteArray();
      if (i % 3 == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      survived += survives(bytes) ? 1 : 0;
    }
    assertThat(survived).isBetween(1, REFERENCE - 1);
  }

  private static void spoil(ModelProto.Builder model, SplittableRandom random) {
    long extreme = EXTREMES[random.nextInt(EXTREMES.length)];
    if (random.nextBoolean()) {
      int at = random.nextInt(model.getGraph().getInitializerCount());
      TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(at);
      if (tensor.getInt64DataCount() > 0) {
        tensor.setInt64Data(random.nextInt(tensor.getInt64DataCount()), extreme);
      } else {
        tensor.setDims(random.nextInt(tensor.getDimsCount()), extreme);
      }
      return;
    }
    int at = random.nextInt(model.getGraph().getNodeCount());
    NodeProto.Builder node = model.getGraphBuilder().getNodeBuilder(at);
    if (node.getAttributeCount() == 0) {
      return;
    }
    AttributeProto.Builder attribute =
        node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
    if (attribute.getIntsCount() > 0) {
      attribute.setInts(random.nextInt(attribute.getIntsCount()), extreme);
    } else {
      attribute.setI(extreme);
    }
  }
}
