package io.foolproof.report.study;

import io.foolproof.report.draw.Drawing;
import java.util.List;

/** What the template of a figure shows. */
interface View {

  /** The template. */
  String template();

  /** Its pictures, which are also files beside the page. */
  List<? extends Drawing> drawings();
}
