package io.foolproof.audit.hull;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.Replay;
import io.foolproof.audit.hull.FoolingFinding.Fooled;
import io.foolproof.audit.hull.FoolingFinding.Moved;
import io.foolproof.audit.hull.FoolingFinding.Outcome;
import io.foolproof.data.EightBit;
import io.foolproof.data.EqualNormNoise;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.geometry.Embedding;
import io.foolproof.geometry.Space;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Attacks the queries of a hull study, a batch at a time, and holds each adversarial image against
 * the hull, beside a control with random noise of equal length.
 *
 * <p>Images of 8-bit levels are fooled by images of 8-bit levels: what the attack found is rounded,
 * within epsilon, and replayed, so that certificates stay exact in integers.
 */
final class FoolingStudy {
  /** The first queries, whose distance to the decision boundary is searched for. */
  private static final int BOUNDARY_QUERIES = 200;

  /** Steps that epsilon is divided into by that search. */
  private static final int BOUNDARY_STEPS = 64;

  /** The first queries, whose images are kept for pictures. */
  private static final int PICTURED = 100;

  private final HullPlan plan;
  private final FoolingPlan fooling;
  private final Embedding embedding;
  private final CheckedHull hull;
  private final IntFunction<HullFinding> clean;
  private final Workers workers;
  private final Replay replay;

  /**
   * @param clean where a query lies as it is, by its place
   */
  FoolingStudy(
      HullPlan plan,
      FoolingPlan fooling,
      Embedding embedding,
      CheckedHull hull,
      IntFunction<HullFinding> clean,
      Workers workers) {
    this.plan = plan;
    this.fooling = fooling;
    this.embedding = embedding;
    this.hull = hull;
    this.clean = clean;
    this.workers = workers;
    this.replay = new Replay(List.of(fooling.model()));
  }

  /** A query after the attack, before the hull. */
  private record Attacked(
      int place,
      Outcome outcome,
      int prediction,
      float @Nullable [] adversarial,
      float @Nullable [] noise,
      @Nullable Double boundary) {

    static Attacked of(int place, Outcome outcome, int prediction) {
      return new Attacked(place, outcome, prediction, null, null, null);
    }
  }

  /** What became of these queries, in their order. */
  List<FoolingFinding> findings(int[] places) {
    List<Attacked> attacked = new ArrayList<>();
    workers
        .mapShared(
            places.length,
            fooling.model().microBatch(),
            (from, to) -> attack(Arrays.copyOfRange(places, from, to)))
        .forEach(attacked::addAll);
    Map<Integer, Moved> adversarial = moved(attacked, "adversarial", Attacked::adversarial);
    Map<Integer, Moved> noise = moved(attacked, "noisy", Attacked::noise);
    Map<Integer, Integer> cleanProjected = cleanProjected(adversarial.keySet());
    return attacked.stream()
        .map(
            one ->
                new FoolingFinding(
                    one.place(),
                    one.outcome(),
                    one.prediction(),
                    one.adversarial() == null
                        ? null
                        : fooled(
                            one,
                            one.adversarial(),
                            cleanProjected.getOrDefault(one.place(), -1),
                            Objects.requireNonNull(adversarial.get(one.place())),
                            noise.get(one.place()))))
        .toList();
  }

  private Fooled fooled(
      Attacked one, float[] image, int cleanProjected, Moved adversarial, @Nullable Moved noise) {
    return new Fooled(
        plan.queries().label(one.place()),
        Distances.between(plan.queries().pixels(one.place()), image).l2(),
        one.boundary(),
        clean.apply(one.place()).distance(),
        cleanProjected,
        adversarial,
        noise);
  }

  private Map<Integer, Integer> cleanProjected(Set<Integer> places) {
    List<Integer> ordered = List.copyOf(places);
    int[] projected = projected(ordered.stream().map(clean::apply).toList());
    Map<Integer, Integer> byPlace = new TreeMap<>();
    for (int i = 0; i < projected.length; i++) {
      byPlace.put(ordered.get(i), projected[i]);
    }
    return byPlace;
  }

