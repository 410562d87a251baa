package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.help.Version;
import io.foolproof.data.DataLocations;
import io.foolproof.model.isolation.Isolation;
import io.foolproof.model.isolation.TrialLimits;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether model files are loaded on trial first: an option of all commands that take any. */
@Under(Heading.MODEL)
public final class IsolateOption {
  /** The folder of what is remembered, in the program's cache. */
  private static final String FOLDER = "isolated";

  @Option(
      names = "--isolate",
      description =
          "for files that nobody vouches for: load them first in a process of its own, with limits"
              + " of time and memory, so that a file that crashes it is refused in one line")
  public boolean isolated;

  Isolation isolation() {
    DataLocations places = DataLocations.of(Optional.empty(), System.getenv(), Optional.empty());
    return new Isolation(places.cache().resolve(FOLDER), Version.text(), TrialLimits.USUAL);
  }
}
