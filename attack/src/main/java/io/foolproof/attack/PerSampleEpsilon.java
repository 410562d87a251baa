package io.foolproof.attack;

/**
 * An attack within epsilon that heeds what each of its samples comes with: an epsilon of its own
 * ({@link Samples#epsilons}), and a point to begin with ({@link Samples#starts}). The smallest
 * epsilon at which it succeeds can be searched for on many samples together.
 *
 * @param <A> the attack itself, a record
 */
public interface PerSampleEpsilon<A extends Attack> extends Attack, HasSteps<A> {}
