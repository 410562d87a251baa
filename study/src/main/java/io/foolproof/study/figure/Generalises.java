package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.geometry.PointSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Accuracy and confidence of the model against distance to the hull of the training images. */
public final class Generalises implements Figure<Generalises.Found> {
  private static final int GROUPS = 10;

  /**
   * What it computes. Distances are Euclidean, in pixels of [0, 1].
   *
   * @param model the name of the model
   * @param images training images, which span the hull
   * @param tested test images
   * @param inside how many of them lie inside the hull, certified
   * @param rejected how many certificates did not hold when they were checked; 0 unless there is an
   *     error in the program
   * @param distance of each test image to the hull, in their order; 0 inside
   * @param neighbour distance of each to the nearest training image
   * @param confidence probability of the predicted class, of each
   * @param correct whether each is classified correctly
   * @param deciles ten groups of test images by distance, nearest first, as equal in size as can be
   */
  public record Found(
      String model,
      int images,
      int tested,
      int inside,
      int rejected,
      double[] distance,
      double[] neighbour,
      double[] confidence,
      boolean[] correct,
      List<Decile> deciles) {
    /** Copies the list. */
    public Found {
      deciles = List.copyOf(deciles);
    }
  }

  /**
   * A tenth of the test images.
   *
   * @param from smallest distance to the hull among them
   * @param to largest
   * @param count how many
   * @param correct how many of them are classified correctly
   * @param low lower end of the 95 % interval of the accuracy (Wilson)
   * @param high its upper end
   * @param confidence mean probability of the predicted class
   */
  public record Decile(
      double from, double to, int count, int correct, double low, double high, double confidence) {}

  @Override
  public int number() {
    return 8;
  }

  @Override
  public String title() {
    return "Outside, and correct";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    DifferentiableClassifier model = workshop.model();
    ImageSet test = plan.test().first(Math.min(plan.extent().of(1000, 10_000), plan.test().size()));
    Predictions predictions = Predictions.of(Subject.of(workshop), test);
    List<CertifiedHull.Position> positions;
    try (Scope scope = Scope.open()) {
      positions =
          new CertifiedHull(PointSet.of(plan.training()), workshop)
              .positions(PointSet.of(test), "test images");
    }
    double[] distances = positions.stream().mapToDouble(CertifiedHull.Position::distance).toArray();
    return new Found(
        model.name(),
        plan.training().size(),
        test.size(),
        (int) positions.stream().filter(CertifiedHull.Position::inside).count(),
        (int) positions.stream().filter(position -> !position.certified()).count(),
        distances,
        positions.stream().mapToDouble(CertifiedHull.Position::neighbourDistance).toArray(),
        predictions.confidence(),
        predictions.correct(),
        deciles(distances, predictions));
  }

  private static List<Decile> deciles(double[] distances, Predictions predictions) {
    List<Integer> nearestFirst =
        IntStream.range(0, distances.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> distances[i]))
            .toList();
    int groups = Math.min(GROUPS, distances.length);
    List<Decile> deciles = new ArrayList<>();
    for (int k = 0; k < groups; k++) {
      int from = (int) ((long) distances.length * k / groups);
      int to = (int) ((long) distances.length * (k + 1) / groups);
      deciles.add(decile(nearestFirst.subList(from, to), distances, predictions));
    }
    return deciles;
  }

  private static Decile decile(List<Integer> places, double[] distances, Predictions predictions) {
    int correct = (int) places.stream().filter(i -> predictions.correct()[i]).count();
    Proportion accuracy = new Proportion(correct, places.size());
    return new Decile(
        distances[places.get(0)],
        distances[places.get(places.size() - 1)],
        places.size(),
        correct,
        accuracy.low(),
        accuracy.high(),
        places.stream().mapToDouble(i -> predictions.confidence()[i]).average().orElseThrow());
  }
}
