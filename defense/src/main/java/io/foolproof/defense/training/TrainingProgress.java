package io.foolproof.defense.training;

/** Told how training goes, on the thread that began it. */
public interface TrainingProgress {

  /**
   * An epoch begins.
   *
   * @param epoch from 0
   * @param done steps done before it
   * @param steps steps in all
   */
  void begin(int epoch, int epochs, int done, int steps);

  /** A step is done, with the mean loss of its batch. */
  void step(double loss);

  /** An epoch is over, with the mean loss of its steps and what validation measured. */
  void end(int epoch, double loss, Validation.Accuracies validation);

  /** A sentence to print while training goes on, such as a warning. */
  void note(String text);

  /** Tells nobody. */
  static TrainingProgress none() {
    return new TrainingProgress() {
      @Override
      public void begin(int epoch, int epochs, int done, int steps) {}

      @Override
      public void step(double loss) {}

      @Override
      public void end(int epoch, double loss, Validation.Accuracies validation) {}

      @Override
      public void note(String text) {}
    };
  }
}
