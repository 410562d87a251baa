package io.foolproof.cli;

import io.foolproof.audit.journal.Shard;
import io.foolproof.data.FileFormat;
import io.foolproof.report.OutputFolder;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a shard leaves beside its journal once it is done.
 *
 * @param format of the file
 * @param arguments of the command that does the whole, without a folder
 */
record ShardFile(String format, List<String> arguments) {
  static final String NAME = "shard.json";

  /** Commands that take --shard. */
  static final List<String> SHARED = List.of("audit", "hull", "prove");

  private static final String FORMAT = "foolproof shard 1";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * Writes that of a command with --shard, and says so.
   *
   * @param samples how many the shard has
   */
  static void done(CommandSpec spec, Shard shard, int samples, Path folder) {
    List<String> words = new ArrayList<>(List.of(spec.name()));
    words.addAll(spec.commandLine().getParseResult().expandedArgs());
    write(folder, words);
    PrintWriter print = spec.commandLine().getOut();
    print.printf(
        "Shard %s is done, %d samples: %s%n", shard, samples, Printable.of(folder.toString()));
    print.printf("Once all %d are: ./foolproof merge FOLDERS --out DIR%n", shard.count());
    print.flush();
  }

  /** Writes that of a command, without what is about one shard or folder. */
  static void write(Path folder, List<String> words) {
    ShardFile file = new ShardFile(FORMAT, ofWhole(words));
    new OutputFolder(folder).write(NAME, JSON.writeValueAsBytes(file));
  }

  /** Whether a folder holds a shard that is done, of this command. */
  static boolean isDone(Path folder, List<String> words) {
    return Files.exists(folder.resolve(NAME)) && read(folder).arguments.equals(ofWhole(words));
  }

  private static List<String> ofWhole(List<String> words) {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--shard") || word.equals("--out")) {
        i++;
      } else if (!word.matches("--(shard|out)=.*|--fresh(-if-changed)?")) {
        arguments.add(word);
      }
    }
    return arguments;
  }

  /**
   * That of a folder.
   *
   * @throws InvalidInputException when there is none, or it is none of this version
   */
  static ShardFile read(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      byte[] json = Files.readAllBytes(file);
      String format = JSON.readTree(json).path("format").asString("");
      if (FileFormat.isLater(format, FORMAT)) {
        throw new InvalidInputException(
            "%s: is '%s', of a later version of Foolproof, expected '%s': merge with that version, or run this shard again with this one"
                .formatted(file, format, FORMAT));
      }
      ShardFile read = JSON.readValue(json, ShardFile.class);
      if (read != null && FORMAT.equals(read.format)) {
        // The file comes from another machine, and its command is going to be run.
        if (read.arguments.isEmpty() || !SHARED.contains(read.arguments.get(0))) {
          throw new InvalidInputException(
              "%s: is damaged: its command is none of %s: run this shard again"
                  .formatted(file, String.join(", ", SHARED)));
        }
        return read;
      }
    } catch (NoSuchFileException e) {
      if (!Files.isDirectory(folder)) {
        throw new InvalidInputException(folder + ": there is no such folder", e);
      }
      throw new InvalidInputException(
          folder
              + ": holds no shard that is done: give folders of runs with --shard, and let one that"
              + " was stopped end first, with its own command",
          e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be read (%s)".formatted(file, InvalidInputException.reason(e)), e);
    } catch (JacksonException e) {
      throw new InvalidInputException(file + ": is damaged: run this shard again", e);
    }
    throw new InvalidInputException(file + ": is of another version: run this shard again");
  }
}
