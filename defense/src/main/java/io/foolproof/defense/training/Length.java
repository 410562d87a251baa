package io.foolproof.defense.training;

import io.foolproof.tensor.InvalidInputException;

/** How long training goes on. */
public sealed interface Length {

  /**
   * Every image is seen so often.
   *
   * @param count 1 or more
   */
  record Epochs(int count) implements Length {
    /** Checks the number. */
    public Epochs {
      if (count < 1) {
        throw new InvalidInputException(
            "training takes 1 epoch or more; found " + count + " epochs");
      }
    }

    @Override
    public String toString() {
      return count + " epochs";
    }
  }

  /**
   * As many steps as fit into a time, by how long steps take when training begins. The number is
   * part of the checkpoint: what is trained depends on it alone, and a run that is continued keeps
   * to it.
   *
   * @param count above 0
   */
  record Minutes(double count) implements Length {
    /** Checks the number. */
    public Minutes {
      if (!(count > 0) || Double.isInfinite(count)) {
        throw new InvalidInputException(
            "training takes a positive number of minutes; found " + count);
      }
    }

    @Override
    public String toString() {
      return count + " minutes";
    }
  }

  /**
   * A number of steps.
   *
   * @param count 1 or more
   */
  record Steps(int count) implements Length {
    /** Checks the number. */
    public Steps {
      if (count < 1) {
        throw new InvalidInputException("training takes 1 step or more; found " + count);
      }
    }

    @Override
    public String toString() {
      return count + " steps";
    }
  }
}
