package io.foolproof.audit;

import java.time.Duration;

/**
 * Told how far long work has come, on the thread that began the work. The work has stages, and a
 * stage has parts: none if all of it is known already, or several.
 */
public interface Progress {

  /** What is worth knowing before the work begins, in a line. */
  default void note(String line) {}

  /** A stage begins; the first has the number 1. */
  default void stage(int number, int of) {}

  /** About so long until all stages are over, where that is known. */
  default void left(Duration time) {}

  /** A part of the stage begins. */
  default void begin(String title, int total) {}

  /** Some more of the part's samples are done. */
  default void advance(int samples) {}

  /** The part is over. */
  default void end() {}

  /** Tells nobody. */
  static Progress none() {
    return new Progress() {};
  }
}
