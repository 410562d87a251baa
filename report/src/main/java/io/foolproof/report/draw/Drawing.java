package io.foolproof.report.draw;

import io.foolproof.report.Page;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A picture of a figure, as SVG: on a page, as a file of its own, or in a notebook. */
public sealed interface Drawing permits Chart, Strip {

  /** What it shows, in a few words. */
  String title();

  /** The template of the file. */
  String file();

  /**
   * A whole SVG document, with its style; pictures in it are PNG as data URIs. The style is for
   * this drawing alone, also where a document holds several of them.
   */
  default String svg() {
    String inPage = Page.render(file(), this);
    int start = inPage.indexOf("<svg ") + "<svg ".length();
    int end = inPage.indexOf('>', start) + 1;
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing\" %s%s<style>%s</style>%s"
        .formatted(
            size(inPage),
            inPage.substring(start, end),
            Page.resource(Drawing.class, "drawing.css"),
            inPage.substring(end));
  }

  /** At the size that it was drawn for, unless a page gives it another. */
  private static String size(String svg) {
    Matcher box = Pattern.compile("viewBox=\"\\S+ \\S+ (\\S+) (\\S+)\"").matcher(svg);
    return box.find() ? "width=\"%s\" height=\"%s\" ".formatted(box.group(1), box.group(2)) : "";
  }
}
