package io.foolproof.audit.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a file through a channel that is open, and stays so. */
final class WholeLines {
  private final FileChannel channel;
  private final ByteBuffer chunk = ByteBuffer.allocate(1 << 16).limit(0);
  private long end;

  /** From the channel's position on. */
  WholeLines(FileChannel channel) {
    this.channel = channel;
  }

  /** The next line, without its end; null where no whole line is left. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int from = chunk.position();
      while (chunk.hasRemaining()) {
        if (chunk.get() == '\n') {
          line.write(chunk.array(), from, chunk.position() - 1 - from);
          end += line.size() + 1L;
          return line.toByteArray();
        }
      }
      line.write(chunk.array(), from, chunk.limit() - from);
      int read = channel.read(chunk.clear());
      chunk.flip();
      if (read < 0) {
        return null;
      }
    }
  }

  /** How many bytes the lines so far have, with their ends. */
  long end() {
    return end;
  }
}
