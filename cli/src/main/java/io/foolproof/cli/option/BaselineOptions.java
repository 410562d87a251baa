package io.foolproof.cli.option;

import io.foolproof.audit.baseline.BaselineFile;
import io.foolproof.audit.baseline.BaselineGate;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What an audit is held against: a baseline that may only get better. */
@Under(Heading.OUTPUT)
public final class BaselineOptions {
  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description =
          "verdicts of an earlier audit with the same settings: exit with code 1 if this one is worse,"
              + " or if a sign says that its figure is too high (--allow)")
  public @Nullable Path file;

  @Option(
      names = "--freeze",
      description = "write this audit's verdicts to --baseline; refused where CI is set")
  public boolean freeze;

  @Option(
      names = "--slack",
      paramLabel = "N",
      description =
          "by how many samples another model than the baseline's may be worse, where chance would"
              + " allow more (default: no limit besides McNemar's test)")
  @Nullable Integer slack;

  /**
   * Checks the options with each other, and with where this runs.
   *
   * @param environment of which CI counts
   */
  public void check(Map<String, String> environment) {
    if (file == null && (freeze || slack != null)) {
      throw new InvalidInputException(
          "%s is about a baseline, and none is given: add --baseline FILE"
              .formatted(freeze ? "--freeze" : "--slack"));
    }
    if (freeze && slack != null) {
      throw new InvalidInputException(
          "--slack is about a comparison, and --freeze makes none: leave one out");
    }
    String ci = environment.getOrDefault("CI", "");
    if (freeze && !ci.isEmpty() && !ci.equals("false")) {
      throw new InvalidInputException(
          "--freeze is refused where the variable CI is set (%s): a baseline is frozen by hand, and"
                  .formatted(ci)
              + " kept in version control");
    }
  }

  /** The file, where --freeze or a comparison is wanted. */
  public Path required() {
    return Objects.requireNonNull(file, "checked with --freeze");
  }

  /**
   * The gate; null where there is none. Reads the baseline, so that one that cannot be used is
   * refused before an audit begins.
   *
   * @param allowed ids of signs that are no reason to fail
   */
  public @Nullable BaselineGate gate(Set<String> allowed) {
    return file == null || freeze
        ? null
        : new BaselineGate(
            BaselineFile.read(file),
            slack == null ? OptionalInt.empty() : OptionalInt.of(slack),
            allowed);
  }
}
