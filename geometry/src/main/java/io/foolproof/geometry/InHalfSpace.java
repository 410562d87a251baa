package io.foolproof.geometry;

/** That a point lies in a half-space; for {@link CertificateChecker}. */
record InHalfSpace(ExactSide side, ExactSide.Rounded rounded) implements PointScan.Claim {
  InHalfSpace(ExactSide side) {
    this(side, side.rounded());
  }

  @Override
  public double[] direction() {
    return rounded.weights();
  }

  @Override
  public boolean surelyHolds(double product, double error, double norm) {
    double threshold = rounded.threshold();
    return product + error + 0x1p-48 * Math.abs(threshold) < threshold;
  }

  @Override
  public boolean holds(int index, double[] point) {
    return side.has(point);
  }
}
