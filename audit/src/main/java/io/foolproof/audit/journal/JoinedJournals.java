package io.foolproof.audit.journal;

import io.foolproof.tensor.InvalidInputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The journals of all shards of a piece of work, as the one journal of the whole.
 *
 * @param parts their files, in the order of the shards
 * @param identity everything that the findings of the whole depend on, by name
 */
public record JoinedJournals(List<Path> parts, Map<String, String> identity) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int MOST_NAMED = 10;

  /** What a journal says in its first line. */
  private record Head(Map<String, String> identity, @Nullable Shard shard) {
    static Head of(Path file, byte @Nullable [] object) {
      if (object != null) {
        try {
          Map<String, String> identity =
              JSON.readValue(object, new TypeReference<LinkedHashMap<String, String>>() {});
          String shard = identity.remove(Shard.NAME);
          return new Head(identity, shard == null ? null : Shard.parse(shard));
        } catch (JacksonException e) {
          throw new InvalidInputException(
              file + ": is no journal that this version writes: run this shard again with --fresh",
              e);
        }
      }
      throw changed(file, 1);
    }
  }

  /**
   * Of journals in any order.
   *
   * @throws InvalidInputException when they are not all shards of one division of the same work,
   *     each once, or one cannot be read
   */
  public static JoinedJournals of(List<Path> journals) {
    TreeMap<Integer, Path> shards = new TreeMap<>();
    Path first = journals.get(0);
    Head wanted = head(first);
    int count = required(first, wanted).count();
    for (Path journal : journals) {
      Head head = head(journal);
      Shard shard = required(journal, head);
      requireSame(first, wanted.identity, journal, head.identity);
      if (shard.count() != count) {
        throw new InvalidInputException(
            "%s: is shard %s, and %s is one of %d: give shards of one division"
                .formatted(journal, shard, first, count));
      }
      Path other = shards.put(shard.number(), journal);
      if (other != null) {
        throw new InvalidInputException(
            "shard %s is given twice, as %s and as %s: give each once"
                .formatted(shard, other, journal));
      }
    }
    List<String> missing =
        IntStream.rangeClosed(1, count)
            .filter(number -> !shards.containsKey(number))
            .mapToObj(String::valueOf)
            .toList();
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          "of %d shards these are missing: %s%s; give the folders of all"
              .formatted(
                  count,
                  missing.stream().limit(MOST_NAMED).collect(Collectors.joining(", ")),
                  missing.size() > MOST_NAMED ? ", ..." : ""));
    }
    return new JoinedJournals(List.copyOf(shards.values()), wanted.identity);
  }

  private static Shard required(Path journal, Head head) {
    if (head.shard == null) {
      throw new InvalidInputException(
          journal + ": is that of a whole, not of a shard: give folders of runs with --shard");
    }
    return head.shard;
  }

  /** Whether a file is the journal of the whole already. */
  public boolean areIn(Path file) {
    Head head = Files.exists(file) ? head(file) : null;
    return head != null && head.shard == null && head.identity.equals(identity);
  }

  /**
   * Writes the joined journal. Lines are handed on as they are, with checksums of their new order;
   * every checksum of a part is checked on the way.
   *
   * @throws InvalidInputException when a part does not match its checksums
   */
  public void write(Path to) throws IOException {
    ChecksumChain joined = new ChecksumChain();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 20)) {
      out.write(joined.sealed(JSON.writeValueAsBytes(identity)));
      out.write('\n');
      for (Path part : parts) {
        append(part, joined, out);
      }
    }
  }

  private static void append(Path part, ChecksumChain joined, OutputStream out) throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.READ)) {
      ChecksumChain chain = new ChecksumChain();
      WholeLines lines = new WholeLines(channel);
      int number = 1;
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        byte[] object = chain.opened(line);
        if (object == null) {
          throw changed(part, number);
        }
        if (number++ > 1) {
          out.write(joined.sealed(object));
          out.write('\n');
        }
      }
    }
  }

  private static Head head(Path journal) {
    try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.READ)) {
      byte[] line = new WholeLines(channel).next();
      return Head.of(journal, line == null ? null : new ChecksumChain().opened(line));
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: the journal cannot be read (%s): give folders of runs with --shard"
              .formatted(journal, InvalidInputException.reason(e)),
          e);
    }
  }

  /** The hash of the samples, which says nothing to a reader. */
  private static final String DATA = "data";

  private static InvalidInputException changed(Path part, int line) {
    return new InvalidInputException(
        "%s: line %d of the journal does not match its checksum: run this shard again with --fresh"
            .formatted(part, line));
  }

  private static void requireSame(
      Path first, Map<String, String> wanted, Path journal, Map<String, String> found) {
    Set<String> names = new LinkedHashSet<>(wanted.keySet());
    names.addAll(found.keySet());
    for (String name : names) {
      if (!Objects.equals(wanted.get(name), found.get(name))) {
        throw new InvalidInputException(
            "%s: belongs to other work than %s (%s): give shards of the same"
                .formatted(
                    journal,
                    first,
                    name.equals(DATA)
                        ? "other samples: other data, or another choice of them by --samples,"
                            + " --first or --seed"
                        : name
                            + " is "
                            + found.getOrDefault(name, "not given")
                            + ", there "
                            + wanted.getOrDefault(name, "not given")));
      }
    }
  }
}
