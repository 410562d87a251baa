package io.foolproof.cli;

import io.foolproof.audit.journal.Shard;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.data.DataSource;
import io.foolproof.data.Downloader;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * A command whose samples other machines work on: what each of them is sent, what it computes, and
 * how the whole comes of that. Shards that are done wait in the folder of the whole, so that the
 * same command goes on with what is missing.
 */
public final class SharedCommand implements Serializable {
  private static final long serialVersionUID = 1;

  private static final String DATA = "--data";
  private static final String DATA_DIR = "--data-dir";
  private static final String OUT = "--out";
  private static final String SHARDS = "shards";

  /** What cannot be shared, and what to do instead. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "--shard", "say how many shards there are to be (--shards)",
          "--freeze", "freeze with the same command of foolproof once this one is done",
          "--fresh", "give another folder (--out)",
          "--fresh-if-changed", "give another folder (--out)");

  /**
   * An argument.
   *
   * @param option its name, empty for an argument without one
   * @param value null for an option that has none
   * @param isFile whether the value is the path of a file or folder that is read
   */
  private record Argument(String option, @Nullable String value, boolean isFile)
      implements Serializable {
    String word(UnaryOperator<Path> moved) {
      if (value == null) {
        return option;
      }
      String given = isFile ? moved.apply(Path.of(value)).toString() : value;
      return option.isEmpty() ? given : option + "=" + given;
    }
  }

  private final String name;
  private final ArrayList<Argument> arguments;
  private final ArrayList<String> files;
  private final String out;

  private SharedCommand(String name, List<Argument> arguments, List<Path> files, String out) {
    this.name = name;
    this.arguments = new ArrayList<>(arguments);
    this.files = new ArrayList<>(files.stream().map(Path::toString).toList());
    this.out = out;
  }

  /**
   * The command in these words.
   *
   * @param words that {@link Foolproof#run} takes: it says what is wrong with others
   * @throws InvalidInputException when its samples cannot be shared, or a file is not there
   */
  public static SharedCommand of(String... words) {
    if (words.length == 0 || !ShardFile.SHARED.contains(words[0])) {
      throw new InvalidInputException(
          "machines can share %s: begin with one of these"
              .formatted(String.join(", ", ShardFile.SHARED)));
    }
    ParseResult parsed = Foolproof.commandLine(words).parseArgs(words).subcommand();
    List<Argument> arguments = new ArrayList<>();
    for (OptionSpec option : parsed.matchedOptionsSet()) {
      if (option.arity().max() == 0) {
        arguments.add(new Argument(option.longestName(), null, false));
      } else {
        option
            .originalStringValues()
            .forEach(v -> arguments.add(new Argument(option.longestName(), v, isFile(option, v))));
      }
    }
    for (PositionalParamSpec position : parsed.matchedPositionalsSet()) {
      for (String value : position.originalStringValues()) {
        arguments.add(new Argument("", value, isFile(position, value)));
      }
    }
    for (Argument argument : arguments) {
      String advice = REFUSED.get(argument.option);
      if (advice != null) {
        throw new InvalidInputException(
            "%s: leave it out, and %s".formatted(argument.option, advice));
      }
    }
    String out = value(arguments, OUT);
    if (out == null) {
      throw new InvalidInputException("--out is missing: give a folder for the report");
    }
    arguments.removeIf(argument -> argument.option.equals(OUT));
    return new SharedCommand(words[0], arguments, read(arguments), out);
  }

  private static @Nullable String value(List<Argument> arguments, String option) {
    return arguments.stream()
        .filter(argument -> argument.option.equals(option))
        .map(Argument::value)
        .findFirst()
        .orElse(null);
  }

  /** Whether a value is a path that is read; URLs, names of data sets and boxes are none. */
  private static boolean isFile(ArgSpec argument, String value) {
    String option = argument instanceof OptionSpec named ? named.longestName() : "";
    if (option.equals(DATA)) {
      return isTable(value) || !(DataSource.isPublished(value) || DataSource.isBuiltIn(value));
    }
    if (option.equals(OUT) || option.equals(DATA_DIR)) {
      return false;
    }
    boolean isPath =
        argument.type() == Path.class
            || Stream.of(argument.auxiliaryTypes()).anyMatch(type -> type == Path.class);
    boolean mayBePath = option.isEmpty() || option.equals("--box");
    return isPath || (mayBePath && !value.matches("(?i)https?:.*") && Files.exists(Path.of(value)));
  }

