package io.foolproof.model.operator;

import org.jspecify.annotations.Nullable;

/**
 * The multiplications of matrix products and windows that a run of a graph takes: counted before
 * each node begins with its own, so that a small file whose nodes ask for much one after another is
 * refused before it takes hours.
 */
public final class Work implements AutoCloseable {
  private static final ThreadLocal<@Nullable Work> CURRENT = new ThreadLocal<>();

  private final @Nullable Work outer;
  private final long most;
  private long done;

  private Work(@Nullable Work outer, long most) {
    this.outer = outer;
    this.most = most;
  }

  /** Counts what this thread's nodes do from now on, until it is closed. */
  public static Work limitedTo(long most) {
    Work work = new Work(CURRENT.get(), most);
    CURRENT.set(work);
    return work;
  }

  /** Adds what a node is about to do, wherever that is counted. */
  static void count(long multiplications) {
    Work current = CURRENT.get();
    if (current != null) {
      current.add(multiplications);
    }
  }

  private void add(long multiplications) {
    // Neither is above 2^62, so that the sum is no negative number.
    done += Math.min(multiplications, Long.MAX_VALUE >> 1);
    if (done > most) {
      throw new UnsafeModelException(
          "up to here the graph takes more than %d multiplications%s"
              .formatted(most, SizeLimits.REMEDY));
    }
  }

  /** How many multiplications were counted. */
  public long done() {
    return done;
  }

  /** Ends counting; what ran inside another run is part of its work. */
  @Override
  public void close() {
    if (outer == null) {
      CURRENT.remove();
    } else {
      outer.done += done;
      CURRENT.set(outer);
    }
  }
}
