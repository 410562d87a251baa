package io.foolproof.study;

/**
 * A figure of the story: what it computes, as a record of numbers, text and arrays, which the
 * journal keeps and the page draws.
 *
 * @param <R> what is computed
 */
public interface Figure<R extends Record> {

  /** Its number on the page, from 1. */
  int number();

  /** What it shows, in a few words, such as {@code The walk}. */
  String title();

  /** Raised whenever it computes something else from the same plan, so that old journals tell. */
  default int version() {
    return 1;
  }

  /** The record's type. */
  Class<R> type();

  /**
   * Why it cannot be computed for these data, in words that end a sentence which begins with "left
   * out: "; empty where it can.
   */
  default String unfit(StudyPlan plan) {
    return "";
  }

  /**
   * Computes it. The result depends on the plan alone, not on cores or what was computed before.
   */
  R compute(Workshop workshop);
}
