package io.foolproof.audit;

import io.foolproof.data.ImageSet;
import io.foolproof.geometry.CertificateChecker;
import io.foolproof.geometry.CheckedCertificate;
import io.foolproof.geometry.ClassDistances;
import io.foolproof.geometry.ClassHulls;
import io.foolproof.geometry.ConvexHull;
import io.foolproof.geometry.CoordinateRanges;
import io.foolproof.geometry.Embedding;
import io.foolproof.geometry.InsideShare;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.Projection;
import io.foolproof.geometry.Space;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import tools.jackson.core.type.TypeReference;

/**
 * Holds queries against the convex hull of the training images: which lie inside, how far outside
 * the others are, and whether each certificate holds.
 *
 * <p>Queries are projected a batch at a time. A batch's certificates are checked by {@link
 * CertificateChecker}, which shares no arithmetic with the projection, and its findings are in the
 * journal before the next begins. A finding depends on the query and the training images alone, so
 * a study that was resumed ends as one that was not.
 */
public final class HullStudy {
  /** Queries that are lost at most when a study is killed. */
  private static final int BATCH = 2 * Workers.MICRO_BATCH;

  /** Queries that smaller spaces and the hulls of classes are measured with. */
  private static final int SIDE_QUERIES = 200;

  private static final List<Space> SMALLER =
      List.of(
          new Space.Pca(2),
          new Space.CentrePatch(2),
          new Space.CentrePatch(3),
          new Space.Pca(10),
          new Space.CentrePatch(4),
          new Space.Pca(30),
          new Space.CentrePatch(6));

  private final HullPlan plan;
  private final Workers workers;
  private final Progress progress;

  private HullStudy(HullPlan plan, Workers workers, Progress progress) {
    this.plan = plan;
    this.workers = workers;
    this.progress = progress;
  }

  /**
   * Runs a study, or what is left of it.
   *
   * @param journal the file with what was found so far, which is made where there is none
   * @throws InvalidInputException if the space does not fit the images, or the journal cannot be
   *     used
   */
  public static HullResult run(HullPlan plan, Path journal, Workers workers, Progress progress) {
    return new HullStudy(plan, workers, progress).run(journal);
  }

  private HullResult run(Path file) {
    try (Scope scope = Scope.open()) {
      Embedding embedding = plan.space().fit(plan.training(), workers);
      PointSet points = embedding.apply(plan.training());
      PointSet queries = embedding.apply(plan.queries());
      List<HullFinding> findings = findings(points, queries, file);
      return new HullResult(
          plan,
          points.dimension(),
          findings,
          new CoordinateRanges(points).separated(queries),
          plan.space() instanceof Space.Pixels ? shares() : List.of(),
          classDistances(points, queries));
    }
  }

  private List<HullFinding> findings(PointSet points, PointSet queries, Path file) {
    try (LineJournal<HullFinding> journal =
        LineJournal.open(
            file, "hull study", plan.identity(), new TypeReference<HullFinding>() {})) {
      Map<Integer, HullFinding> found = new TreeMap<>();
      journal.found().forEach(finding -> found.put(finding.place(), finding));
      int[] left = IntStream.range(0, queries.size()).filter(i -> !found.containsKey(i)).toArray();
      if (left.length > 0) {
        ConvexHull hull = ConvexHull.of(points);
        CertificateChecker checker = new CertificateChecker(points);
        progress.begin("hull", left.length);
        for (int from = 0; from < left.length; from += BATCH) {
          int[] places = Arrays.copyOfRange(left, from, Math.min(left.length, from + BATCH));
          List<HullFinding> batch = project(hull, checker, queries.select(places), places);
          journal.append(batch);
          batch.forEach(finding -> found.put(finding.place(), finding));
          progress.advance(places.length);
        }
        progress.end();
      }
      return List.copyOf(found.values());
    }
  }

  private List<HullFinding> project(
      ConvexHull hull, CertificateChecker checker, PointSet queries, int[] places) {
    List<Projection> projections = hull.project(queries, workers);
    List<CheckedCertificate> checked = checker.check(queries, projections, workers);
    List<HullFinding> findings = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      findings.add(HullFinding.of(places[i], projections.get(i), checked.get(i)));
    }
    return findings;
  }

  private List<InsideShare> shares() {
    ImageSet few = plan.queries().range(0, Math.min(SIDE_QUERIES, plan.queries().size()));
    List<Space> fitting = SMALLER.stream().filter(this::fits).toList();
    List<InsideShare> shares = new ArrayList<>();
    progress.begin("smaller spaces", fitting.size());
    for (Space space : fitting) {
      shares.add(InsideShare.measure(space, plan.training(), few, workers));
      progress.advance(1);
    }
    progress.end();
    return shares;
  }

  private boolean fits(Space space) {
    ImageSet images = plan.training();
    if (space instanceof Space.Pca pca) {
      return pca.components() < images.pixels();
    }
    return space instanceof Space.CentrePatch patch
        && patch.side() < Math.min(images.height(), images.width());
  }

  private List<ClassDistances> classDistances(PointSet points, PointSet queries) {
    int[] labels = labels(plan.training());
    int classes = Math.max(plan.training().classes(), plan.queries().classes());
    if (classes < 2) {
      return List.of();
    }
    int[] few = IntStream.range(0, Math.min(SIDE_QUERIES, queries.size())).toArray();
    progress.begin("hulls of classes", 1);
    List<ClassDistances> distances =
        new ClassHulls(points, labels, classes).project(queries.select(few), workers);
    progress.end();
    return distances;
  }

  private static int[] labels(ImageSet images) {
    return IntStream.range(0, images.size()).map(images::label).toArray();
  }
}
