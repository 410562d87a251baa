package io.foolproof.report.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Where a ZIP archive begins and ends in its file. Readers look for its end and take the rest as it
 * comes, so that a file may hold anything else before or after it; APPNOTE.TXT of PKWARE, 4.3.
 */
final class ZipEnds {
  private static final int FIRST_FILE = 0x04034b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;

  private static final int END_LENGTH = 22;
  private static final int END_64_LENGTH = 56;
  private static final int LOCATOR_64_LENGTH = 20;

  private ZipEnds() {}

  /**
   * Whether the archive is all of the file: it begins with the first byte, and ends with the last.
   */
  static boolean areThoseOf(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long end = channel.size() - END_LENGTH;
      if (end < 0 || read(channel, 0, 4).getInt() != FIRST_FILE) {
        return false;
      }
      ByteBuffer tail = read(channel, end, END_LENGTH);
      boolean hasNoComment = tail.getShort(20) == 0;
      if (tail.getInt(0) != END || !hasNoComment) {
        return false;
      }
      long locator = end - LOCATOR_64_LENGTH;
      if (locator >= END_64_LENGTH
          && read(channel, locator, LOCATOR_64_LENGTH).getInt() == LOCATOR_64) {
        ByteBuffer tail64 = read(channel, locator - END_64_LENGTH, END_64_LENGTH);
        return tail64.getInt(0) == END_64
            && tail64.getLong(48) + tail64.getLong(40) == locator - END_64_LENGTH;
      }
      // Of the directory: where it begins, and how long it is.
      return Integer.toUnsignedLong(tail.getInt(16)) + Integer.toUnsignedLong(tail.getInt(12))
          == end;
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
      // One read may bring less than all.
    }
    return bytes.flip();
  }
}