  /**
   * Whether the adversarial image that an earlier run found holds when replayed. What has none, or
   * none that was kept, holds.
   */
  boolean holds(FoolingFinding earlier) {
    float[] image = earlier.fooled() == null ? null : earlier.fooled().adversarial().image();
    if (image == null) {
      return true;
    }
    float[] query = plan.queries().pixels(earlier.place());
    int label = plan.queries().label(earlier.place());
    return image.length == query.length
        && replay.confirm(fooling.threat(), query, label, image).prediction() >= 0;
  }

  // ---- The attack, on a worker

  private List<Attacked> attack(int[] places) {
    Samples samples = samples(places);
    int[] predictions = predictions(Arrays.asList(samples.images()));
    int[] right =
        IntStream.range(0, places.length)
            .filter(i -> predictions[i] == samples.labels()[i])
            .toArray();
    List<AttackResult> results =
        right.length == 0
            ? List.of()
            : run(samples(IntStream.of(right).map(i -> places[i]).toArray()), fooling.threat());
    Attacked[] attacked = new Attacked[places.length];
    for (int i = 0; i < places.length; i++) {
      attacked[i] =
          Attacked.of(
              places[i],
              predictions[i] < 0 ? Outcome.NOT_A_NUMBER : Outcome.MISCLASSIFIED,
              predictions[i]);
    }
    for (int k = 0; k < right.length; k++) {
      attacked[right[k]] = judged(places[right[k]], results.get(k));
    }
    return withBoundaries(List.of(attacked));
  }

  private List<AttackResult> run(Samples samples, ThreatModel threat) {
    return fooling.attack().run(fooling.model(), samples, threat, fooling.seed());
  }

  /** An attack's claim, once it was rounded, replayed and given its control. */
  private Attacked judged(int place, AttackResult result) {
    int label = plan.queries().label(place);
    if (result.status() != AttackResult.Status.FOOLED) {
      boolean numbers = result.status() == AttackResult.Status.STANDING;
      return Attacked.of(place, numbers ? Outcome.STANDING : Outcome.NOT_A_NUMBER, label);
    }
    float[] image = plan.queries().pixels(place);
    float[] witness = witness(image, label, result.image());
    if (witness == null) {
      return Attacked.of(place, Outcome.NOT_REPLAYED, label);
    }
    long index = plan.queries().index(place);
    boolean eightBit = plan.queries().eightBit();
    float[] noise = EqualNormNoise.of(image, witness, eightBit, fooling.seed(), index).orElse(null);
    Double closest =
        place < BOUNDARY_QUERIES && fooling.attack().findsClosest()
            ? (Double)
                fooling
                    .threat()
                    .size(Distances.between(image, result.image(), fooling.model().input()))
            : null;
    return new Attacked(place, Outcome.FOOLED, label, witness, noise, closest);
  }

  /** The adversarial image in the queries' own kind, if one fools the model when replayed. */
  private float @Nullable [] witness(float[] image, int label, float[] found) {
    ThreatModel threat = fooling.threat();
    List<float[]> candidates =
        plan.queries().eightBit()
            ? EightBit.rounded(image, found, threat.epsilon())
            : List.of(found);
    for (float[] candidate : candidates) {
      if (replay.confirm(threat, image, label, candidate).prediction() >= 0) {
        return candidate;
      }
    }
    return null;
  }

  /** An attack that searches for the closest example has found the boundary already. */
  private List<Attacked> withBoundaries(List<Attacked> attacked) {
    if (fooling.attack().findsClosest()) {
      return attacked;
    }
    int[] wanted =
        attacked.stream()
            .filter(one -> one.outcome() == Outcome.FOOLED && one.place() < BOUNDARY_QUERIES)
            .mapToInt(Attacked::place)
            .toArray();
    Map<Integer, Double> boundaries = boundaries(wanted);
    return attacked.stream()
        .map(
            one ->
                new Attacked(
                    one.place(),
                    one.outcome(),
                    one.prediction(),
                    one.adversarial(),
                    one.noise(),
                    boundaries.get(one.place())))
        .toList();
  }

