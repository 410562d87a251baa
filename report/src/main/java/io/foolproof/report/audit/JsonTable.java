package io.foolproof.report.audit;

import io.foolproof.attack.Features;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What only a report on a table has: its features, and what was changed in which row.
 *
 * @param boxFromData whether the boxes are the smallest and largest values of the data
 * @param epsilonIn what epsilon 1 would be: a feature's range, or its own epsilon
 * @param oneHot the names of the features of each group
 */
record JsonTable(
    boolean boxFromData,
    String epsilonIn,
    List<Column> features,
    List<List<String>> oneHot,
    List<Row> adversarialRows) {

  /** A feature; its epsilon is in its own unit, as are the ends of its box. */
  record Column(String name, String kind, float low, float high, double epsilon) {}

  /**
   * An adversarial row.
   *
   * @param index of the sample, from 0
   */
  record Row(long index, int label, int predictionAfter, List<Change> changes) {}

  record Change(String feature, float from, float to) {}

  /** Null of images. */
  static @Nullable JsonTable of(AuditResult result) {
    Features features = result.features();
    if (features == null) {
      return null;
    }
    return new JsonTable(
        features.boxFromData(),
        features.measure() == Features.Measure.FRACTION_OF_RANGE ? "range" : "own-epsilon",
        IntStream.range(0, features.features().size()).mapToObj(j -> column(features, j)).toList(),
        features.groups().stream()
            .map(
                group ->
                    Arrays.stream(group).mapToObj(j -> features.features().get(j).name()).toList())
            .toList(),
        rows(result, TableWords.of(result, features)));
  }

  private static Column column(Features features, int j) {
    return new Column(
        features.features().get(j).name(),
        features.features().get(j).kind().name().toLowerCase(Locale.ROOT),
        features.features().get(j).low(),
        features.features().get(j).high(),
        features.epsilon(j));
  }

  private static List<Row> rows(AuditResult result, TableWords words) {
    List<Row> rows = new ArrayList<>();
    for (int place = 0; place < result.samples().size(); place++) {
      SampleVerdict sample = result.samples().get(place);
      SampleVerdict.Witness witness = sample.witness();
      if (witness != null) {
        rows.add(
            new Row(
                sample.index(),
                sample.label(),
                witness.prediction(),
                words.changes(result.data().pixels(place), witness.image()).stream()
                    .map(change -> new Change(change.feature(), change.from(), change.to()))
                    .toList()));
      }
    }
    return rows;
  }
}
