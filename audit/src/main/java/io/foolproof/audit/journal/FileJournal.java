package io.foolproof.audit.journal;

import io.foolproof.data.FileFormat;
import io.foolproof.tensor.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@link LineJournal} in a file, which is locked as long as it is open.
 *
 * <p>All is read and written through the one channel that holds the lock: where a process closes
 * another one of the same file, POSIX drops the lock.
 */
final class FileJournal<T> implements LineJournal<T> {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(BinaryFloats.module())
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** The line of the first finding; lines are counted from 1. */
  private static final int FIRST_FINDING = 2;

  /** Beyond all that is written: on Windows nobody else can read the bytes that are locked. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /** What the first line calls the format. */
  private static final String FORMAT = "format";

  private static final String NO_MATCH =
      "its checksum does not match its content and the lines before it";

  private final Path file;
  private final String work;
  private final FileChannel channel;
  private final ChecksumChain chain = new ChecksumChain();
  private final List<T> found = new ArrayList<>();

  private FileJournal(Path file, String work, FileChannel channel) {
    this.file = file;
    this.work = work;
    this.channel = channel;
  }

  static <T> FileJournal<T> open(
      Path file,
      String work,
      Map<String, String> identity,
      Class<T> type,
      boolean fresh,
      Runnable begin) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileJournal<T> journal = new FileJournal<>(file, work, channel);
      try {
        journal.lock();
        long end = fresh ? 0 : journal.load(new LinkedHashMap<>(identity), type);
        begin.run();
        journal.continueAt(end, identity);
        return journal;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          file
              + ": the journal cannot be written ("
              + InvalidInputException.reason(e)
              + "): use another folder (--out)",
          e);
    }
  }

  private void lock() throws IOException {
    try {
      if (channel.tryLock(LOCKED_BYTE, 1, false) != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process, which is as bad as by another one.
    }
    throw new InvalidInputException(
        file
            + ": another "
            + work
            + " is writing here: wait for it, or use another folder (--out)");
  }

  /** Reads what was found, and says where the last whole line ends; 0 where there is none. */
  private long load(Map<String, String> identity, Class<T> type) throws IOException {
    WholeLines lines = new WholeLines(channel);
    byte[] first = lines.next();
    if (first == null) {
      return 0;
    }
    requireSameWork(first, identity);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      int number = found.size() + FIRST_FINDING;
      byte[] object = chain.opened(line);
      if (object == null) {
        throw refused(number, NO_MATCH, null);
      }
      found.add(parse(object, bytes -> JSON.readValue(bytes, type), number));
    }
    return lines.end();
  }

  private void requireSameWork(byte[] line, Map<String, String> identity) {
    byte[] object = chain.opened(line);
    String text = new String(line, StandardCharsets.UTF_8);
    if (object == null && text.contains("\"" + ChecksumChain.FIELD + "\":")) {
      throw refused(1, NO_MATCH, null);
    }
    // Earlier versions wrote no checksums: what they began is told apart by its identity.
    byte[] json = object == null ? line : object;
    checkIdentity(parse(json, FileJournal::identity, 1), identity);
    if (object == null) {
      throw refused(1, "it has no checksum", null);
    }
  }

  private static Map<String, String> identity(byte[] json) {
    return JSON.readValue(json, new TypeReference<LinkedHashMap<String, String>>() {});
  }

  private <E> E parse(byte[] json, Function<byte[], E> parser, int number) {
    try {
      E value = parser.apply(json);
      if (value != null) {
        return value;
      }
    } catch (JacksonException e) {
      throw refused(number, "it is not what this version writes", e);
    }
    throw refused(number, "it is empty", null);
  }

  @Override
  public InvalidInputException refusal(int finding, String why) {
    return refused(finding + FIRST_FINDING, why, null);
  }

  private InvalidInputException refused(int number, String why, @Nullable Exception cause) {
    String message =
        "%s: line %d of the journal is refused, since %s: start afresh (--fresh), or use another folder (--out)%s"
            .formatted(
                file,
                number,
                why,
                number < FIRST_FINDING
                    ? ""
                    : ", or delete this line and all after it to keep what was found before");
    return cause == null
        ? new InvalidInputException(message)
        : new InvalidInputException(message, cause);
  }

  private void checkIdentity(Map<String, String> found, Map<String, String> wanted) {
    if (found.equals(wanted)) {
      return;
    }
    String own = wanted.getOrDefault(FORMAT, "");
    if (FileFormat.isLater(found.get(FORMAT), own)) {
      throw new OtherWorkException(
          "%s: holds the %s of a later version of Foolproof ('%s', this one writes '%s'): continue it with that version, start afresh (--fresh), or use another folder (--out)"
              .formatted(file, work, found.get(FORMAT), own));
    }
    for (Map.Entry<String, String> entry : wanted.entrySet()) {
      String other = found.get(entry.getKey());
      if (!entry.getValue().equals(other)) {
        throw new OtherWorkException(
            file
                + ": holds another "
                + work
                + " ("
                + entry.getKey()
                + " was "
                + other
                + ", now "
                + entry.getValue()
                + "): start afresh (--fresh), or use another folder (--out)");
      }
    }
    throw new OtherWorkException(
        file
            + ": holds the "
            + work
            + " of another version: start afresh (--fresh), or use another folder (--out)");
  }

  /** Drops what comes after the last whole line, and begins a file that has none. */
  private void continueAt(long end, Map<String, String> identity) throws IOException {
    channel.truncate(end);
    channel.position(end);
    if (end == 0) {
      write(List.of(new LinkedHashMap<>(identity)));
    }
  }

  @Override
  public List<T> found() {
    return List.copyOf(found);
  }

  @Override
  public void append(List<T> findings) {
    try {
      write(findings);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": the journal cannot be written", e);
    }
  }

  private void write(List<?> objects) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (Object object : objects) {
      lines.writeBytes(chain.sealed(JSON.writeValueAsBytes(object)));
      lines.write('\n');
    }
    ByteBuffer buffer = ByteBuffer.wrap(lines.toByteArray());
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": the journal could not be closed", e);
    }
  }
}
