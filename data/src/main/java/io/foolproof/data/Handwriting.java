package io.foolproof.data;

/**
 * How a hand varies: the knobs that make generated digits easy or hard to read. Lengths are in
 * digit heights unless said to be in pixels; "spread" is a standard deviation.
 *
 * @param pointSpread how far the points of a stroke stray
 * @param sloppinessSpread spread of the logarithm of an image's sloppiness, which multiplies {@code
 *     pointSpread} and {@code waveSpread}: it makes a few images hard among many easy ones
 * @param meanSlant mean lean to the right, as the tangent of the angle
 * @param slantSpread spread of the lean
 * @param rotationSpread spread of the rotation, in radians
 * @param aspectSpread spread of the logarithm of width over height
 * @param waveSpread amplitude of the smooth elastic distortion
 * @param height mean height or width of a digit, whichever is greater, in pixels
 * @param heightSpread spread of the logarithm of that size
 * @param shiftSpread how far a digit lies off the centre, in pixels
 * @param penRadius mean radius of the pen, in pixels
 * @param penRadiusSpread spread of the logarithm of the radius from image to image
 * @param pressureSpread relative change of the radius along a stroke
 * @param softEdge width of the soft edge of a stroke, in pixels
 * @param lowestInk the palest full ink, in [0, 1]; the darkest is 1
 * @param grain spread of the noise in inked pixels, relative to their ink
 */
public record Handwriting(
    double pointSpread,
    double sloppinessSpread,
    double meanSlant,
    double slantSpread,
    double rotationSpread,
    double aspectSpread,
    double waveSpread,
    double height,
    double heightSpread,
    double shiftSpread,
    double penRadius,
    double penRadiusSpread,
    double pressureSpread,
    double softEdge,
    double lowestInk,
    double grain) {

  /** The hand of the built-in digits. */
  public static Handwriting standard() {
    return new Handwriting(
        0.029, 0.32, 0.14, 0.20, 0.08, 0.16, 0.035, 19.5, 0.06, 0.7, 1.15, 0.25, 0.15, 1.3, 0.88,
        0.03);
  }

  /** The mean of the hand of the built-in digits: nothing varies, and ink is black. */
  static Handwriting steady() {
    Handwriting mean = standard();
    return new Handwriting(
        0,
        0,
        mean.meanSlant,
        0,
        0,
        0,
        0,
        mean.height,
        0,
        0,
        mean.penRadius,
        0,
        0,
        mean.softEdge,
        1,
        0);
  }
}
