package io.foolproof.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the search for proofs of an audit came to, before its attacks.
 *
 * @param seconds that each sample was given, at most
 * @param tried how many samples: those that are correctly classified
 * @param proved for how many a certificate was checked: no allowed change fools the model
 * @param fooled how many the search fooled instead
 * @param controls how many of the proved, drawn at random, were attacked all the same
 * @param contradicted indices of samples that are proved and were fooled: where there is one,
 *     nothing counts as proved
 * @param margin the smallest of those of the proved, in any 32-bit execution, in the units of the
 *     logits; null where none is
 * @param took how many seconds all of it took, over all runs
 */
public record Proofs(
    double seconds,
    int tried,
    int proved,
    int fooled,
    int controls,
    List<Long> contradicted,
    @Nullable Double margin,
    double took) {

  /** Copies the list. */
  public Proofs {
    contradicted = List.copyOf(contradicted);
  }

  /** How many are neither proved nor fooled by the search. */
  public int unknown() {
    return tried - proved - fooled;
  }
}
