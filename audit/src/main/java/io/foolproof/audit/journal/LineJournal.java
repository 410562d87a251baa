package io.foolproof.audit.journal;

import io.foolproof.tensor.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Findings in a file that is only ever appended to: a line that says what work they belong to, then
 * a line each. A process that is killed leaves at most a last line that is cut short, which is
 * dropped when the journal is opened again.
 *
 * @param <T> what a line holds
 */
public final class LineJournal<T> implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final String work;
  private final FileChannel channel;
  private final List<T> found = new ArrayList<>();

  private LineJournal(Path file, String work, FileChannel channel) {
    this.file = file;
    this.work = work;
    this.channel = channel;
  }

  /**
   * Opens a journal, new or begun.
   *
   * @param work what the work is called in messages, such as {@code audit}
   * @param identity everything that the findings depend on, by name
   * @param type what a line holds
   * @throws InvalidInputException when the file belongs to other work, is written by another
   *     process, is damaged, or cannot be written
   */
  public static <T> LineJournal<T> open(
      Path file, String work, Map<String, String> identity, TypeReference<T> type) {
    return open(file, work, identity, type, false);
  }

  /**
   * As {@link #open(Path, String, Map, TypeReference)}.
   *
   * @param fresh whether to drop what is there; never what another process is writing
   */
  public static <T> LineJournal<T> open(
      Path file, String work, Map<String, String> identity, TypeReference<T> type, boolean fresh) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      LineJournal<T> journal = new LineJournal<>(file, work, channel);
      try {
        journal.lock();
        if (fresh) {
          channel.truncate(0);
        }
        journal.load(new LinkedHashMap<>(identity), type);
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
              + "): give another --out folder",
          e);
    }
  }

  private void lock() throws IOException {
    try {
      if (channel.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process, which is as bad as by another one.
    }
    throw new InvalidInputException(
        file + ": another " + work + " is writing here; wait for it, or give another --out folder");
  }

  private void load(Map<String, String> identity, TypeReference<T> type) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    channel.truncate(end);
    channel.position(end);
    if (end == 0) {
      write(JSON.writeValueAsBytes(identity));
      return;
    }
    String[] lines = new String(bytes, 0, end, StandardCharsets.UTF_8).split("\n");
    checkIdentity(parse(lines, 0, new TypeReference<LinkedHashMap<String, String>>() {}), identity);
    for (int i = 1; i < lines.length; i++) {
      found.add(parse(lines, i, type));
    }
  }

  private <E> E parse(String[] lines, int line, TypeReference<E> type) {
    try {
      return JSON.readValue(lines[line], type);
    } catch (JacksonException e) {
      throw new InvalidInputException(
          file
              + ": line "
              + (line + 1)
              + " of the journal is damaged; start anew with --fresh, or give another --out folder",
          e);
    }
  }

  private void checkIdentity(Map<String, String> found, Map<String, String> wanted) {
    if (found.equals(wanted)) {
      return;
    }
    for (Map.Entry<String, String> entry : wanted.entrySet()) {
      String other = found.get(entry.getKey());
      if (!entry.getValue().equals(other)) {
        throw new InvalidInputException(
            file
                + ": holds another "
                + work
                + " ("
                + entry.getKey()
                + " was "
                + other
                + ", now "
                + entry.getValue()
                + "); start anew with --fresh, or give another --out folder");
      }
    }
    throw new InvalidInputException(
        file + ": holds the " + work + " of another version; start anew with --fresh");
  }

  /** What earlier runs found, in the order in which they found it. */
  public List<T> found() {
    return List.copyOf(found);
  }

  /** Adds findings; once this returns, a killed process has not lost them. */
  public void append(List<T> findings) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int i = 0; i < findings.size(); i++) {
      lines.writeBytes(JSON.writeValueAsBytes(findings.get(i)));
      if (i < findings.size() - 1) {
        lines.write('\n');
      }
    }
    try {
      write(lines.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": the journal cannot be written", e);
    }
  }

  private void write(byte[] lines) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(lines.length + 1).put(lines).put((byte) '\n').flip();
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
