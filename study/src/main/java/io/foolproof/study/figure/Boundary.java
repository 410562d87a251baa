package io.foolproof.study.figure;

import io.foolproof.data.ImageSet;
import io.foolproof.geometry.PointSet;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Training images against the hull of all others, and how little of the space that hull can hold.
 */
public final class Boundary implements Figure<Boundary.Found> {
  private static final int QUICK = 300;
  private static final int SHOWN = 24;
  private static final int DIRECTIONS = 200;
  private static final int BLOCK = 1000;

  /**
   * What it computes. Distances are Euclidean, in pixels of [0, 1].
   *
   * @param images training images, which span the hull
   * @param dimension pixels of an image
   * @param tested how many of them were held against the hull of all others
   * @param inside how many lie inside it, or on its boundary
   * @param rejected how many certificates did not hold when they were checked; 0 unless there is an
   *     error in the program
   * @param distances of the tested images to the hull of the others, in their order; 0 inside
   * @param exceptions the images inside, the first 24
   * @param log10Fraction decimal logarithm of the largest fraction that the hull can fill of a ball
   *     that holds it: {@code images / 2^dimension} (Elekes, A geometric inequality and the
   *     complexity of computing volume, 1986)
   * @param width mean width of the hull: extent along a random direction, in pixels of [0, 1]
   * @param cubeWidth the same of the cube of all images, along the same directions
   * @param directions how many
   */
  public record Found(
      int images,
      int dimension,
      int tested,
      int inside,
      int rejected,
      double[] distances,
      List<NoCorner> exceptions,
      double log10Fraction,
      double width,
      double cubeWidth,
      int directions) {
    /** Copies the list. */
    public Found {
      exceptions = List.copyOf(exceptions);
    }
  }

  /**
   * A training image that is not a corner of the hull.
   *
   * @param image which one
   * @param nearest the nearest other training image
   * @param distance to it; 0 for a duplicate
   */
  public record NoCorner(Picture image, Picture nearest, double distance) {}

  @Override
  public int number() {
    return 6;
  }

  @Override
  public String title() {
    return "At the boundary of a tiny hull";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    ImageSet images = plan.training();
    int tested = Math.min(plan.extent().of(QUICK, images.size()), images.size());
    PointSet points = PointSet.of(images);
    List<CertifiedHull.Position> positions;
    try (Scope scope = Scope.open()) {
      positions =
          new CertifiedHull(points, workshop)
              .amongOthers(IntStream.range(0, tested).toArray(), "training images");
    }
    double[][] directions = directions(images.pixels(), plan.seed());
    return new Found(
        images.size(),
        images.pixels(),
        tested,
        (int) positions.stream().filter(CertifiedHull.Position::inside).count(),
        (int) positions.stream().filter(position -> !position.certified()).count(),
        positions.stream().mapToDouble(CertifiedHull.Position::distance).toArray(),
        exceptions(images, positions),
        Math.log10(images.size()) - images.pixels() * Math.log10(2),
        width(images, directions, workshop.workers()),
        Arrays.stream(directions)
            .mapToDouble(u -> Arrays.stream(u).map(Math::abs).sum())
            .average()
            .orElseThrow(),
        DIRECTIONS);
  }

  private static List<NoCorner> exceptions(
      ImageSet images, List<CertifiedHull.Position> positions) {
    List<NoCorner> exceptions = new ArrayList<>();
    for (int i = 0; i < positions.size() && exceptions.size() < SHOWN; i++) {
      CertifiedHull.Position position = positions.get(i);
      if (position.inside()) {
        exceptions.add(
            new NoCorner(
                Picture.of(images, i),
                Picture.of(images, position.neighbour()),
                position.neighbourDistance()));
      }
    }
    return exceptions;
  }

  /** Spread evenly over all directions, of length 1: {@code [directions][d]}. */
  private static double[][] directions(int dimension, long seed) {
    double[][] directions = new double[DIRECTIONS][dimension];
    for (int k = 0; k < DIRECTIONS; k++) {
      RandomStream random = new RandomStream(seed, k, "mean width", 0);
      double squared = 0;
      for (int j = 0; j < dimension; j++) {
        directions[k][j] = random.nextGaussian();
        squared += directions[k][j] * directions[k][j];
      }
      for (int j = 0; j < dimension; j++) {
        directions[k][j] /= Math.sqrt(squared);
      }
    }
    return directions;
  }

  /** The extent of the images along each direction, in the mean. */
  private static double width(ImageSet images, double[][] directions, Workers workers) {
    int d = images.pixels();
    float[] transposed = new float[d * DIRECTIONS];
    for (int k = 0; k < DIRECTIONS; k++) {
      for (int j = 0; j < d; j++) {
        transposed[j * DIRECTIONS + k] = (float) directions[k][j];
      }
    }
    float[] lowest = new float[DIRECTIONS];
    float[] highest = new float[DIRECTIONS];
    Arrays.fill(lowest, Float.POSITIVE_INFINITY);
    Arrays.fill(highest, Float.NEGATIVE_INFINITY);
    workers
        .map(images.size(), BLOCK, (from, to) -> along(images, from, to, transposed))
        .forEach(
            products -> {
              for (int p = 0; p < products.length; p++) {
                lowest[p % DIRECTIONS] = Math.min(lowest[p % DIRECTIONS], products[p]);
                highest[p % DIRECTIONS] = Math.max(highest[p % DIRECTIONS], products[p]);
              }
            });
    double sum = 0;
    for (int k = 0; k < DIRECTIONS; k++) {
      sum += highest[k] - lowest[k];
    }
    return sum / DIRECTIONS;
  }

  private static float[] along(ImageSet images, int from, int to, float[] transposed) {
    int[] places = IntStream.range(from, to).toArray();
    return images
        .tensor(places)
        .reshape(to - from, images.pixels())
        .matmul(Tensor.of(transposed, images.pixels(), DIRECTIONS))
        .toFloats();
  }
}
