package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * NumPy's file format for one array (NEP 1, "A simple file format for NumPy arrays", and
 * numpy.lib.format): versions 1 to 3, C and Fortran order, little endian, the types of {@link
 * NpyArray.Type}.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Far above what the supported types need, far below what a damaged length could ask for. */
  private static final int LONGEST_HEADER = 1 << 16;

  /** The data begins at a multiple of this. */
  private static final int ALIGNMENT = 64;

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

  private Npy() {}

  private record Header(NpyArray.Type type, boolean fortranOrder, List<Integer> shape) {
    int[] sizes() {
      return shape.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /**
   * Reads an array.
   *
   * @throws InvalidInputException if the file is missing, damaged, or of a type that is not
   *     supported
   */
  public static NpyArray read(Path file) {
    return ExactReader.readFile(file, in -> read(in, file.toString()));
  }

  /**
   * Writes an array, in version 1.
   *
   * @throws InvalidInputException if the file cannot be written
   */
  public static void write(Path file, NpyArray array) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      write(out, array);
    } catch (IOException e) {
      throw new InvalidInputException("%s: cannot be written (%s)".formatted(file, e), e);
    }
  }

  /** Reads an array that is all of a stream. */
  static NpyArray read(InputStream in, String where) throws IOException {
    Header header = readHeader(in, where);
    long count = 1;
    for (int size : header.shape()) {
      // Cannot overflow: it is checked to stay below 2^31 before it grows by less than 2^31.
      count *= size;
      if (count > Integer.MAX_VALUE) {
        throw new InvalidInputException(
            "%s: shape %s has more than %,d values; split the file"
                .formatted(where, header.shape(), Integer.MAX_VALUE));
      }
    }
    byte[] values = ExactReader.read(in, count * header.type().bytes(), where);
    ExactReader.requireEnd(in, where);
    if (header.fortranOrder()) {
      values = toCOrder(values, header.sizes(), header.type().bytes());
    }
    return new NpyArray(header.type(), header.sizes(), values);
  }

  static void write(OutputStream out, NpyArray array) throws IOException {
    int[] shape = array.shape();
    String sizes =
        IntStream.of(shape).mapToObj(size -> size + ",").collect(Collectors.joining(" "));
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(array.type().descr(), sizes);
    int prefix = MAGIC.length + 4;
    int padding = Math.floorMod(-(prefix + header.length() + 1), ALIGNMENT);
    String padded = header + " ".repeat(padding) + "\n";
    ByteBuffer start = ByteBuffer.allocate(prefix).order(ByteOrder.LITTLE_ENDIAN);
    start.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded.length());
    out.write(start.array());
    out.write(padded.getBytes(StandardCharsets.US_ASCII));
    out.write(array.bytes());
  }

  private static Header readHeader(InputStream in, String where) throws IOException {
    DataInputStream data = new DataInputStream(in);
    byte[] magic = new byte[MAGIC.length];
    data.readFully(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new InvalidInputException(
          where + ": not a NumPy array: it does not begin with \\x93NUMPY");
    }
    int version = data.readUnsignedByte();
    data.readUnsignedByte();
    if (version < 1 || version > 3) {
      throw new InvalidInputException(
          "%s: NPY version %d, expected 1, 2 or 3".formatted(where, version));
    }
    long length =
        version == 1
            ? Short.toUnsignedLong(Short.reverseBytes(data.readShort()))
            : Integer.toUnsignedLong(Integer.reverseBytes(data.readInt()));
    if (length > LONGEST_HEADER) {
      throw new InvalidInputException(
          "%s: a header of %,d bytes, expected at most %,d; the file is damaged"
              .formatted(where, length, LONGEST_HEADER));
    }
    byte[] text = new byte[(int) length];
    data.readFully(text);
    return parse(new String(text, StandardCharsets.UTF_8).strip(), where);
  }

  private static Header parse(String text, String where) {
    Matcher descr = DESCR.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!descr.find() || !order.find() || !shape.find()) {
      throw new InvalidInputException(
          "%s: the header %s lacks a simple type, an order or a shape; save one plain array of numbers"
              .formatted(where, shortened(text)));
    }
    NpyArray.Type type =
        NpyArray.Type.of(descr.group(1))
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s: type %s is not supported, expected one of %s; convert the array before saving it"
                            .formatted(
                                where,
                                shortened(descr.group(1)),
                                Arrays.stream(NpyArray.Type.values())
                                    .map(NpyArray.Type::descr)
                                    .collect(Collectors.joining(", ")))));
    return new Header(type, order.group(1).equals("True"), parseShape(shape.group(1), where));
  }

  private static List<Integer> parseShape(String text, String where) {
    try {
      return Pattern.compile(",")
          .splitAsStream(text)
          .map(String::strip)
          .filter(size -> !size.isEmpty())
          .map(Integer::valueOf)
          .toList();
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "%s: shape (%s) is not a list of sizes below 2^31".formatted(where, shortened(text)), e);
    }
  }

  /** Enough of a damaged text to recognise it, without what a terminal should not be sent. */
  private static String shortened(String text) {
    String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() <= 80 ? printable : printable.substring(0, 80) + "...";
  }

  private static byte[] toCOrder(byte[] values, int[] shape, int bytes) {
    byte[] ordered = new byte[values.length];
    int[] index = new int[shape.length];
    for (int from = 0; from < values.length; from += bytes) {
      int to = 0;
      for (int d = 0; d < shape.length; d++) {
        to = to * shape[d] + index[d];
      }
      System.arraycopy(values, from, ordered, to * bytes, bytes);
      for (int d = 0; d < shape.length && ++index[d] == shape[d]; d++) {
        index[d] = 0;
      }
    }
    return ordered;
  }
}
