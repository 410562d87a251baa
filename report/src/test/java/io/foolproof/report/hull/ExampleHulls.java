package io.foolproof.report.hull;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.hull.FoolingFinding;
import io.foolproof.audit.hull.FoolingFinding.Fooled;
import io.foolproof.audit.hull.FoolingFinding.Moved;
import io.foolproof.audit.hull.FoolingFinding.Outcome;
import io.foolproof.audit.hull.FoolingPlan;
import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.audit.hull.HullFinding;
import io.foolproof.audit.hull.HullPlan;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.data.ImageSet;
import io.foolproof.geometry.ClassDistances;
import io.foolproof.geometry.InsideShare;
import io.foolproof.geometry.Mixture;
import io.foolproof.geometry.RandomPoints;
import io.foolproof.geometry.Space;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Hull studies made up of noise: what a report shows, without any geometry. */
public final class ExampleHulls {
  private static final int MEMBERS = 7;

  private ExampleHulls() {}

  /** A study in which every query lies outside, one certificate does not hold, and some fool. */
  public static HullResult outside(ImageSet training, ImageSet queries) {
    Random random = new Random(7);
    List<HullFinding> findings =
        IntStream.range(0, queries.size())
            .mapToObj(
                place -> finding(place, 1 + 5 * random.nextDouble(), place == 3, training.size()))
            .toList();
    Classifier model =
        Classifier.of(
            "lenet", InputSpec.unit(queries.shape()), queries.classes(), images -> images);
    FoolingPlan fooling = new FoolingPlan(model, Attacks.parse("square"), ThreatModel.linf(0.3), 7);
    HullPlan plan = new HullPlan(training, queries, new Space.Pixels(), fooling);
    List<FoolingFinding> fooled =
        findings.stream().map(finding -> fooled(queries, finding, random)).toList();
    return new HullResult(
        plan,
        queries.pixels(),
        findings,
        5,
        List.of(inside(new Space.Pca(2), 2, 19), inside(new Space.CentrePatch(4), 16, 7)),
        IntStream.range(0, queries.size())
            .mapToObj(place -> new ClassDistances(place, distances(queries.classes(), random)))
            .toList(),
        new FoolingResult(fooling, fooled));
  }

  /** A study in which every query lies inside. */
  public static HullResult inside(ImageSet training, ImageSet queries) {
    HullPlan plan = new HullPlan(training, queries, new Space.Pool(7));
    List<HullFinding> findings =
        IntStream.range(0, queries.size())
            .mapToObj(place -> finding(place, 0, false, training.size()))
            .toList();
    return new HullResult(plan, 16, findings, 0, List.of(), List.of(), null);
  }

  private static HullFinding finding(
      int place, double distance, boolean rejected, int trainingImages) {
    int[] members =
        IntStream.range(0, MEMBERS).map(k -> (11 * place + 3 * k) % trainingImages).toArray();
    double[] weights = new double[MEMBERS];
    Arrays.fill(weights, 1.0 / MEMBERS);
    return new HullFinding(
        place,
        distance == 0,
        distance,
        0,
        new Mixture(members, weights),
        members[0],
        distance + 1,
        true,
        rejected ? "the weights do not add up to 1" : "");
  }

  private static FoolingFinding fooled(ImageSet queries, HullFinding finding, Random random) {
    int place = finding.place();
    int label = queries.label(place);
    if (place % 3 != 0) {
      return new FoolingFinding(place, Outcome.STANDING, label, null);
    }
    int other = (label + 1) % queries.classes();
    Fooled fooled =
        new Fooled(
            label,
            1.5,
            0.3 * random.nextDouble(),
            finding.distance(),
            label,
            new Moved(finding, other, label, noisy(queries.pixels(place), random)),
            new Moved(finding, label, -1, noisy(queries.pixels(place), random)));
    return new FoolingFinding(place, Outcome.FOOLED, label, fooled);
  }

  private static InsideShare inside(Space space, int dimension, int inside) {
    return new InsideShare(space, dimension, 20, inside, RandomPoints.needed(dimension));
  }

  private static double[] distances(int classes, Random random) {
    return random.doubles(classes, 1, 9).toArray();
  }

  private static float[] noisy(float[] pixels, Random random) {
    float[] noisy = pixels.clone();
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] = Math.min(1, noisy[i] + 0.3f * random.nextFloat());
    }
    return noisy;
  }
}
