package io.foolproof.tensor;

import org.apache.commons.rng.sampling.distribution.AliasMethodDiscreteSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateDiscreteSampler;

/**
 * Whole numbers from 0 on, each with a probability of its own, drawn by Walker's alias method: at
 * the same cost however many there are.
 *
 * <p>Walker: An efficient method for generating discrete random variables with general
 * distributions, 1977; Vose: A linear algorithm for generating random numbers with a given
 * distribution, 1991. Probabilities are kept to 53 bits.
 */
public final class DiscreteDistribution {
  private final SharedStateDiscreteSampler tables;

  /**
   * Makes the tables.
   *
   * @param probabilities of 0, 1, ..., each 0 or more, scaled to sum to 1
   */
  public DiscreteDistribution(double[] probabilities) {
    this.tables =
        AliasMethodDiscreteSampler.of(new RandomStream(0, 0, "tables", 0).source(), probabilities);
  }

  /** Fills a range with numbers from a stream. */
  public void fill(RandomStream stream, int[] target, int from, int to) {
    SharedStateDiscreteSampler sampler = tables.withUniformRandomProvider(stream.source());
    for (int i = from; i < to; i++) {
      target[i] = sampler.sample();
    }
  }
}
