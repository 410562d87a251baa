package io.foolproof.geometry;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The hulls of labelled points, one a class: is a query nearer to its own class than to others? */
public final class ClassHulls {
  private final PointSet points;
  private final int[] labels;
  private final int classes;

  /**
   * @param labels the class of each point, 0 up to the number of classes, exclusive
   * @throws InvalidInputException if labels are missing or out of range
   */
  public ClassHulls(PointSet points, int[] labels, int classes) {
    if (labels.length != points.size()) {
      throw new InvalidInputException(
          "%s: %,d labels for %,d points, expected one each"
              .formatted(points.name(), labels.length, points.size()));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new InvalidInputException(
            "%s: point %d has label %d, expected 0 to %d"
                .formatted(points.name(), i, labels[i], classes - 1));
      }
    }
    this.points = points;
    this.labels = labels.clone();
    this.classes = classes;
  }

  /**
   * Projects queries onto the hull of every class that has points, one class after the other.
   *
   * @return for each query, in order, the results by class
   * @throws InvalidInputException if the queries' dimension or unit is not the points'
   */
  public List<ClassDistances> project(PointSet queries, Workers workers) {
    double[][] byClass = new double[classes][];
    for (int c = 0; c < classes; c++) {
      byClass[c] = project(c, queries, workers);
    }
    return byQuery(byClass);
  }

  /**
   * Projects queries onto the hull of one class.
   *
   * @return the queries' distances, in order; infinite where the class has no points
   * @throws InvalidInputException if the queries' dimension or unit is not the points'
   */
  public double[] project(int label, PointSet queries, Workers workers) {
    int[] members = IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
    double[] distances = new double[queries.size()];
    if (members.length == 0) {
      Arrays.fill(distances, Double.POSITIVE_INFINITY);
      return distances;
    }
    try (Scope scope = Scope.open()) {
      PointSet own = points.select(members);
      new CertificateChecker(own)
          .requireAll(queries, ConvexHull.of(own).project(queries, workers), workers)
          .forEach(result -> distances[result.query()] = result.distance());
    }
    return distances;
  }

  /** Turns what {@link #project(int, PointSet, Workers)} gave for each class in order around. */
  public static List<ClassDistances> byQuery(double[][] byClass) {
    List<ClassDistances> results = new ArrayList<>();
    for (int i = 0; i < byClass[0].length; i++) {
      int query = i;
      results.add(
          new ClassDistances(i, Arrays.stream(byClass).mapToDouble(row -> row[query]).toArray()));
    }
    return results;
  }
}
