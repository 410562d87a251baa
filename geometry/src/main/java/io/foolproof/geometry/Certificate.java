package io.foolproof.geometry;

import java.math.BigDecimal;
import java.util.List;

/**
 * What proves on which side of a convex hull a query lies; {@link CertificateChecker} checks it.
 *
 * <p>Hyperplanes are of stored numbers: see {@link PointSet#unit()}.
 */
public sealed interface Certificate {
  /**
   * The query lies inside the hull or on its boundary.
   *
   * @param mixture at most d + 1 affinely independent points that mix to the query
   * @param errorBound the rounded weights mix to a point at most this far from the query, rounding
   *     of the check included; in coordinates, as all distances of a result
   * @param exact whether weights that mix to the query without any error were proved to exist;
   *     otherwise the query lies no further outside than {@code errorBound}, and no more is claimed
   */
  record Inside(Mixture mixture, double errorBound, boolean exact) implements Certificate {}

  /**
   * The query lies outside: a hyperplane has it strictly on one side and all points on the other.
   */
  sealed interface Outside extends Certificate {}

  /**
   * For whole numbers, such as 8-bit levels: {@code weights . x <= threshold < weights . query} for
   * all points x, in integer arithmetic that does not overflow 64 bits.
   */
  record IntegerHyperplane(long[] weights, long threshold) implements Outside {
    /** Takes a copy. */
    public IntegerHyperplane {
      weights = weights.clone();
    }
  }

  /**
   * For real numbers: {@code weights . x <= threshold < weights . query} for all points x, in exact
   * arithmetic on these very doubles.
   */
  record RealHyperplane(double[] weights, double threshold) implements Outside {
    /** Takes a copy. */
    public RealHyperplane {
      weights = weights.clone();
    }
  }

  /**
   * The same with as many digits as it takes: for a query so close to the hull that no 64-bit
   * weights tell them apart.
   */
  record ExactHyperplane(List<BigDecimal> weights, BigDecimal threshold) implements Outside {
    /** Takes a copy. */
    public ExactHyperplane {
      weights = List.copyOf(weights);
    }
  }
}
