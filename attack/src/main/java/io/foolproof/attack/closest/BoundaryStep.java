package io.foolproof.attack.closest;

import io.foolproof.attack.Norm;
import io.foolproof.attack.search.Rows;

/**
 * The step of a boundary attack on one sample: the change delta within a trust region and the box
 * that reaches the linearised boundary and ends nearest to the clean image.
 *
 * <p>Minimises |away - delta| in a norm, subject to normal . delta = gap, |delta| in L2 at most
 * radius, and lower &lt;= delta &lt;= upper: Brendel et al. 2019, arXiv 1907.01003, equation 3.
 * With a multiplier lambda of the boundary and mu of the trust region each value has a minimum of
 * its own in closed form; normal . delta falls with lambda and |delta| with mu, so both are found
 * by bracketing. For L-inf the largest difference t takes the place of mu.
 *
 * @param away the change back to the clean image
 * @param normal the gradient of the boundary's function
 * @param gap by how much that function is to change
 * @param lower how far each value can go down, at most 0
 * @param upper how far it can go up, at least 0
 * @param radius of the trust region
 */
record BoundaryStep(
    Norm norm,
    double[] away,
    double[] normal,
    double gap,
    double[] lower,
    double[] upper,
    double radius) {
  private static final int HALVINGS = 14;
  private static final int BRACKETINGS = 30;
  private static final int NARROWINGS = 50;
  private static final double WIDER = 16;

  /** How near to the boundary is near enough, as a fraction of what the trust region reaches. */
  private static final double PRECISION = 1e-4;

  /** The change; where the boundary is out of reach, as far towards it as the region goes. */
  double[] solve() {
    double least = 0;
    double most = farthest();
    double[] delta = reaching(least);
    if (reaches(delta)) {
      return delta;
    }
    delta = reaching(most);
    // The sizes of mu lie far apart, those of t do not.
    boolean byFactors = norm != Norm.LINF;
    double from = byFactors ? most * 1e-12 : least;
    for (int k = 0; k < HALVINGS; k++) {
      double middle = byFactors ? Math.sqrt(from * most) : (from + most) / 2;
      double[] tried = reaching(middle);
      if (reaches(tried)) {
        most = middle;
        delta = tried;
      } else {
        from = middle;
      }
    }
    double length = length(delta);
    return length <= radius ? delta : scaled(delta, radius / length);
  }

  /** Whether a change is in the trust region and ends at the boundary. */
  private boolean reaches(double[] delta) {
    double rise = 0;
    for (int i = 0; i < delta.length; i++) {
      rise += normal[i] * delta[i];
    }
    return length(delta) <= radius && Math.abs(rise - gap) <= 2 * close();
  }

  private double close() {
    return PRECISION * radius * length(normal);
  }

  /** A mu, or t, at which nothing but the length of delta matters. */
  private double farthest() {
    return switch (norm) {
      case L2 -> 1e6;
      case L1 -> 1e6 / radius;
      case L0 -> 1e6 / (radius * radius);
      case L0_PIXELS -> throw noVersion();
      case LINF -> {
        double largest = 0;
        for (double value : away) {
          largest = Math.max(largest, Math.abs(value));
        }
        yield largest + radius;
      }
    };
  }

  /** The minimum for some mu, with the lambda that reaches the boundary: false position. */
  private double[] reaching(double mu) {
    double above = rise(0, mu) - gap;
    if (above == 0) {
      return minimum(0, mu);
    }
    double size = 1 / Math.max(Rows.SHORTEST, length(normal));
    double near = 0;
    double nearMiss = above;
    double far = Math.copySign(size, above);
    double farMiss = rise(far, mu) - gap;
    for (int k = 0; k < BRACKETINGS && farMiss * above > 0; k++) {
      near = far;
      nearMiss = farMiss;
      far *= WIDER;
      farMiss = rise(far, mu) - gap;
    }
    if (farMiss * above > 0) {
      return minimum(far, mu);
    }
    double close = close();
    for (int k = 0;
        k < NARROWINGS && Math.min(Math.abs(nearMiss), Math.abs(farMiss)) > close;
        k++) {
      // Every other time the interval is halved: a jump would hold false position up.
      double share = k % 2 == 1 ? 0.5 : nearMiss / (nearMiss - farMiss);
      double lambda = near + (far - near) * share;
      double miss = rise(lambda, mu) - gap;
      if (miss * nearMiss > 0) {
        near = lambda;
        nearMiss = miss;
      } else {
        far = lambda;
        farMiss = miss;
      }
    }
    return between(minimum(near, mu), minimum(far, mu), nearMiss / (nearMiss - farMiss));
  }

  /** Where two minima differ, at a jump, all that lies between is as good. */
  private static double[] between(double[] one, double[] other, double share) {
    double[] result = one.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] += one[i] == other[i] ? 0 : share * (other[i] - one[i]);
    }
    return result;
  }

  private double rise(double lambda, double mu) {
    double sum = 0;
    for (int i = 0; i < away.length; i++) {
      sum += normal[i] * value(i, lambda, mu);
    }
    return sum;
  }

  private double[] minimum(double lambda, double mu) {
    double[] delta = new double[away.length];
    for (int i = 0; i < delta.length; i++) {
      delta[i] = value(i, lambda, mu);
    }
    return delta;
  }

  private double value(int i, double lambda, double mu) {
    double pull = lambda * normal[i];
    return switch (norm) {
      case L2 -> clamp((away[i] - pull) / (1 + mu), lower[i], upper[i]);
      case L1 ->
          mu == 0
              ? Math.abs(pull) <= 1 ? away[i] : pull > 0 ? lower[i] : upper[i]
              : clamp(clamp(away[i], (-1 - pull) / mu, (1 - pull) / mu), lower[i], upper[i]);
      case LINF -> clamp(-pull, Math.max(lower[i], away[i] - mu), Math.min(upper[i], away[i] + mu));
      case L0 -> {
        double elsewhere = mu == 0 ? (pull > 0 ? lower[i] : upper[i]) : -pull / mu;
        double changed = clamp(elsewhere, lower[i], upper[i]);
        double cost = 1 + changed * (pull + mu * changed / 2);
        yield cost < away[i] * (pull + mu * away[i] / 2) ? changed : away[i];
      }
      case L0_PIXELS -> throw noVersion();
    };
  }

  private static IllegalStateException noVersion() {
    return new IllegalStateException("no step for " + Norm.L0_PIXELS.symbol());
  }

  private static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }

  private static double length(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private static double[] scaled(double[] values, double factor) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i] * factor;
    }
    return result;
  }
}
