package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import picocli.CommandLine.Option;

/** The seed of commands that attack: the same one gives the same figures. */
@Under(Heading.ATTACKS)
public final class SeedOption {
  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "seed of all random numbers, the draw of --samples included")
  public long number;
}
