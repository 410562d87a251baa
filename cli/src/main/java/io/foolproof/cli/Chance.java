package io.foolproof.cli;

import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Accuracy;
import io.foolproof.report.Numbers;
import io.foolproof.report.TextWrap;
import java.io.PrintWriter;

/** Whether a model that was just made does better than chance. */
final class Chance {
  private Chance() {}

  /**
   * Says so where it does not.
   *
   * @param model what it is called
   * @param accuracy on the test images
   * @param advice what to do; empty for nothing
   * @return the exit code
   */
  static int exitCode(
      PrintWriter err, String model, double accuracy, ImageSet test, String advice) {
    double chance = Accuracy.byChance(test);
    if (Proportion.of(accuracy, test.size()).low() > chance) {
      return Foolproof.DONE;
    }
    TextWrap.lines(
            "foolproof: %s has not learned its task: as far as these images tell it does no better"
                    .formatted(model)
                + " than naming the most frequent class every time (%s %%)%s"
                    .formatted(Numbers.fixed(100 * chance, 2), advice),
            TextWrap.COLUMNS)
        .forEach(err::println);
    err.flush();
    return Foolproof.GATE_FAILED;
  }
}
