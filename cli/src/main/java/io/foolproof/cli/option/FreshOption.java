package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import picocli.CommandLine.Option;

/** Whether to use what an earlier run left: an option of all commands that keep a journal. */
@Under(Heading.OUTPUT)
public final class FreshOption {
  @Option(names = "--fresh", description = "discard what an earlier run left in the folder")
  public boolean fresh;

  /** How to go on after an interruption. */
  public String advice() {
    return (fresh ? "the same command without --fresh" : "the same command")
        + " continues where it stopped";
  }
}
