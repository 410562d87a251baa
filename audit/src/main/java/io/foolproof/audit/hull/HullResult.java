package io.foolproof.audit.hull;

import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.geometry.ClassDistances;
import io.foolproof.geometry.InsideShare;
import io.foolproof.geometry.Vote;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a hull study found, for a report.
 *
 * @param plan what was held against what
 * @param dimension how many dimensions the space has
 * @param findings one a query, in their order
 * @param separated how many queries one coordinate alone separates from all training images
 * @param shares how many of the first queries lie inside in smaller spaces; empty where none was
 *     measured
 * @param classDistances the first queries' distances to the hull of each class
 * @param fooling where fooling a model takes the queries; null where it was not asked for
 */
public record HullResult(
    HullPlan plan,
    int dimension,
    List<HullFinding> findings,
    int separated,
    List<InsideShare> shares,
    List<ClassDistances> classDistances,
    @Nullable FoolingResult fooling) {

  /** Takes copies. */
  public HullResult {
    findings = List.copyOf(findings);
    shares = List.copyOf(shares);
    classDistances = List.copyOf(classDistances);
  }

  /** The fraction of queries inside the hull. */
  public Proportion inside() {
    return share(HullFinding::inside);
  }

  /**
   * The findings whose certificate does not hold: of queries, then of what fooling made of them.
   */
  public List<HullFinding> rejected() {
    Stream<HullFinding> queries = findings.stream().filter(finding -> !finding.certified());
    Stream<HullFinding> fooled = fooling == null ? Stream.empty() : fooling.rejected().stream();
    return Stream.concat(queries, fooled).toList();
  }

  /**
   * The fraction of queries whose nearest hull point is made mostly of images of their own class.
   */
  public Proportion votedRight() {
    ImageSet training = plan.training();
    int[] labels = IntStream.range(0, training.size()).map(training::label).toArray();
    int classes = Math.max(plan.training().classes(), plan.queries().classes());
    return share(
        finding ->
            Vote.of(finding.nearest(), labels, classes).label()
                == plan.queries().label(finding.place()));
  }

  /** The fraction of queries whose nearest training image is of their own class. */
  public Proportion neighbourRight() {
    return share(
        finding ->
            plan.training().label(finding.neighbour()) == plan.queries().label(finding.place()));
  }

  /**
   * The fraction of queries, of those with class distances, that are nearer to the hull of their
   * own class than to that of any other.
   *
   * @throws IllegalStateException if there are no class distances
   */
  public Proportion ownClassNearest() {
    if (classDistances.isEmpty()) {
      throw new IllegalStateException("distances to the hulls of classes were not measured");
    }
    int count = 0;
    for (ClassDistances distances : classDistances) {
      int label = plan.queries().label(distances.query());
      double other = distances.distances()[distances.nearestOther(label)];
      count += distances.own(label) < other ? 1 : 0;
    }
    return new Proportion(count, classDistances.size());
  }

  private Proportion share(Predicate<HullFinding> holds) {
    return new Proportion((int) findings.stream().filter(holds).count(), findings.size());
  }
}
