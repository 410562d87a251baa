package io.foolproof.study;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a study found.
 *
 * @param plan the study
 * @param figures those that were computed, by their numbers
 * @param leftOut why others were not, by their numbers
 */
public record StudyResult(StudyPlan plan, List<Computed<?>> figures, Map<Integer, String> leftOut) {

  /** Copies the lists. */
  public StudyResult {
    figures = List.copyOf(figures);
    leftOut = Map.copyOf(leftOut);
  }

  /** What a figure found, where it was computed. */
  public <R extends Record> Optional<R> found(Class<R> type) {
    return figures.stream()
        .filter(computed -> type.isInstance(computed.found()))
        .map(computed -> type.cast(computed.found()))
        .findFirst();
  }

  /** Of all figures. */
  public double seconds() {
    return figures.stream().mapToDouble(Computed::seconds).sum();
  }
}
