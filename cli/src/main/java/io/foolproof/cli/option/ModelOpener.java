package io.foolproof.cli.option;

import io.foolproof.attack.Features;
import io.foolproof.audit.Audit;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.fitted.FittedFile;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.model.Preprocessed;
import io.foolproof.model.TorchScriptClassifier;
import io.foolproof.model.TorchScriptFile;
import io.foolproof.model.remote.RemoteClassifier;
import io.foolproof.tensor.InvalidInputException;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Opens a model as the arguments say. */
public record ModelOpener(ModelOptions models, RemoteOptions remote) {
  /** Images on which a TorchScript module and its ONNX file must agree. */
  private static final int COMPARED = 100;

  /**
   * Audits the model, in a file or behind a URL, on these images.
   *
   * @param replay an ONNX file of the same network, which a TorchScript module is replayed on; or
   *     null
   * @param settings what else the arguments say
   * @param work on the audit: all of it, or a shard
   */
  public <T> T audit(
      ImageSet images,
      @Nullable Path replay,
      UnaryOperator<Audit> settings,
      Function<Audit, T> work) {
    URI url = models.url();
    if (replay != null && (url != null || !TorchScriptFile.is(models.path()))) {
      throw new InvalidInputException(
          "--replay gives the ONNX file of a TorchScript model, and the model is none: leave it out");
    }
    if (url == null) {
      remote.requireNone();
      Path path = models.path();
      if (TorchScriptFile.is(path)) {
        return torchScript(models.torchScript(path, images), images, replay, settings, work);
      }
      if (FittedFile.is(path)) {
        return work.apply(settings.apply(Audit.of(models.fitted(path, images), images)));
      }
      OnnxModel file = models.read(path, images);
      return work.apply(settings.apply(Audit.of(file, models.preprocessing(), images)));
    }
    try (RemoteClassifier model = remote(url, images)) {
      double[] box = {model.input().low(), model.input().high()};
      Classifier fitted = Preprocessed.forImages(model, images.shape(), models.preprocessing(box));
      return work.apply(settings.apply(Audit.of(fitted, images)));
    }
  }

  private <T> T torchScript(
      TorchScriptClassifier model,
      ImageSet images,
      @Nullable Path replay,
      UnaryOperator<Audit> settings,
      Function<Audit, T> work) {
    if (replay == null) {
      return work.apply(settings.apply(Audit.of(model, images)));
    }
    try (OnnxRuntimeClassifier twin =
        OnnxRuntimeClassifier.forImages(
            OnnxModel.read(replay), images.shape(), models.preprocessing())) {
      int[] some = IntStream.range(0, Math.min(images.size(), COMPARED)).toArray();
      TorchScriptClassifier compared = model.replayedBy(twin, images.tensor(some));
      return work.apply(settings.apply(Audit.of(compared, images).replayingOn(twin)));
    }
  }

  /**
   * Audits the model on the rows of a table.
   *
   * @param points of these features
   */
  public <T> T audit(
      Features features, ImageSet points, UnaryOperator<Audit> settings, Function<Audit, T> work) {
    URI url = models.url();
    if (url == null) {
      remote.requireNone();
      Path path = models.path();
      if (FittedFile.is(path) || TorchScriptFile.is(path)) {
        throw new InvalidInputException(
            path + ": takes images, and the data are a table: give images, or another model");
      }
      OnnxModel file = models.read(path, points);
      return work.apply(settings.apply(Audit.of(file, features, points)));
    }
    try (RemoteClassifier model = remote(url, points)) {
      return work.apply(settings.apply(Audit.of(model, features, points)));
    }
  }

  /** What answers at a URL, without any images. */
  public RemoteClassifier remote(URI url) {
    double[] box = models.boxOrUnit();
    return fitting(RemoteClassifier.open(url, box[0], box[1], remote.settings()));
  }

  /** As {@link #remote(URI)}, given the images it is for: a server may leave its sizes open. */
  public RemoteClassifier remote(URI url, ImageSet images) {
    return fitting(RemoteClassifier.open(url, models.input(images), remote.settings()));
  }

  /** A server's own box counts, and what was asked for must not contradict it. */
  private RemoteClassifier fitting(RemoteClassifier model) {
    double[] box = models.boxOrUnit();
    InputSpec input = model.input();
    if (models.box() != null && (input.low() != box[0] || input.high() != box[1])) {
      throw new InvalidInputException(
          "%s takes pixels from %s to %s, --box says %s to %s; leave --box out"
              .formatted(model.url(), input.low(), input.high(), box[0], box[1]));
    }
    return model;
  }
}
