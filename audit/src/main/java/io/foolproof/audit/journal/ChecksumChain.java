package io.foolproof.audit.journal;

import io.foolproof.data.Hashes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The checksums of a journal's lines. Each covers its line and all lines before it, so that a line
 * that was changed, moved, left out or taken from another file does not match, nor does any after
 * it.
 *
 * <p>A checksum is the first 64 bits of a SHA-256, in hexadecimal digits, and the last field of its
 * line. It finds damage and mistakes, not forgery: anybody can compute it.
 */
final class ChecksumChain {
  /** What a line is called that has one. */
  static final String FIELD = "check";

  private static final int BYTES = 8;
  private static final int LENGTH = field(new byte[BYTES]).length;

  private final MessageDigest sha256 = Hashes.sha256();

  /** The SHA-256 of the last line, which that of the next begins with. */
  private byte[] last = new byte[0];

  /**
   * The next line.
   *
   * @param object a JSON object of one field or more
   * @return the same with its checksum
   */
  byte[] sealed(byte[] object) {
    int content = object.length - 1;
    sha256.update(last);
    sha256.update(object, 0, content);
    last = sha256.digest();
    ByteArrayOutputStream line = new ByteArrayOutputStream(content + LENGTH);
    line.write(object, 0, content);
    line.writeBytes(field(last));
    return line.toByteArray();
  }

  /** The JSON object of the next line; null where its checksum does not match. */
  byte @Nullable [] opened(byte[] line) {
    int content = line.length - LENGTH;
    if (content < 1) {
      return null;
    }
    byte[] object = Arrays.copyOf(line, content + 1);
    object[content] = '}';
    return Arrays.equals(sealed(object), line) ? object : null;
  }

  /** The end of a line. */
  private static byte[] field(byte[] hash) {
    String digits = HexFormat.of().formatHex(hash, 0, BYTES);
    return (",\"" + FIELD + "\":\"" + digits + "\"}").getBytes(StandardCharsets.US_ASCII);
  }
}
