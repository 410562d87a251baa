package io.foolproof.report.study;

import io.foolproof.report.Page;
import io.foolproof.study.figure.OwnDigit;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The script of the page: all that moves on it. */
final class StudyScript {
  private static final JsonMapper JSON = new JsonMapper();

  private StudyScript() {}

  /** The script itself. */
  static String text() {
    return Page.resource(StudyScript.class, "study.js");
  }

  /**
   * The net that answers drawings, as JSON that may stand in a page.
   *
   * @param names of the classes
   */
  static String net(OwnDigit.Found found, List<String> names) {
    return JSON.writeValueAsString(
            Map.of(
                "layers",
                found.layers(),
                "parameters",
                found.parameters(),
                "example",
                found.example(),
                "names",
                names,
                "step",
                OwnDigit.STEP,
                "mostSteps",
                OwnDigit.MOST_STEPS))
        // Or a class's name could end the element that the text stands in.
        .replace("<", "\\u003c");
  }
}
