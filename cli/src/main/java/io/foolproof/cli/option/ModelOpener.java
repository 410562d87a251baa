package io.foolproof.cli.option;

import io.foolproof.data.ImageSet;
import io.foolproof.model.InputSpec;
import io.foolproof.model.remote.RemoteClassifier;
import io.foolproof.model.remote.RemoteSettings;
import io.foolproof.tensor.InvalidInputException;
import java.net.URI;

/** Opens a model behind a URL as the arguments say. */
public record ModelOpener(ModelOptions models, RemoteOptions remote) {

  /** What answers at a URL, without any images. */
  public RemoteClassifier remote(URI url) {
    double[] box = models.boxOrUnit();
    return fitting(RemoteClassifier.open(url, box[0], box[1], remote.settings()));
  }

  /** As {@link #remote(URI)}, given the images it is for: a server may leave its sizes open. */
  public RemoteClassifier remote(URI url, ImageSet images) {
    double[] box = models.boxOrUnit();
    RemoteSettings settings = remote.settings();
    return fitting(
        RemoteClassifier.open(url, new InputSpec(images.shape(), box[0], box[1]), settings));
  }

  /** A server's own box counts, and what was asked for must not contradict it. */
  private RemoteClassifier fitting(RemoteClassifier model) {
    double[] box = models.boxOrUnit();
    InputSpec input = model.input();
    if (models.box != null && (input.low() != box[0] || input.high() != box[1])) {
      throw new InvalidInputException(
          "%s takes pixels from %s to %s, --box says %s to %s; leave --box out"
              .formatted(model.url(), input.low(), input.high(), box[0], box[1]));
    }
    return model;
  }
}
