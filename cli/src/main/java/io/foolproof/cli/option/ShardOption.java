package io.foolproof.cli.option;

import io.foolproof.audit.journal.Shard;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which part of the samples to work on: an option of commands that several machines can share. */
@Under(Heading.OUTPUT)
public final class ShardOption {
  @Option(
      names = "--shard",
      paramLabel = "PART",
      description =
          "do only a part of the samples, such as 3/8, the third of eight, on this machine;"
              + " 'foolproof merge' makes the whole once all are done")
  @Nullable String text;

  /** The part; null for all samples. */
  public @Nullable Shard part() {
    return text == null ? null : Shard.parse(text);
  }

  /** What to add to the name of a folder, so that each shard has its own. */
  public String suffix() {
    Shard part = part();
    return part == null ? "" : "-shard-%d-of-%d".formatted(part.number(), part.count());
  }
}
