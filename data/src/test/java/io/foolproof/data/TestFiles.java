package io.foolproof.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Small files for tests. */
final class TestFiles {
  private TestFiles() {}

  /**
   * An IDX file of unsigned bytes with the dimensions and data given, whether or not they agree.
   */
  static byte[] idx(int[] sizes, byte[] data) {
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * sizes.length + data.length);
    file.put((byte) 0).put((byte) 0).put((byte) 8).put((byte) sizes.length);
    for (int size : sizes) {
      file.putInt(size);
    }
    return file.put(data).array();
  }

  /** Bytes 0, 1, 2, ... */
  static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int k = 0; k < length; k++) {
      bytes[k] = (byte) k;
    }
    return bytes;
  }

  static byte[] gzip(byte[] data) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Locations that have only one folder, and no network. */
  static DataLocations only(Path folder) {
    return new DataLocations(Optional.of(folder), Optional.empty(), folder, Optional.empty());
  }
}
