package io.foolproof.model.remote;

import java.util.concurrent.TimeUnit;

/** Time as it passes, so that waiting can be tested without waiting. */
interface Ticks {
  /** The time of this machine. */
  Ticks SYSTEM =
      new Ticks() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(nanos);
        }
      };

  /** Nanoseconds since some moment. */
  long nanos();

  /** Waits; not at all where the time is not positive. */
  void sleep(long nanos) throws InterruptedException;
}
