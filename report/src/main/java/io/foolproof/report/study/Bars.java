package io.foolproof.report.study;

import io.foolproof.report.Numbers;
import java.util.List;
import java.util.stream.IntStream;

/** The probabilities of all classes. */
record Bars(List<Bar> bars) {

  /**
   * The probability of a class.
   *
   * @param width in per cent
   * @param text the same for people
   * @param top whether it is the largest
   */
  record Bar(String name, String width, String text, boolean top) {}

  static Bars of(double[] probabilities, List<String> names) {
    int top = top(probabilities);
    return new Bars(
        IntStream.range(0, probabilities.length)
            .mapToObj(
                c ->
                    new Bar(
                        names.get(c),
                        Numbers.fixed(100 * probabilities[c], 1),
                        Numbers.fixed(100 * probabilities[c], 1) + " %",
                        c == top))
            .toList());
  }

  /** The most probable class. */
  static int top(double[] probabilities) {
    int top = 0;
    for (int c = 1; c < probabilities.length; c++) {
      top = probabilities[c] > probabilities[top] ? c : top;
    }
    return top;
  }
}
