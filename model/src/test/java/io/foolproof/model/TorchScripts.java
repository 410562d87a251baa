package io.foolproof.model;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolType;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;

/** Writes TorchScript files for tests: modules of a few lines of code, and damaged ones. */
public final class TorchScripts {
  private TorchScripts() {}

  /** A linear classifier of images in rows: logits W x, with W [classes, values]. */
  public static Path linear(Path file, float[][] weights) {
    return write(file, weights, false, "return torch.matmul(x.flatten(1), self.weight.t())");
  }

  /**
   * Writes a module.
   *
   * @param weights what the code calls {@code self.weight}
   * @param training the mode it is saved in
   * @param lines the body of {@code forward(self, x)}
   */
  public static Path write(Path file, float[][] weights, boolean training, String... lines) {
    // The engine must be loaded by our own code first.
    Tensor.zeros(DType.FLOAT32, 1);
    try (PointerScope scope = new PointerScope()) {
      JitModule module = new JitModule(new QualifiedName("__torch__.Net"));
      org.bytedeco.pytorch.Tensor tensor = torch.zeros(weights.length, weights[0].length);
      FloatPointer values = new FloatPointer(tensor.data_ptr());
      for (int i = 0; i < weights.length; i++) {
        values.position((long) i * weights[i].length).put(weights[i], 0, weights[i].length);
      }
      module.register_parameter("weight", tensor, false);
      // As PyTorch saves modules: without it they count as ones in training mode.
      Type.TypePtr bool = new Type.TypePtr(BoolType.get().get());
      module.register_attribute("training", bool, new IValue(training));
      module.define("def forward(self, x):\n    " + String.join("\n    ", lines) + "\n");
      module.save(file.toString());
    }
    return file;
  }

  /** Rewrites the code of a file, with right sums. */
  public static void edit(Path file, UnaryOperator<String> code) throws IOException {
    rewrite(file, name -> false, code);
  }

  /** Leaves out entries of a file. */
  public static void without(Path file, Predicate<String> left) throws IOException {
    rewrite(file, left, code -> code);
  }

  private static void rewrite(Path file, Predicate<String> left, UnaryOperator<String> code)
      throws IOException {
    Path edited = Files.createTempFile("edited", ".pt");
    try (ZipFile zip = new ZipFile(file.toFile());
        OutputStream stream = Files.newOutputStream(edited);
        ZipOutputStream out = new ZipOutputStream(stream)) {
      out.setMethod(ZipOutputStream.STORED);
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (left.test(entry.getName())) {
          continue;
        }
        byte[] bytes = zip.getInputStream(entry).readAllBytes();
        if (entry.getName().endsWith(".py")) {
          bytes =
              code.apply(new String(bytes, StandardCharsets.UTF_8))
                  .getBytes(StandardCharsets.UTF_8);
        }
        CRC32 sum = new CRC32();
        sum.update(bytes);
        ZipEntry written = new ZipEntry(entry.getName());
        written.setSize(bytes.length);
        written.setCrc(sum.getValue());
        out.putNextEntry(written);
        out.write(bytes);
        out.closeEntry();
      }
    }
    Files.move(edited, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
