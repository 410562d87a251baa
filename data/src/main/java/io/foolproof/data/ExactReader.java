package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads exactly as many bytes as a header promised, without trusting the header.
 *
 * <p>Memory grows with the bytes that really arrive, so a header that lies costs nothing, and
 * reading stops at the first byte too many, so a decompression bomb is not unpacked.
 */
final class ExactReader {
  private static final int FIRST_BUFFER = 1 << 20;

  /** The longest array that every virtual machine can make. */
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private ExactReader() {}

  /** A reader of an open stream. */
  interface Body<T> {
    T read(InputStream in) throws IOException;
  }

  /** Reads a file in any way. */
  interface Action<T> {
    T run() throws IOException;
  }

  /** Opens a file and unpacks it if its content, not its name, says gzip. */
  static <T> T readFile(Path file, Body<T> body) {
    return explain(
        file,
        () -> {
          try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
            return body.read(isGzip(raw) ? new GZIPInputStream(raw, 1 << 16) : raw);
          }
        });
  }

  /** Turns what goes wrong while reading a file into one line that names it. */
  static <T> T explain(Path file, Action<T> action) {
    try {
      return action.run();
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file + ": there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new InvalidInputException(file + ": may not be read; change its permissions", e);
    } catch (EOFException e) {
      throw new InvalidInputException(
          file + ": the file is cut short; copy or download it again", e);
    } catch (ZipException e) {
      throw new InvalidInputException(
          "%s: the compressed data is damaged (%s); copy or download it again"
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be read (%s)".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Reads {@code promised} bytes.
   *
   * @param where what the bytes belong to, for messages: usually the file
   * @throws EOFException if the stream ends before
   */
  static byte[] read(InputStream in, long promised, String where) throws IOException {
    requireRoom(promised, where);
    int length = (int) promised;
    byte[] bytes = new byte[Math.min(length, FIRST_BUFFER)];
    int filled = 0;
    while (true) {
      int got = in.readNBytes(bytes, filled, bytes.length - filled);
      filled += got;
      if (filled == length) {
        return bytes;
      }
      if (filled < bytes.length) {
        throw new EOFException();
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
    }
  }

  /** Refuses a stream that goes on where it should end. */
  static void requireEnd(InputStream in, String where) throws IOException {
    if (in.read() >= 0) {
      throw new InvalidInputException(
          where + ": there are more bytes than the header promises; the file is damaged");
    }
  }

  /** Refuses to make an array that no virtual machine, or not this one, can make. */
  static void requireRoom(long promised, String where) {
    if (promised < 0 || promised > LONGEST_ARRAY) {
      throw new InvalidInputException(
          "%s: the header promises %s bytes, expected at most %,d; split the file or repair its header"
              .formatted(
                  where,
                  promised < 0 ? "more than 2^63" : "%,d".formatted(promised),
                  LONGEST_ARRAY));
    }
    long most = Runtime.getRuntime().maxMemory();
    if (promised > most) {
      throw new InvalidInputException(
          "%s: the header promises %,d bytes, but the Java heap is limited to %,d; raise -Xmx or use fewer images"
              .formatted(where, promised, most));
    }
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    int first = in.read();
    int second = in.read();
    in.reset();
    return first == 0x1f && second == 0x8b;
  }
}
