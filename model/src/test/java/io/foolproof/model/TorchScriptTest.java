package io.foolproof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptTest {
  private static final long[] SHAPE = {1, 2, 3};
  private static final float[][] WEIGHTS = {
    {1, 0, 2, -1, 0, 0.5f}, {0, 1, 0, 0.25f, -2, 0}, {-1, 0.5f, 0, 0, 1, 1}
  };
  private static final String LINEAR = "y = torch.matmul(x.flatten(1), self.weight.t())";

  @TempDir Path folder;

  private Path file(String... lines) {
    return TorchScripts.write(folder.resolve("net.pt"), WEIGHTS, false, lines);
  }

  @Test
  void logitsAndGradientsAreThoseOfTheClosedForm() {
    TorchScriptClassifier model = load(TorchScripts.linear(folder.resolve("net.pt"), WEIGHTS));
    assertThat(model.classes()).isEqualTo(3);
    assertThat(model.name()).isEqualTo("net.pt");
    assertThat(model.input()).isEqualTo(InputSpec.unit(SHAPE));
    Tensor images = images(5).variable();
    Tensor logits = model.logits(images);
    float[] values = images.toFloats();
    float[] found = logits.toFloats();
    for (int n = 0; n < 5; n++) {
      for (int k = 0; k < 3; k++) {
        double expected = 0;
        for (int i = 0; i < 6; i++) {
          expected += WEIGHTS[k][i] * values[6 * n + i];
        }
        assertThat((double) found[3 * n + k]).isCloseTo(expected, within(1e-6));
      }
    }
    float[] gradient = Gradients.of(logits.slice(1, 1, 2, 1), images).toFloats();
    for (int n = 0; n < 5; n++) {
      assertThat(Arrays.copyOfRange(gradient, 6 * n, 6 * n + 6)).containsExactly(WEIGHTS[1]);
    }
    assertThat(model.origin().notes()).singleElement().asString().contains("no second runtime");
  }

  @Test
  void batchesChangeNoBit() {
    TorchScriptClassifier model =
        load(file(LINEAR, "return torch.tanh(y) * torch.softmax(y * y, 1)"));
    Tensor images = images(2 * Workers.MICRO_BATCH + 7);
    float[] together = model.logits(images).toFloats();
    for (int n = 0; n < images.size(0); n++) {
      float[] alone = model.logits(images.rows(n, n + 1)).toFloats();
      assertThat(Arrays.copyOfRange(together, 3 * n, 3 * n + 3)).containsExactly(alone);
    }
    assertThat(model.logits(images.rows(0, 0)).shape()).containsExactly(0, 3);
    assertThat(model.logits(images.to(DType.FLOAT64)).dtype()).isEqualTo(DType.FLOAT64);
    // Many calls, after which an engine that compiles what it has seen would round otherwise.
    for (int i = 0; i < 30; i++) {
      assertThat(model.logits(images).toFloats()).containsExactly(together);
    }
  }

  @Test
  void aModuleForRowsOfPixelsIsGivenRows() {
    TorchScriptClassifier model = load(file("return torch.linear(x, self.weight)"));
    assertThat(model.input()).isEqualTo(InputSpec.unit(SHAPE));
    assertThat(model.logits(images(2)).shape()).containsExactly(2, 3);
  }

  @Test
  void imagesArePreprocessed() {
    TorchScriptFile file = TorchScriptFile.read(file(LINEAR, "return y"));
    TorchScriptClassifier model =
        TorchScriptClassifier.forImages(file, SHAPE, Preprocessing.box(0, 255));
    TorchScriptClassifier plain = TorchScriptClassifier.forImages(file, SHAPE, Preprocessing.NONE);
    Tensor images = images(3);
    assertThat(model.logits(images).toFloats())
        .containsExactly(
            plain.logits(images.mul(Tensor.scalar(255, DType.FLOAT32))).toFloats(), within(1e-3f));
    assertThat(model.origin().preprocessing()).contains("[0.0, 255.0]");
  }

  @Test
  void imagesThatMixRunOneByOne() {
    // The mean over the batch is that of an image alone only where it is alone.
    TorchScriptClassifier model = load(file(LINEAR, "return y - 0.5 * torch.mean(y, 0, True)"));
    assertThat(model.batchStep()).isEqualTo(1);
    TorchScriptClassifier fixed = load(file("return torch.linear(x.reshape([1, 6]), self.weight)"));
    assertThat(fixed.batchStep()).isEqualTo(1);
    assertThat(fixed.logits(images(3)).shape()).containsExactly(3, 3);
  }

  @Test
  void probabilitiesBecomeLogits() {
    TorchScriptClassifier model = load(file(LINEAR, "return torch.softmax(y, 1)"));
    TorchScriptClassifier linear = load(file(LINEAR, "return torch.log_softmax(y, 1)"));
    Tensor images = images(4);
    assertThat(model.logits(images).toFloats())
        .containsExactly(linear.logits(images).toFloats(), within(1e-5f));
    assertThat(model.origin().notes()).anyMatch(note -> note.contains("probabilities"));
    assertThat(linear.origin().notes()).noneMatch(note -> note.contains("probabilities"));
  }

  @Test
  void aTwinIsHeldAgainstTheModule() {
    TorchScriptClassifier model = load(file(LINEAR, "return y"));
    Tensor images = images(4);
    TorchScriptClassifier same = load(file(LINEAR, "return torch.softmax(y, 1)"));
    assertThat(model.replayedBy(same, images).origin().notes())
        .singleElement()
        .asString()
        .contains("replayed by ONNX Runtime in net.pt", "on 4 images");
    TorchScriptClassifier other = load(file(LINEAR, "return 1.1 * y"));
    assertThatThrownBy(() -> model.replayedBy(other, images))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("differ by up to");
    TorchScriptClassifier broken = load(file(LINEAR, "return torch.log(y + 0.0 * x.sum())"));
    assertThatThrownBy(() -> model.replayedBy(broken, images)).hasMessageContaining("NaN");
  }

  @Test
  void trainingModeIsRefusedWhereItMakesADifference() {
    Path harmless = TorchScripts.write(folder.resolve("h.pt"), WEIGHTS, true, LINEAR, "return y");
    assertThat(load(harmless).classes()).isEqualTo(3);
    Path dropout =
        TorchScripts.write(
            folder.resolve("d.pt"),
            WEIGHTS,
            true,
            LINEAR,
            "return torch.dropout(y, 0.5, self.training)");
    assertRefused(dropout, "saved in training mode", "model.eval()");
    assertRefused(file(LINEAR, "return torch.dropout(y, 0.5, True)"), "each time", "model.eval()");
  }

  @Test
  void modulesThatAreNoClassifiersAreRefused() {
    assertRefused(file(LINEAR, "return (y, y)"), "a tuple of 2 values");
    assertRefused(file(LINEAR, "return [y, y, y]"), "a list of 3 tensors");
    assertRefused(file(LINEAR, "return {'logits': y}"), "a dictionary");
    assertRefused(file("return x.unsqueeze(0)"), "gives [1, 1, 1, 2, 3] for one image");
    assertRefused(file(LINEAR, "return y.sum(1, True)"), "gives [1, 1] for one image");
    assertRefused(file(LINEAR, "return torch._cast_Long(torch.round(y))"), "without gradients");
    assertRefused(file(LINEAR, "return y.detach()"), "without gradients");
    assertRefused(
        file("return torch.linear(x.flatten(1)[:, :5], self.weight)"),
        "does not run on images of shape [1, 2, 3]",
        "cannot be multiplied");
    assertRefused(
        file(LINEAR, "return y + torch.ones([3], device=torch.device('cuda:0'))"),
        "names a CUDA device");
    assertRefused(
        TorchScripts.write(
            folder.resolve("half.pt"),
            WEIGHTS,
            false,
            "return torch.matmul(x.flatten(1), self.weight.t().half())"),
        "does not run on images");
  }

  @Test
  void codeThatReachesBeyondTensorsIsRefusedBeforeItIsLoaded() throws IOException {
    Path written = folder.resolve("written");
    Path save = file(LINEAR, "torch.save(y, '" + written + "')", "return y");
    assertRefused(save, "uses 'save', which reaches beyond tensors");
    assertThat(written).doesNotExist();
    assertRefused(file("print('hello')", LINEAR, "return y"), "reaches beyond tensors");
    Path mapped = file(LINEAR, "return y + torch.from_file('/etc/hostname', False, 3)");
    assertRefused(mapped, "uses 'from_file'");
    for (String hostile :
        List.of("getattr(x, \"sa\" \"ve\")", "ops.rpc.rpc_async(x)", "\"\\033[2J\"", "\u001b")) {
      Path file = file(LINEAR, "return y");
      TorchScripts.edit(file, code -> code.replace("return", hostile + "\n    return"));
      assertThatThrownBy(() -> TorchScriptFile.read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("export the model to ONNX");
    }
    Path allowed = file(LINEAR, "return y");
    TorchScripts.edit(allowed, code -> code.replace("self.weight", "getattr(self, \"weight\")"));
    assertThat(load(allowed).classes()).isEqualTo(3);
  }

  @Test
  void damageIsNoticed() throws IOException {
    Path good = TorchScripts.linear(folder.resolve("net.pt"), WEIGHTS);
    byte[] bytes = Files.readAllBytes(good);
    load(good);
    // A bit in each part of the file: refused, or in a part that nothing reads.
    SplittableRandom random = new SplittableRandom(7);
    Path damaged = folder.resolve("damaged.pt");
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] changed = bytes.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      refused += isRefused(Files.write(damaged, changed)) ? 1 : 0;
      int cut = random.nextInt(1, bytes.length);
      assertThat(isRefused(Files.write(damaged, Arrays.copyOf(bytes, cut)))).isTrue();
    }
    assertThat(refused).isGreaterThan(50);
    // The weights, wherever they lie.
    int at = indexOf(bytes, new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40});
    byte[] changed = bytes.clone();
    changed[at] ^= 1;
    assertRefused(Files.write(damaged, changed), "checksum of", "copy it again");
  }

  /** Whether a file is refused in one line; the engine must not fail in another way. */
  private boolean isRefused(Path file) {
    try {
      TorchScriptClassifier model = load(file);
      assertThat(model.logits(images(1)).toFloats()).hasSize(3);
      return false;
    } catch (InvalidInputException e) {
      assertThat(e).message().doesNotContain("\n");
      return true;
    }
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(Arrays.copyOfRange(bytes, i, i + part.length), part)) {
        return i;
      }
    }
    throw new AssertionError("the weights are not in the file");
  }

  @Test
  void otherFilesOfPyTorchAreNamed() throws IOException {
    Path pickle = Files.write(folder.resolve("old.pt"), new byte[] {(byte) 0x80, 2, '.'});
    assertThat(TorchScriptFile.is(pickle)).isTrue();
    assertRefused(pickle, "holds pickled weights", "torch.onnx.export");
    Path weights = TorchScripts.linear(folder.resolve("weights.pt"), WEIGHTS);
    // As torch.save leaves a state_dict: no code.
    TorchScripts.without(weights, name -> name.contains("/code/"));
    assertRefused(weights, "holds pickled weights", "torch.jit.script");
    Path pointer = Files.writeString(folder.resolve("lfs.pt"), "version https://git-lfs...");
    assertRefused(pointer, "git lfs pull");
    assertRefused(Files.write(folder.resolve("empty.pt"), new byte[0]), "neither a TorchScript");
    Path text = Files.writeString(folder.resolve("x.pth"), "hello", StandardCharsets.US_ASCII);
    assertThat(TorchScriptFile.is(text)).isTrue();
    assertRefused(text, "begins with 'hello'");
    assertThat(TorchScriptFile.is(folder)).isFalse();
    Path onnx = Files.write(folder.resolve("net.onnx"), new byte[] {8, 8});
    assertThat(TorchScriptFile.is(onnx)).isFalse();
  }

  @Test
  void referenceModulesAgreeWithTheirTwins() {
    Path models = ReferenceFolder.require().resolve("models");
    for (String name : List.of("lenet5_clean", "lenet5_advtrained", "convsmall_wong_eps0.1")) {
      TorchScriptClassifier script =
          TorchScriptClassifier.load(models.resolve(name + ".torchscript.pt"), 1, 28, 28);
      OnnxClassifier onnx = OnnxClassifier.load(models.resolve(name + ".onnx"));
      Tensor images = Steadiness.randomImages(script.input(), 100).variable();
      Tensor own = script.logits(images);
      Tensor other = onnx.logits(images);
      assertThat(own.toFloats()).containsExactly(other.toFloats(), within(1e-4f));
      assertThat(Gradients.of(own, images).toFloats())
          .containsExactly(Gradients.of(other, images).toFloats(), within(1e-3f));
      assertThat(script.batchStep()).isGreaterThan(1);
      try (OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(onnx)) {
        script.replayedBy(runtime, images.detach());
      }
    }
  }

  private static TorchScriptClassifier load(Path file) {
    return TorchScriptClassifier.load(file, SHAPE);
  }

  private static void assertRefused(Path file, String... parts) {
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(String.valueOf(file.getFileName()))
        .hasMessageContainingAll(parts);
  }

  private static Tensor images(int count) {
    SplittableRandom random = new SplittableRandom(5);
    float[] pixels = new float[6 * count];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    return Tensor.of(pixels, count, 1, 2, 3);
  }
}
