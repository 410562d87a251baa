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
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A {@link LineJournal} in a file. */
final class FileJournal<T> implements LineJournal<T> {
  private static final JsonMapper JSON =
      JsonMapper.builder().addModule(BinaryFloats.module()).build();

  private final Path file;
  private final String work;
  private final FileChannel channel;
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
        int end = fresh ? 0 : journal.load(new LinkedHashMap<>(identity), type);
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
      if (channel.tryLock() != null) {
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
  private int load(Map<String, String> identity, Class<T> type) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    if (end == 0) {
      return end;
    }
    String[] lines = new String(bytes, 0, end, StandardCharsets.UTF_8).split("\n");
    checkIdentity(parse(lines, 0, FileJournal::identity), identity);
    for (int i = 1; i < lines.length; i++) {
      found.add(parse(lines, i, line -> JSON.readValue(line, type)));
    }
    return end;
  }

  /** Drops what comes after the last whole line, and begins a file that has none. */
  private void continueAt(int end, Map<String, String> identity) throws IOException {
    channel.truncate(end);
    channel.position(end);
    if (end == 0) {
      write(JSON.writeValueAsBytes(new LinkedHashMap<>(identity)));
    }
  }

  private static Map<String, String> identity(String line) {
    return JSON.readValue(line, new TypeReference<LinkedHashMap<String, String>>() {});
  }

  private <E> E parse(String[] lines, int line, Function<String, E> parser) {
    try {
      return parser.apply(lines[line]);
    } catch (JacksonException e) {
      throw new InvalidInputException(
          file
              + ": line "
              + (line + 1)
              + " of the journal is damaged: start afresh (--fresh), or use another folder (--out)",
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
                + "): start afresh (--fresh), or use another folder (--out)");
      }
    }
    throw new InvalidInputException(
        file
            + ": holds the "
            + work
            + " of another version: start afresh (--fresh), or use another folder (--out)");
  }

  @Override
  public List<T> found() {
    return List.copyOf(found);
  }

  @Override
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
