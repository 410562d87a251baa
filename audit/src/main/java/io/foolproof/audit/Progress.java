package io.foolproof.audit;

/** Told how far long work has come; called on the thread that began the work. */
public interface Progress {

  /** A stage begins. */
  void begin(String stage, int total);

  /** Some more of the stage's samples are done. */
  void advance(int samples);

  /** The stage is over. */
  void end();

  /** Tells nobody. */
  static Progress none() {
    return new Progress() {
      @Override
      public void begin(String stage, int total) {}

      @Override
      public void advance(int samples) {}

      @Override
      public void end() {}
    };
  }
}
