package io.foolproof.defense;

/** Told how training goes, on the thread that began it. */
public interface TrainingProgress {

  /** An epoch begins. */
  void begin(int epoch, int epochs, int steps);

  /** A step is done, with the mean loss of its batch. */
  void step(double loss);

  /** An epoch is over, with the mean loss of its steps and the accuracy on validation images. */
  void end(int epoch, double loss, double validationAccuracy);

  /** Tells nobody. */
  static TrainingProgress none() {
    return new TrainingProgress() {
      @Override
      public void begin(int epoch, int epochs, int steps) {}

      @Override
      public void step(double loss) {}

      @Override
      public void end(int epoch, double loss, double validationAccuracy) {}
    };
  }
}
