package io.foolproof.model.isolation;

import io.foolproof.tensor.InvalidInputException;
import java.time.Duration;

/**
 * What loading a model on trial may take.
 *
 * @param time from the start of the process to its end
 * @param megabytes of resident memory, beyond what the process holds once it has read the file
 */
public record TrialLimits(Duration time, long megabytes) {
  /** 60 seconds and 4 GB. */
  public static final TrialLimits USUAL = new TrialLimits(Duration.ofSeconds(60), 4096);

  /** Checks the numbers. */
  public TrialLimits {
    if (time.isNegative() || time.isZero() || megabytes < 1) {
      throw new InvalidInputException(
          "the limits of a trial are %s and %d MB: give a time and a size above 0"
              .formatted(time, megabytes));
    }
  }
}
