package io.foolproof.cli.option;

import io.foolproof.audit.Audit;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.transform.View;
import picocli.CommandLine.Option;

/** How images reach the model: an option that several commands share. */
@Under(Heading.MODEL)
public final class ViewOption {
  @Option(
      names = "--view",
      paramLabel = "VIEW",
      defaultValue = "none",
      description =
          "how a camera sees images before the model does, drawn anew each time: scan, scan-binary,"
              + " phone-photo, screen-photo, video-frame, or transformations such as"
              + " rotation:degrees=-15..15,gaussian-blur:sigma=0..1 (docs/physical.md)")
  String view = "none";

  /** An audit of the model behind this view. */
  public Audit applyTo(Audit audit) {
    View parsed = View.parse(view);
    return parsed.equals(View.NONE) ? audit : audit.seenThrough(parsed);
  }
}
