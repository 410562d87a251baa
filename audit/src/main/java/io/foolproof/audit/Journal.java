package io.foolproof.audit;

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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an audit has found so far, in a file that is only ever appended to: a line that says what
 * the audit is, then a line per sample and stage. A process that is killed leaves at most a last
 * line that is cut short, which is dropped when the journal is opened again.
 */
public final class Journal implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Map<Long, JournalEntry>> stages = new HashMap<>();

  private Journal(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens the journal of an audit, new or begun.
   *
   * @param identity everything that the audit's results depend on, by name
   * @throws InvalidInputException when the file belongs to another audit, is written by another
   *     process, is damaged, or cannot be written
   */
  public static Journal open(Path file, Map<String, String> identity) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Journal journal = new Journal(file, channel);
      try {
        journal.lock();
        journal.load(new LinkedHashMap<>(identity));
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
        file + ": another audit is writing here; wait for it, or give another --out folder");
  }

  private void load(Map<String, String> identity) throws IOException {
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
      remember(parse(lines, i, new TypeReference<JournalEntry>() {}));
    }
  }

  private <T> T parse(String[] lines, int line, TypeReference<T> type) {
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
                + ": holds another audit ("
                + entry.getKey()
                + " was "
                + other
                + ", now "
                + entry.getValue()
                + "); start anew with --fresh, or give another --out folder");
      }
    }
    throw new InvalidInputException(
        file + ": holds an audit of another version; start anew with --fresh");
  }

  private void remember(JournalEntry entry) {
    stages.computeIfAbsent(entry.stage(), stage -> new HashMap<>()).put(entry.index(), entry);
  }

  /** What a stage has found so far, by the sample's index. */
  Map<Long, JournalEntry> stage(String stage) {
    return stages.getOrDefault(stage, Map.of());
  }

  /** Adds what a stage found; once this returns, a killed process has not lost it. */
  void append(List<JournalEntry> entries) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int i = 0; i < entries.size(); i++) {
      lines.writeBytes(JSON.writeValueAsBytes(entries.get(i)));
      if (i < entries.size() - 1) {
        lines.write('\n');
      }
      remember(entries.get(i));
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
