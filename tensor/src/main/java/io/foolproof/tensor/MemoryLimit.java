package io.foolproof.tensor;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Keeps the process from growing until the system kills it: tensors outside any scope are freed
 * only when Java's heap is collected, which knows nothing of their size.
 *
 * <p>The binding has the same check, before every single allocation; asking the system so often
 * takes a twentieth of an attack's time.
 *
 * @param most bytes that the process may hold
 * @param held how many it holds
 * @param trim gives back to the system what is free
 * @param made how many tensors were made
 */
record MemoryLimit(long most, LongSupplier held, Runnable trim, AtomicLong made) {
  /** How many tensors may be made without asking. */
  private static final int SELDOM = 64;

  /** With so many values a tensor is worth asking every time. */
  private static final long LARGE = 1L << 22;

  private static final int COLLECTIONS = 10;
  private static final long PAUSE_MILLIS = 100;

  MemoryLimit(long most, LongSupplier held, Runnable trim) {
    this(most, held, trim, new AtomicLong());
  }

  /**
   * Takes note of a new tensor.
   *
   * @throws EngineException when the process holds too much, and collecting garbage does not help
   */
  void check(long values) {
    if ((made.incrementAndGet() % SELDOM == 0 || values >= LARGE) && held.getAsLong() > most) {
      collect();
    }
  }

  private void collect() {
    for (int k = 0; k < COLLECTIONS; k++) {
      System.gc();
      try {
        // Native memory is freed by a thread of its own.
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      trim.run();
      if (held.getAsLong() <= most) {
        return;
      }
    }
    throw EngineException.outOfMemory(
        "the process holds %,d MB of memory and may hold %,d, twice the heap: give a larger heap (-Xmx), or smaller images or models"
            .formatted(held.getAsLong() >> 20, most >> 20));
  }
}
