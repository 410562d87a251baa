package io.foolproof.audit.hull;

import io.foolproof.audit.Progress;
import io.foolproof.audit.hull.HullJournals.Kind;
import io.foolproof.audit.journal.LineJournal;
import io.foolproof.audit.journal.Shard;
import io.foolproof.data.ImageSet;
import io.foolproof.geometry.ClassDistances;
import io.foolproof.geometry.ClassHulls;
import io.foolproof.geometry.CoordinateRanges;
import io.foolproof.geometry.Embedding;
import io.foolproof.geometry.InsideShare;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.RandomPoints;
import io.foolproof.geometry.Space;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Holds queries against the convex hull of the training images: which lie inside, how far outside
 * the others are, and whether each certificate holds.
 *
 * <p>Queries are projected a batch at a time. A batch's certificates are checked by {@link
 * CheckedHull}, and its findings are in the journal before the next begins; so are those of every
 * other stage: smaller spaces, hulls of classes, fooling. A finding depends on the query and the
 * training images alone, so a study that was resumed ends as one that was not.
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

  /** Whose part of the study it is; null for all of it. */
  private final @Nullable Shard shard;

  private final HullJournals journals;
  private final Workers workers;
  private final Progress progress;
  private int number;

  private HullStudy(
      HullPlan plan,
      @Nullable Shard shard,
      HullJournals journals,
      Workers workers,
      Progress progress) {
    this.plan = plan;
    this.shard = shard;
    this.journals = journals;
    this.workers = workers;
    this.progress = progress;
  }

  /** Runs a study on all cores, and keeps nothing on disk. */
  public static HullResult run(HullPlan plan) {
    try (Workers workers = new Workers()) {
      return run(plan, HullJournals.inMemory(), workers, Progress.none());
    }
  }

  /**
   * Runs a study, or what is left of it.
   *
   * @param journals what was found so far, which are made where there are none
   * @throws InvalidInputException if the space does not fit the images, or a journal cannot be used
   */
  public static HullResult run(
      HullPlan plan, HullJournals journals, Workers workers, Progress progress) {
    return new HullStudy(plan, null, journals, workers, progress).in(HullStudy::run);
  }

  /**
   * Runs the part of a study that is a shard's, or what is left of it: where its queries lie, and
   * where fooling takes them. Smaller spaces and the hulls of classes, which are measured with few
   * queries, are left to the whole.
   *
   * @return how many queries it has
   * @throws InvalidInputException as the whole study, or when there are too few queries to divide
   */
  public static int run(
      HullPlan plan, Shard shard, HullJournals journals, Workers workers, Progress progress) {
    return new HullStudy(plan, shard, journals, workers, progress).in(HullStudy::part);
  }

  /** Some work on the queries of a study. */
  @FunctionalInterface
  private interface Work<T> {
    T on(HullStudy study, Embedding embedding, LineJournal<HullFinding> journal);
  }

  private <T> T in(Work<T> work) {
    places();
    try (Scope scope = Scope.open()) {
      Embedding embedding = plan.space().fit(plan.training(), workers);
      // Open to the end, since it keeps other studies out of the folder.
      try (LineJournal<HullFinding> journal =
          journals.open(Kind.QUERIES, identity(plan.identity()), HullFinding.class)) {
        return work.on(this, embedding, journal);
      }
    }
  }

  private Map<String, String> identity(Map<String, String> whole) {
    return Shard.identity(whole, shard);
  }

  /** Of the queries; in batches as all of them would be, which last digits depend on. */
  private int[] places() {
    int all = plan.queries().size();
    return shard == null ? IntStream.range(0, all).toArray() : shard.places(all, BATCH);
  }

  private int part(Embedding embedding, LineJournal<HullFinding> journal) {
    CheckedHull hull = new CheckedHull(embedding.apply(plan.training()), workers);
    List<HullFinding> findings = findings(journal, hull, embedding.apply(plan.queries()));
    FoolingPlan fooling = plan.fooling();
    if (fooling != null) {
      fooling(fooling, embedding, hull, findings);
    }
    return findings.size();
  }

  private HullResult run(Embedding embedding, LineJournal<HullFinding> journal) {
    PointSet points = embedding.apply(plan.training());
    PointSet queries = embedding.apply(plan.queries());
    CheckedHull hull = new CheckedHull(points, workers);
    List<HullFinding> findings = findings(journal, hull, queries);
    FoolingPlan fooling = plan.fooling();
    return new HullResult(
        plan,
        points.dimension(),
        findings,
        new CoordinateRanges(points).separated(queries),
        plan.space() instanceof Space.Pixels ? shares() : List.of(),
        classDistances(points, queries),
        fooling == null ? null : fooling(fooling, embedding, hull, findings));
  }

  /** Findings, smaller spaces, hulls of classes, fooling: each unless it does not apply. */
  private int stages() {
    int others = (plan.space() instanceof Space.Pixels ? 1 : 0) + (classes() < 2 ? 0 : 1);
    return 1 + (shard == null ? others : 0) + (plan.fooling() == null ? 0 : 1);
  }

  private int classes() {
    return Math.max(plan.training().classes(), plan.queries().classes());
  }

  /** What is in the journal, then what is not, a batch at a time. */
  private <T> List<T> resumed(
      LineJournal<T> journal,
      String title,
      int[] wanted,
      int batch,
      ToIntFunction<T> place,
      Function<int[], List<T>> work) {
    Map<Integer, T> found = new TreeMap<>();
    journal.found().forEach(finding -> found.put(place.applyAsInt(finding), finding));
    int[] left = IntStream.of(wanted).filter(i -> !found.containsKey(i)).toArray();
    progress.stage(++number, stages());
    if (left.length > 0) {
      progress.begin(title, left.length);
      for (int from = 0; from < left.length; from += batch) {
        int[] places = Arrays.copyOfRange(left, from, Math.min(left.length, from + batch));
        List<T> findings = work.apply(places);
        journal.append(findings);
        findings.forEach(finding -> found.put(place.applyAsInt(finding), finding));
        progress.advance(places.length);
      }
      progress.end();
    }
    return List.copyOf(found.values());
  }

  private List<HullFinding> findings(
      LineJournal<HullFinding> journal, CheckedHull hull, PointSet queries) {
    return resumed(
        journal,
        "projection onto the hull",
        places(),
        BATCH,
        HullFinding::place,
        places -> hull.findings(queries.select(places), places));
  }

  private FoolingResult fooling(
      FoolingPlan fooling, Embedding embedding, CheckedHull hull, List<HullFinding> clean) {
    Path folder = journals.folder();
    if (folder != null) {
      fooling.model().origin().requireKnown(folder);
    }
    int first = clean.get(0).place();
    FoolingStudy study =
        new FoolingStudy(
            plan, fooling, embedding, hull, place -> clean.get(place - first), workers);
    try (LineJournal<FoolingFinding> journal =
        journals.open(Kind.FOOLING, identity(plan.identity(fooling)), FoolingFinding.class)) {
      List<FoolingFinding> earlier = journal.found();
      for (int i = 0; i < earlier.size(); i++) {
        if (!study.holds(earlier.get(i))) {
          String query = "query " + earlier.get(i).place();
          throw journal.refusal(
              i, "the adversarial image of " + query + " does not hold when replayed");
        }
      }
      List<FoolingFinding> findings =
          resumed(
              journal,
              "adversarial images",
              places(),
              BATCH,
              FoolingFinding::place,
              study::findings);
      return new FoolingResult(fooling, findings);
    }
  }

  /** A smaller space's line in the journal. */
  private record SpaceLine(int place, int dimension, int queries, int inside) {
    static SpaceLine of(int place, InsideShare share) {
      return new SpaceLine(place, share.dimension(), share.queries(), share.inside());
    }

    InsideShare share(Space space) {
      return new InsideShare(space, dimension, queries, inside, RandomPoints.needed(dimension));
    }
  }

  private List<InsideShare> shares() {
    ImageSet few = plan.queries().range(0, Math.min(SIDE_QUERIES, plan.queries().size()));
    List<Space> fitting = SMALLER.stream().filter(this::fits).toList();
    try (LineJournal<SpaceLine> journal =
        journals.open(Kind.SPACES, plan.identity(), SpaceLine.class)) {
      return resumed(
              journal,
              "smaller spaces",
              IntStream.range(0, fitting.size()).toArray(),
              1,
              SpaceLine::place,
              places ->
                  List.of(
                      SpaceLine.of(
                          places[0],
                          InsideShare.measure(
                              fitting.get(places[0]), plan.training(), few, workers))))
          .stream()
          .map(line -> line.share(fitting.get(line.place())))
          .toList();
    }
  }

  private boolean fits(Space space) {
    ImageSet images = plan.training();
    if (space instanceof Space.Pca pca) {
      return pca.components() < images.pixels();
    }
    return space instanceof Space.CentrePatch patch
        && patch.side() < Math.min(images.height(), images.width());
  }

  /** A class's line in the journal. */
  private record ClassLine(int label, double[] distances) {}

  private List<ClassDistances> classDistances(PointSet points, PointSet queries) {
    int classes = classes();
    if (classes < 2) {
      return List.of();
    }
    int[] few = IntStream.range(0, Math.min(SIDE_QUERIES, queries.size())).toArray();
    ClassHulls hulls = new ClassHulls(points, labels(plan.training()), classes);
    try (LineJournal<ClassLine> journal =
        journals.open(Kind.CLASSES, plan.identity(), ClassLine.class)) {
      List<ClassLine> lines =
          resumed(
              journal,
              "hulls of classes",
              IntStream.range(0, classes).toArray(),
              1,
              ClassLine::label,
              label ->
                  List.of(
                      new ClassLine(
                          label[0], hulls.project(label[0], queries.select(few), workers))));
      return ClassHulls.byQuery(lines.stream().map(ClassLine::distances).toArray(double[][]::new));
    }
  }

  private static int[] labels(ImageSet images) {
    return IntStream.range(0, images.size()).map(images::label).toArray();
  }
}
