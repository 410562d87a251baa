package io.foolproof.report.study;

import java.util.List;

/** A figure on the page: all that its template is given. */
record Section<V extends View>(Frame frame, Words words, V view) {

  /**
   * What stands around every figure.
   *
   * @param seconds how long it took to compute, for people
   * @param command that computes it alone; empty where there is none
   */
  record Frame(
      int number,
      String title,
      String seconds,
      String command,
      String csv,
      List<String> drawings) {}
}
