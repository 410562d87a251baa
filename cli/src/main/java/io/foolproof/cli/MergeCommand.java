package io.foolproof.cli;

import io.foolproof.audit.Audit;
import io.foolproof.audit.hull.HullJournals;
import io.foolproof.audit.journal.JoinedJournals;
import io.foolproof.audit.journal.Journal;
import io.foolproof.audit.proof.ImageProofs;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.report.OutputFolder;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code foolproof merge}: the shards of an audit, a hull study or a search for proofs as the
 * whole. Their journals become one, and the command goes on from there: it replays what was found,
 * does what depends on several samples, and reports, as if one machine had done it all.
 */
@Command
final class MergeCommand implements Callable<Integer> {
  /** Journals that a shard may leave. That of its folder comes last: where it is, all are. */
  private static final List<String> JOURNALS =
      List.of(Audit.PROOFS + "/" + ImageProofs.JOURNAL, HullJournals.FOOLING, Journal.FILE);

  @Under(Heading.DATA)
  @Parameters(
      arity = "1..*",
      paramLabel = "PART...",
      description = "folders of all shards; model and data must be where the first shard had them")
  List<Path> parts = new ArrayList<>();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "folder of the whole; a merge that was interrupted continues there")
  Path out = Path.of("");

  @Spec CommandSpec spec;

  MergeCommand() {}

  @Override
  public Integer call() {
    List<ShardFile> files = parts.stream().map(ShardFile::read).toList();
    JoinedJournals joined = joined(Journal.FILE);
    Path journal = out.resolve(Journal.FILE);
    if (!joined.areIn(journal)) {
      if (Files.exists(journal)) {
        throw new InvalidInputException(
            out + ": holds other work than these shards: use another folder (--out)");
      }
      new OutputFolder(out).checkWritable();
      fill();
    }
    List<String> words = new ArrayList<>(files.get(0).arguments());
    words.addAll(List.of("--out", out.toString()));
    return whole(words.toArray(String[]::new));
  }

  private JoinedJournals joined(String name) {
    return JoinedJournals.of(parts.stream().map(part -> part.resolve(name)).toList());
  }

  private void fill() {
    for (String name : JOURNALS) {
      if (parts.stream().anyMatch(part -> Files.exists(part.resolve(name)))) {
        JoinedJournals joined = joined(name);
        Path to = out.resolve(name);
        Path beside = to.resolveSibling("");
        try {
          Files.createDirectories(beside);
          for (Path part : joined.parts()) {
            copyProofs(part.resolveSibling(""), beside);
          }
        } catch (IOException e) {
          throw new InvalidInputException(
              "%s: cannot be written (%s)".formatted(beside, InvalidInputException.reason(e)), e);
        }
        new WholeFile(to).write(joined::write);
      }
    }
  }

  private static void copyProofs(Path from, Path to) throws IOException {
    for (Path file : ImageProofs.files(from)) {
      Path copy = to.resolve(String.valueOf(file.getFileName()));
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** As if it had been given itself. */
  private int whole(String... words) {
    CommandLine own = spec.commandLine();
    return Foolproof.run(own.getOut(), own.getErr(), words);
  }
}
