package io.foolproof.defense;

import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Trains the weights of an ONNX model on labelled images: Adam on the cross-entropy, a one-cycle
 * rate, light augmentation.
 *
 * <p>A batch is cut into shards of a fixed size, whose gradients are added in their order, so that
 * the same seed gives the same weights on any number of cores. After every epoch a checkpoint is
 * written: a run that was killed goes on from there.
 *
 * @param epochs how often every image is seen
 * @param batch images in a step
 * @param rate the largest learning rate
 * @param augment whether images are rotated, scaled and shifted a little
 * @param seed of the order of images and of the augmentation
 */
public record Trainer(int epochs, int batch, double rate, boolean augment, long seed) {
  private static final int SHARD = 32;

  /** Checks the numbers. */
  public Trainer {
    if (epochs < 1 || batch < 1 || !(rate > 0) || Double.isInfinite(rate)) {
      throw new InvalidInputException(
          "training takes 1 epoch or more, batches of 1 or more and a positive rate; found "
              + epochs
              + " epochs, batches of "
              + batch
              + ", rate "
              + rate);
    }
  }

  /** Settings that suit the nets of {@link Architecture}. */
  public static Trainer standard(int epochs, long seed) {
    return new Trainer(epochs, 128, 3e-3, true, seed);
  }

  /**
   * Trains, or goes on from a checkpoint.
   *
   * @param model where to begin
   * @param training what to learn from
   * @param validation what accuracy is measured on after each epoch
   * @param out the file that the result is going to be written to; the checkpoint stands beside it
   * @return the trained model as an ONNX file, not written yet
   */
  public byte[] train(
      OnnxModel model,
      ImageSet training,
      ImageSet validation,
      Path out,
      Workers workers,
      TrainingProgress progress) {
    OnnxClassifier net = OnnxClassifier.of(model);
    Weights weights = new Weights(net.parameters());
    String identity = identity(model, training);
    Path file = Checkpoint.beside(out);
    AdamOptimiser adam = new AdamOptimiser(weights.values().length);
    int done = 0;
    if (Files.exists(file)) {
      Checkpoint saved = Checkpoint.read(file, identity, weights.values().length);
      System.arraycopy(saved.weights(), 0, weights.values(), 0, saved.weights().length);
      adam = saved.adam();
      done = saved.epoch();
    }
    byte[] trained = model.withParameters(weights.variables());
    for (int epoch = done; epoch < epochs; epoch++) {
      double loss = epoch(net, weights, adam, training, epoch, workers, progress);
      trained = model.withParameters(weights.variables());
      new Checkpoint(epoch + 1, weights.values(), adam).write(file, identity);
      OnnxClassifier now = OnnxClassifier.of(OnnxModel.of(trained, out.toString()));
      progress.end(epoch, loss, Accuracy.of(now, validation, workers));
    }
    return trained;
  }

  /** Removes the checkpoint of a model that has been written. */
  public static void finished(Path out) {
    Checkpoint.remove(Checkpoint.beside(out));
  }

  private String identity(OnnxModel model, ImageSet training) {
    return this + " of model " + model.sha256() + " on images " + training.sha256();
  }

  private double epoch(
      OnnxClassifier net,
      Weights weights,
      AdamOptimiser adam,
      ImageSet images,
      int epoch,
      Workers workers,
      TrainingProgress progress) {
    int steps = (images.size() + batch - 1) / batch;
    OneCycle cycle = new OneCycle(rate, steps * epochs);
    int[] order = shuffled(images.size(), epoch);
    progress.begin(epoch, epochs, steps);
    double total = 0;
    for (int step = 0; step < steps; step++) {
      int[] places =
          Arrays.copyOfRange(order, step * batch, Math.min(images.size(), (step + 1) * batch));
      try (Scope scope = Scope.open()) {
        Map<String, Tensor> variables = weights.variables();
        List<Shard> shards =
            workers.map(
                places.length,
                SHARD,
                (from, to) ->
                    shard(net, variables, images, Arrays.copyOfRange(places, from, to), epoch));
        double loss = shards.stream().mapToDouble(Shard::loss).sum() / places.length;
        if (!Double.isFinite(loss)) {
          throw new InvalidInputException(
              "training diverged in epoch "
                  + (epoch + 1)
                  + ", step "
                  + (step + 1)
                  + ": the loss is not a finite number; give a smaller --rate than "
                  + rate);
        }
        adam.step(weights.values(), mean(shards, places.length), cycle.at(epoch * steps + step));
        total += loss;
        progress.step(loss);
      }
    }
    return total / steps;
  }

  /**
   * The sums over some images of a batch.
   *
   * @param loss of the losses
   * @param gradient of their gradients by the weights
   */
  private record Shard(double loss, float[] gradient) {}

  private Shard shard(
      OnnxClassifier net, Map<String, Tensor> variables, ImageSet images, int[] places, int epoch) {
    Tensor x = images.tensor(places);
    if (augment) {
      List<RandomStream> streams =
          Arrays.stream(places)
              .mapToObj(i -> new RandomStream(seed, images.index(i), "augment", epoch))
              .toList();
      x = Augmentation.LIGHT.apply(x, streams);
    }
    Tensor labels = Tensor.ofInts(Arrays.stream(places).map(images::label).toArray());
    Tensor logits = net.logits(x.reshape(net.input().batchShape(places.length)), variables);
    Tensor loss = Nn.crossEntropy(logits, labels).sum();
    List<Tensor> gradients = Gradients.of(loss, new ArrayList<>(variables.values()));
    int size = (int) gradients.stream().mapToLong(Tensor::elements).sum();
    return new Shard(loss.detach().item(), Weights.gather(gradients, new float[size]));
  }

  private static float[] mean(List<Shard> shards, int images) {
    float[] sum = new float[shards.get(0).gradient().length];
    for (Shard shard : shards) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += shard.gradient()[i] / images;
      }
    }
    return sum;
  }

  private int[] shuffled(int size, int epoch) {
    return new RandomStream(seed, epoch, "order", 0).shuffle(IntStream.range(0, size).toArray());
  }
}
