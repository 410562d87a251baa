package io.foolproof.defense.training;

import io.foolproof.data.ImageSet;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * Trains the weights of an ONNX model on labelled images.
 *
 * <p>What is attacked in training is the graph that is exported: there are no modes. The same
 * number of steps and the same seed give the same weights on any number of cores. After every epoch
 * a checkpoint is written: a run that was killed goes on from there.
 *
 * @param training how
 * @param length how long
 * @param seed of the order of images, their variations and random starts
 */
public record Trainer(Training training, Length length, long seed) {

  /**
   * Trains, or goes on from a checkpoint. Of nets that are to withstand an attack, the weights of
   * the epoch that did best under one on validation images are kept.
   *
   * @param model where to begin
   * @param images what to learn from
   * @param validation what accuracy is measured on after each epoch
   * @param out the file that the result is going to be written to; the checkpoint is beside it
   * @return the trained model as an ONNX file, not written yet
   * @throws InvalidInputException when images and training do not fit each other, the checkpoint is
   *     of another run, or the loss is no finite number
   */
  public byte[] train(
      OnnxModel model,
      ImageSet images,
      ImageSet validation,
      Path out,
      Workers workers,
      TrainingProgress progress) {
    if (validation.size() == 0) {
      throw new InvalidInputException(
          "%s: no image is left to validate by, beside the %,d to learn from: give more images"
              .formatted(validation.name(), images.size()));
    }
    OnnxClassifier net = OnnxClassifier.of(model);
    check(images, net.input());
    Checkpoint checkpoint = new Checkpoint(Checkpoint.beside(out), identity(model, images));
    Validation judge = Validation.of(validation, training);
    return new TrainingRun(this, net, images, judge, checkpoint, workers, progress).run();
  }

  /** Whether a run has left a checkpoint from which it can go on. */
  public static boolean wasBegun(Path out) {
    return new Checkpoint(Checkpoint.beside(out), "").exists();
  }

  /**
   * Whether a file is what a training like this one wrote: with this recipe, these numbers and this
   * seed, as its metadata has them.
   */
  public boolean hasWritten(Path out) {
    if (!Files.isRegularFile(out)) {
      return false;
    }
    try {
      OnnxModel there = OnnxModel.read(out);
      return training.toString().equals(there.metadata(TrainingRun.TRAINING))
          && String.valueOf(seed).equals(there.metadata(TrainingRun.SEED));
    } catch (InvalidInputException e) {
      return false;
    }
  }

  /** Removes the checkpoint of a model that has been written. */
  public static void finished(Path out) {
    new Checkpoint(Checkpoint.beside(out), "").remove();
  }

  private String identity(OnnxModel model, ImageSet images) {
    return this + " of model " + model.sha256() + " on images " + images.sha256();
  }

  private void check(ImageSet images, InputSpec input) {
    int batch = training.descent().batch();
    if (images.size() < batch) {
      throw new InvalidInputException(
          "%s: %,d images are fewer than a batch of %,d: give more images, or --batch %d"
              .formatted(images.name(), images.size(), batch, images.size()));
    }
    boolean[] seen = new boolean[images.classes()];
    IntStream.range(0, images.size()).forEach(i -> seen[images.label(i)] = true);
    for (int label = 0; label < seen.length; label++) {
      if (!seen[label]) {
        throw new InvalidInputException(
            "%s: class %s has no image among the %,d to learn from: add some, or leave the class out"
                .formatted(images.name(), images.classNames().get(label), images.size()));
      }
    }
    Adversary adversary = training.adversary();
    if (adversary != null) {
      adversary.requireWithin(input);
      if (training.rule() instanceof StepRule.Replays && !adversary.threats().isLinfAlone()) {
        throw new InvalidInputException(
            "replays perturb every value by epsilon, as in linf alone; found "
                + adversary.threats().text());
      }
    }
  }
}