  /**
   * The smallest epsilon at which the attack succeeds, by place: bisection over steps of epsilon,
   * at the largest of which it is known to. Where an attack fails at some epsilon and succeeds at a
   * smaller one, bisection may miss that.
   */
  private Map<Integer, Double> boundaries(int[] places) {
    Map<Integer, int[]> between = new TreeMap<>();
    for (int place : places) {
      between.put(place, new int[] {0, BOUNDARY_STEPS});
    }
    for (int width = BOUNDARY_STEPS; width > 1; width /= 2) {
      // Queries at one step are attacked together.
      Map<Integer, List<Integer>> byStep = new TreeMap<>();
      between.forEach(
          (place, steps) ->
              byStep
                  .computeIfAbsent((steps[0] + steps[1]) / 2, step -> new ArrayList<>())
                  .add(place));
      byStep.forEach(
          (step, some) -> {
            int[] group = some.stream().mapToInt(Integer::intValue).toArray();
            List<AttackResult> results =
                run(samples(group), fooling.threat().withEpsilon(epsilon(step)));
            for (int i = 0; i < group.length; i++) {
              boolean fooled = results.get(i).status() == AttackResult.Status.FOOLED;
              between.getOrDefault(group[i], new int[2])[fooled ? 1 : 0] = step;
            }
          });
    }
    Map<Integer, Double> boundaries = new TreeMap<>();
    between.forEach((place, steps) -> boundaries.put(place, epsilon(steps[1])));
    return boundaries;
  }

  private double epsilon(int step) {
    return fooling.threat().epsilon() * step / BOUNDARY_STEPS;
  }

  private Samples samples(int[] places) {
    return Samples.of(plan.queries(), places);
  }

  // ---- The hull

  private Map<Integer, Moved> moved(
      List<Attacked> attacked, String kind, Function<Attacked, float @Nullable []> image) {
    List<float[]> images = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (Attacked one : attacked) {
      float[] pixels = image.apply(one);
      if (pixels != null) {
        images.add(pixels);
        kept.add(one.place());
      }
    }
    if (images.isEmpty()) {
      return Map.of();
    }
    int[] places = kept.stream().mapToInt(Integer::intValue).toArray();
    List<HullFinding> found = hull.findings(embedding.apply(set(images, kind)), places);
    int[] predictions = predictions(images);
    int[] projected = projected(found);
    Map<Integer, Moved> moved = new TreeMap<>();
    for (int i = 0; i < places.length; i++) {
      float[] pictured = places[i] < PICTURED ? images.get(i) : null;
      moved.put(places[i], new Moved(found.get(i), predictions[i], projected[i], pictured));
    }
    return moved;
  }

  /** Images of the queries' own kind, so that they become points in the same way. */
  private ImageSet set(List<float[]> images, String kind) {
    ImageSet queries = plan.queries();
    ImageShape shape = new ImageShape(queries.channels(), queries.height(), queries.width());
    String name = queries.name() + ", " + kind;
    int d = queries.pixels();
    int[] labels = new int[images.size()];
    float[] all = new float[images.size() * d];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i), 0, all, i * d, d);
    }
    if (!queries.eightBit()) {
      return ImageSet.ofPixels(name, shape, all, labels, queries.classNames());
    }
    int[] levels = EightBit.levels(all);
    byte[] bytes = new byte[levels.length];
    for (int j = 0; j < bytes.length; j++) {
      bytes[j] = (byte) levels[j];
    }
    return ImageSet.ofLevels(name, shape, bytes, labels, queries.classNames());
  }

  /**
   * The model's classes for the nearest hull points. A layer's are no images: there, a mixture of
   * training images becomes another point than the mixture of what they become.
   */
  private int[] projected(List<HullFinding> found) {
    if (plan.space() instanceof Space.Embedded) {
      return IntStream.generate(() -> -1).limit(found.size()).toArray();
    }
    return predictions(found.stream().map(one -> one.nearest().of(plan.training())).toList());
  }

  private int[] predictions(List<float[]> images) {
    if (images.isEmpty()) {
      return new int[0];
    }
    return Arrays.stream(Replay.ask(fooling.model(), images.toArray(float[][]::new)))
        .mapToInt(Replay.Answer::prediction)
        .toArray();
  }
}
