package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyNet;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.TrainingHistory;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The model and its training: loss, accuracy, weights against images, and what it gets wrong. */
public final class Learning implements Figure<Learning.Found> {
  private static final int SHOWN = 1000;

  /**
   * What it computes.
   *
   * @param model the name of the model
   * @param trainedHere whether the study trained it; if not, there is no loss and no epoch
   * @param steps of training in all
   * @param loss mean training loss, of equally many steps each, at most 200 values in order;
   *     cross-entropy in nats
   * @param epochs in order
   * @param weights trainable numbers of the model; 0 where it has none
   * @param images training images
   * @param tested test images
   * @param correct how many of them are classified correctly
   * @param low lower end of the 95 % interval of the accuracy (Wilson)
   * @param high its upper end
   * @param shown of how many of the first test images all wrong ones are kept
   * @param wrong these
   */
  public record Found(
      String model,
      boolean trainedHere,
      int steps,
      double[] loss,
      List<TrainingHistory.Epoch> epochs,
      long weights,
      int images,
      int tested,
      int correct,
      double low,
      double high,
      int shown,
      List<Wrong> wrong) {
    /** Copies the lists. */
    public Found {
      epochs = List.copyOf(epochs);
      wrong = List.copyOf(wrong);
    }
  }

  /**
   * A test image that is classified incorrectly.
   *
   * @param image with its true class
   * @param predicted the class that the model gives
   * @param confidence the probability that it gives it
   */
  public record Wrong(Picture image, int predicted, double confidence) {}

  @Override
  public int number() {
    return 5;
  }

  @Override
  public String title() {
    return "More weights than images";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    DifferentiableClassifier model = workshop.model();
    TrainingHistory history =
        plan.model() == null
            ? workshop.history(StudyNet.plain(plan.extent()))
            : TrainingHistory.NONE;
    ImageSet test = plan.test();
    Predictions predictions = Predictions.of(Subject.of(workshop), test);
    int right = 0;
    for (int i = 0; i < test.size(); i++) {
      right += predictions.correct()[i] ? 1 : 0;
    }
    Proportion accuracy = new Proportion(right, test.size());
    int shown = Math.min(SHOWN, test.size());
    return new Found(
        model.name(),
        plan.model() == null,
        history.steps(),
        history.loss(),
        history.epochs(),
        weights(model),
        plan.training().size(),
        test.size(),
        right,
        accuracy.low(),
        accuracy.high(),
        shown,
        wrong(test.first(shown), predictions));
  }

  private static long weights(DifferentiableClassifier model) {
    return model instanceof OnnxClassifier net
        ? net.parameters().values().stream().mapToLong(Tensor::elements).sum()
        : 0;
  }

  private static List<Wrong> wrong(ImageSet test, Predictions predictions) {
    List<Wrong> wrong = new ArrayList<>();
    for (int i = 0; i < test.size(); i++) {
      if (!predictions.correct()[i]) {
        wrong.add(
            new Wrong(
                Picture.of(test, i), predictions.predicted()[i], predictions.confidence()[i]));
      }
    }
    return wrong;
  }
}
