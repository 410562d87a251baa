package io.foolproof.study;

import io.foolproof.audit.Progress;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.study.figure.Figures;
import io.foolproof.study.run.Study;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Small studies for tests. */
public final class Plans {
  private Plans() {}

  /** Built-in digits: 1,000 to train on, 200 to validate on and 200 to test with. */
  public static StudyPlan digits() {
    return digits(null);
  }

  /** The same about a model. */
  public static StudyPlan digits(@Nullable DifferentiableClassifier model) {
    return new StudyPlan(
        DataSets.open("digits", Split.TRAIN).first(StudyPlan.LEAST_TRAINING),
        DataSets.open("digits", Split.VALIDATION).first(200),
        DataSets.open("digits", Split.TEST).first(200),
        model,
        Extent.QUICK,
        0);
  }

  /** A plan of these images alone, each part of which is as large as it must be. */
  public static StudyPlan of(ImageSet images) {
    return new StudyPlan(images, images.first(50), images.first(100), null, Extent.QUICK, 0);
  }

  /** A study that found these records. */
  public static StudyResult result(StudyPlan plan, Record... found) {
    return new StudyResult(
        plan, Stream.of(found).<Computed<?>>map(Plans::computed).toList(), Map.of());
  }

  private static Computed<?> computed(Record found) {
    return Figures.all().stream()
        .filter(figure -> figure.type().isInstance(found))
        .map(figure -> computed(figure, found))
        .findFirst()
        .orElseThrow();
  }

  private static <R extends Record> Computed<R> computed(Figure<R> figure, Record found) {
    return new Computed<>(figure, 1, figure.type().cast(found));
  }

  /** What some figures of a plan find. */
  public static StudyResult run(StudyPlan plan, Path folder, Integer... figures) {
    return Study.run(plan, Set.of(figures), folder, false, () -> {}, Progress.none());
  }

  /** What one figure finds. */
  public static <R extends Record> R found(StudyPlan plan, Path folder, Class<R> type, int figure) {
    return run(plan, folder, figure).found(type).orElseThrow();
  }
}
