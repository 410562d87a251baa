package io.foolproof.model.remote;

/**
 * Keeps images from being sent faster than at some rate. Each request waits until those before it
 * have had their time: n images take n / rate seconds. Safe from any thread.
 */
final class Pace {
  private static final double NANOS = 1e9;

  private final double imagesPerSecond;
  private final Ticks ticks;
  private final long start;

  /** Nanoseconds after the start at which the next request may go. */
  private long next;

  Pace(double imagesPerSecond, Ticks ticks) {
    this.imagesPerSecond = imagesPerSecond;
    this.ticks = ticks;
    this.start = ticks.nanos();
  }

  /** Waits until this many images may be sent. */
  void await(int images) throws InterruptedException {
    long wait;
    synchronized (this) {
      long now = ticks.nanos() - start;
      long turn = Math.max(now, next);
      next = turn + (long) Math.ceil(images / imagesPerSecond * NANOS);
      wait = turn - now;
    }
    ticks.sleep(wait);
  }
}
