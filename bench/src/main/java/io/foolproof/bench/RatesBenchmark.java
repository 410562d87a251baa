package io.foolproof.bench;

import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * How many images of 224 x 224 x 3 values a second a ResNet-50 evaluates, and of how many it gives
 * the gradient, in micro-batches over all cores: what audits of ImageNet's size are made of.
 * Weights are drawn at random, which costs as much.
 *
 * <p>He, Zhang, Ren, Sun: Deep residual learning, 2015, arXiv 1512.03385; with a pool of 2 x 2
 * behind the first layer instead of 3 x 3.
 */
final class RatesBenchmark {
  private static final int SIDE = 224;
  private static final int CLASSES = 1000;
  private static final int[] BLOCKS = {3, 4, 6, 3};

  private RatesBenchmark() {}

  static void run() {
    OnnxClassifier model = OnnxClassifier.load(write());
    int batch = model.microBatch();
    try (Workers workers = new Workers()) {
      int images = batch * workers.count();
      float[] pixels = new float[batch * model.input().elements()];
      Random random = new Random(0);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = random.nextFloat();
      }
      Runnable evaluations =
          () -> workers.mapShared(images, batch, (a, b) -> logits(model, pixels, b - a));
      Runnable gradients =
          () -> workers.mapShared(images, batch, (a, b) -> gradient(model, pixels, b - a));
      gradients.run();
      System.out.printf(
          Locale.ROOT,
          "ResNet-50, %d images of %d x %d, micro-batches of %d over %d workers%n"
              + "  evaluations:             %8.2f for a second of one core%n"
              + "  evaluation and gradient: %8.2f%n"
              + "  largest resident memory: %8.0f MB%n",
          images,
          SIDE,
          SIDE,
          batch,
          workers.count(),
          images / Clock.processorSeconds(evaluations),
          images / Clock.processorSeconds(gradients),
          Resident.mostMegabytes());
    }
  }

  private static Path write() {
    OnnxBuilder net = new OnnxBuilder("resnet50", new long[] {3, SIDE, SIDE}, 0);
    net.conv(64, 7, 2, 3).batchNorm().relu().maxPool();
    for (int stage = 0; stage < BLOCKS.length; stage++) {
      int width = 64 << stage;
      for (int block = 0; block < BLOCKS[stage]; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        net.skip(
                branch -> {
                  branch.conv(width, 1).batchNorm().relu();
                  branch.conv(width, 3, stride, 1).batchNorm().relu();
                  branch.conv(4 * width, 1).batchNorm();
                })
            .relu();
      }
    }
    try {
      Path file = Files.createTempFile("resnet50", ".onnx");
      return Files.write(file, net.averagePool().flatten().dense(CLASSES).build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int logits(OnnxClassifier model, float[] pixels, int images) {
    try (Scope scope = Scope.open()) {
      model.logits(Tensor.of(pixels, model.input().batchShape(images)));
      return images;
    }
  }

  private static int gradient(OnnxClassifier model, float[] pixels, int images) {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(pixels, model.input().batchShape(images)).variable();
      Gradients.of(Nn.crossEntropy(model.logits(x), Tensor.ofInts(new int[images])), x);
      return images;
    }
  }
}
