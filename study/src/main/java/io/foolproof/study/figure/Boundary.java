package io.foolproof.study.figure;

import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import java.util.List;

/** Training images against the hull of all others, and how little of the space that hull can hold. */
public final class Boundary implements Figure<Boundary.Found> {

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
    throw new UnsupportedOperationException("not computed yet");
  }
}
