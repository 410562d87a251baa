package io.foolproof.audit;

import io.foolproof.model.Classifier;
import java.util.concurrent.CancellationException;

/**
 * Divides what is left of a model's query budget among searches that run side by side, so that each
 * that begins can end. Safe from any thread.
 */
final class Allowance {
  private final Classifier model;

  /** To searches that run, and not sent yet. */
  private long promised;

  private int running;

  Allowance(Classifier model) {
    this.model = model;
  }

  /** What one search may still send. */
  final class Promise implements AutoCloseable {
    private long left;

    private Promise(long left) {
      this.left = left;
    }

    /** Images have been sent and answered, or have failed. */
    void sent(long images) {
      giveUp(Math.min(images, left));
    }

    /** The search is over. */
    @Override
    public void close() {
      synchronized (Allowance.this) {
        running--;
        giveUp(left);
      }
    }

    private void giveUp(long images) {
      synchronized (Allowance.this) {
        left -= images;
        promised -= images;
        Allowance.this.notifyAll();
      }
    }
  }

  /**
   * Waits until a search may begin. The last one begins with whatever is left, though it may not
   * suffice: its answers are kept.
   *
   * @param most how many images it sends at most
   * @throws RuntimeException that of {@link Classifier#requireQueries} when nothing is left
   */
  synchronized Promise begin(long most) {
    try {
      while (running > 0 && most > free()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    }
    if (most > 0) {
      model.requireQueries(1);
    }
    running++;
    long granted = Math.max(0, Math.min(most, free()));
    promised += granted;
    return new Promise(granted);
  }

  private long free() {
    return model.queriesLeft() - promised;
  }
}
