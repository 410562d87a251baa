package io.foolproof.audit;

import io.foolproof.attack.Features;
import io.foolproof.attack.Viewed;
import io.foolproof.model.Classifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxEditor;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.model.Preprocessing;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.transform.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The model of an audit, before it is known what its attacks need of it. */
sealed interface AuditedModel {

  /** The classifier, where it is loaded already. */
  @Nullable Classifier loaded();

  /**
   * The file of the network that is attacked, with what is done to images before it in it: what can
   * be proved of it holds for this model.
   *
   * @throws InvalidInputException saying why there is none
   */
  OnnxModel provable();

  private static InvalidInputException unprovable(String why) {
    return new InvalidInputException(
        "proofs are about images, and the network in an ONNX file that takes them: " + why);
  }

  /**
   * What runs it. A model in an ONNX file is replayed in ONNX Runtime where attacks follow
   * gradients, and attacked there where none does, as a service would run it.
   *
   * @param gradients whether attacks follow gradients
   */
  Opened open(boolean gradients);

  /**
   * A model that is ready, until it is closed.
   *
   * @param model what to attack
   * @param otherRuntimes the same model run by something else
   * @param own what was opened for this, and is to be closed with it
   */
  record Opened(Classifier model, List<Classifier> otherRuntimes, List<Classifier> own)
      implements AutoCloseable {
    @Override
    public void close() {
      own.forEach(Classifier::close);
    }
  }

  /** A classifier that somebody else has opened, and closes. */
  record Loaded(Classifier loaded) implements AuditedModel {
    @Override
    public OnnxModel provable() {
      if (loaded instanceof OnnxClassifier onnx && onnx.takesPixelsInOrder()) {
        return onnx.model();
      }
      throw unprovable(
          loaded.name()
              + " is no such file, or what is done to images before is not known here: give the audit"
              + " the file");
    }

    @Override
    public Opened open(boolean gradients) {
      if (!(loaded instanceof OnnxClassifier onnx)) {
        return new Opened(loaded, List.of(), List.of());
      }
      Classifier runtime = OnnxRuntimeClassifier.of(onnx);
      return gradients
          ? new Opened(onnx, List.of(runtime), List.of(runtime))
          : new Opened(runtime, List.of(), List.of(runtime));
    }
  }

  /** A file, of which only what attacks need is loaded. */
  record Unloaded(OnnxModel file, long[] shape, Preprocessing preprocessing)
      implements AuditedModel {
    @Override
    public @Nullable Classifier loaded() {
      return null;
    }

    @Override
    public OnnxModel provable() {
      return OnnxEditor.takingPixels(file, shape, preprocessing);
    }

    @Override
    public Opened open(boolean gradients) {
      if (gradients) {
        return new Loaded(OnnxClassifier.forImages(file, shape, preprocessing)).open(true);
      }
      Classifier runtime = OnnxRuntimeClassifier.forImages(file, shape, preprocessing);
      return new Opened(runtime, List.of(), List.of(runtime));
    }
  }

  /** A model that sees images through a view. */
  record Behind(AuditedModel model, View view) implements AuditedModel {
    @Override
    public OnnxModel provable() {
      throw unprovable("leave the view out (%s)".formatted(view));
    }

    @Override
    public @Nullable Classifier loaded() {
      Classifier loaded = model.loaded();
      return loaded == null ? null : Viewed.of(loaded, view);
    }

    @Override
    public Opened open(boolean gradients) {
      Opened opened = model.open(gradients);
      try {
        return new Opened(
            Viewed.of(opened.model(), view),
            opened.otherRuntimes().stream().map(other -> Viewed.of(other, view)).toList(),
            opened.own());
      } catch (InvalidInputException e) {
        opened.close();
        throw e;
      }
    }
  }

  /** A model of the rows of a table, which attacks see as points. */
  record OfRows(AuditedModel model, Features features) implements AuditedModel {
    @Override
    public OnnxModel provable() {
      throw unprovable("rows of a table are not covered");
    }

    @Override
    public @Nullable Classifier loaded() {
      Classifier loaded = model.loaded();
      return loaded == null ? null : features.ofPoints(loaded);
    }

    @Override
    public Opened open(boolean gradients) {
      Opened opened = model.open(gradients);
      try {
        requireSamePredictions(opened.model());
        return new Opened(
            features.ofPoints(opened.model()),
            opened.otherRuntimes().stream().map(features::ofPoints).toList(),
            opened.own());
      } catch (InvalidInputException e) {
        opened.close();
        throw e;
      }
    }

    /**
     * Where two values of a feature are so close that one point stands for both, that must not
     * change what the model says.
     */
    private void requireSamePredictions(Classifier ofRows) {
      Classifier ofPoints = features.ofPoints(ofRows);
      features
          .rounded()
          .forEach(
              (index, row) -> {
                int before = prediction(ofRows, row);
                int after = prediction(ofPoints, features.point(row));
                if (before != after) {
                  throw new InvalidInputException(
                      ("row %,d is class %d for %s, but %d when a value is rounded by less than a"
                              + " ten-millionth of its box, as the search does; leave the row out,"
                              + " or give a narrower box")
                          .formatted(index + 1, before, ofRows.name(), after));
                }
              });
    }

    private static int prediction(Classifier model, float[] values) {
      return Replay.ask(model, new float[][] {values})[0].prediction();
    }
  }
}