  private static boolean isTable(String data) {
    return data.toLowerCase(Locale.ROOT).endsWith(".csv");
  }

  /** The files that these arguments make a command read. */
  private static List<Path> read(List<Argument> arguments) {
    List<Path> files = new ArrayList<>();
    String data = value(arguments, DATA);
    if (data != null && !isTable(data)) {
      String folder = value(arguments, DATA_DIR);
      Path named = folder == null ? null : Path.of(folder);
      files.addAll(
          DataSource.of(data).files(DataOptions.locations(named, Downloader.Progress.NONE)));
    }
    for (Argument argument : arguments) {
      Path file = argument.isFile ? Path.of(String.valueOf(argument.value)) : null;
      if (file != null && !files.contains(file)) {
        files.add(file);
      }
    }
    Map<String, Path> names = new LinkedHashMap<>();
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new InvalidInputException(file + ": there is no such file");
      }
      Path other = names.put(nameOf(file), file);
      if (other != null) {
        throw new InvalidInputException(
            "%s and %s: have the same name, and machines get them in one folder: rename one"
                .formatted(other, file));
      }
    }
    return files;
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.toAbsolutePath().normalize().getFileName());
  }

  /** The files and folders of this machine that another one needs, no two of the same name. */
  public List<Path> files() {
    return files.stream().map(Path::of).toList();
  }

  private List<String> words(UnaryOperator<Path> moved) {
    List<String> words = new ArrayList<>(List.of(name));
    arguments.forEach(argument -> words.add(argument.word(moved)));
    return words;
  }

  /**
   * What another machine runs for a shard.
   *
   * @param received the folder where its files are, under their own names
   * @param folder for what it finds
   */
  public List<String> words(Shard shard, Path received, Path folder) {
    List<String> words = words(file -> received.resolve(nameOf(file)));
    words.removeIf(word -> word.startsWith(DATA_DIR + "="));
    String data = value(arguments, DATA);
    if (data != null && !isTable(data) && DataSource.isPublished(data)) {
      words.add(DATA_DIR + "=" + received);
    }
    words.add("--shard=" + shard);
    words.add(OUT + "=" + folder);
    return words;
  }

  /** What a machine found of a shard, as {@link #keep} takes it: files by their names. */
  public static Map<String, byte[]> found(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      Map<String, byte[]> found = new TreeMap<>();
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String path = folder.relativize(file).toString();
        if (!path.equals(ShardFile.NAME) && !nameOf(file).startsWith(".")) {
          found.put(path, Files.readAllBytes(file));
        }
      }
      return found;
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be read (%s)".formatted(folder, InvalidInputException.reason(e)), e);
    }
  }

  private Path folder(Shard shard) {
    return Path.of(out, SHARDS, shard.number() + "-of-" + shard.count());
  }

  /** Which shards are not done yet. */
  public List<Shard> missing(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> new Shard(number, count))
        .filter(shard -> !ShardFile.isDone(folder(shard), words(file -> file)))
        .toList();
  }

  /** Keeps what a machine found of a shard: {@link #found}. */
  public void keep(Shard shard, Map<String, byte[]> found) {
    Path folder = folder(shard);
    found.forEach(
        (path, bytes) -> {
          Path file = folder.resolve(path).normalize();
          if (!file.startsWith(folder)) {
            throw new InvalidInputException(path + ": is no file of a shard");
          }
          try {
            Files.createDirectories(file.resolveSibling(""));
          } catch (IOException e) {
            throw new InvalidInputException(
                "%s: cannot be written (%s)".formatted(folder, InvalidInputException.reason(e)), e);
          }
          new WholeFile(file).write(bytes);
        });
    ShardFile.write(folder, words(file -> file));
  }

  /**
   * Merges all shards, once none is missing.
   *
   * @return the exit code, as of the command itself
   */
  public int merge(int count, PrintWriter print, PrintWriter err) {
    List<String> words = new ArrayList<>(List.of("merge", OUT, out));
    IntStream.rangeClosed(1, count)
        .forEach(number -> words.add(folder(new Shard(number, count)).toString()));
    int code = Foolproof.run(print, err, words.toArray(String[]::new));
    if (code == Foolproof.DONE || code == Foolproof.GATE_FAILED) {
      remove(Path.of(out, SHARDS));
    }
    return code;
  }

  /** All that is there is in the journal of the whole. */
  private static void remove(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be removed (%s)".formatted(folder, InvalidInputException.reason(e)), e);
    }
  }
}
