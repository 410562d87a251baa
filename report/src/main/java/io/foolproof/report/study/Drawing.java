package io.foolproof.report.study;

/** A picture of a figure, which is also a file of its own beside the page. */
sealed interface Drawing permits Chart, Strip {

  /** What it shows, in a few words. */
  String title();

  /** The template of the file. */
  String file();
}
