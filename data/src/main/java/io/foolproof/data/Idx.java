package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * The IDX format of MNIST (LeCun, Cortes and Burges, 1998): two zero bytes, a type byte, the number
 * of dimensions, each dimension as a big-endian 32-bit number, then the data. Files may be gzipped,
 * whatever they are called.
 */
public final class Idx {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int IMAGE_DIMENSIONS = 3;
  private static final int LABEL_DIMENSIONS = 1;

  private Idx() {}

  /**
   * Reads a file of images, {@code [N, H, W]} of unsigned bytes, and its file of labels, {@code
   * [N]} of unsigned bytes.
   *
   * @param classNames the names of the classes; a label beyond them is an error
   * @throws InvalidInputException if a file is missing, damaged, or does not fit the other
   */
  public static ImageSet read(String name, Path images, Path labels, List<String> classNames) {
    int[] values = readLabels(labels);
    Labels.requireInRange(values, classNames.size(), labels.toString());
    return ExactReader.readFile(
        images, in -> readImages(in, name, images.toString(), values, labels, classNames));
  }

  /**
   * The same, naming the classes 0, 1, ... up to the highest label found.
   *
   * @throws InvalidInputException if a file is missing, damaged, or does not fit the other
   */
  public static ImageSet read(String name, Path images, Path labels) {
    return read(
        name, images, labels, Labels.numberedClasses(readLabels(labels), labels.toString()));
  }

  private static int[] readLabels(Path file) {
    return ExactReader.readFile(
        file,
        in -> {
          String where = file.toString();
          long[] sizes = readHeader(in, LABEL_DIMENSIONS, where);
          byte[] values = ExactReader.read(in, sizes[0], where);
          ExactReader.requireEnd(in, where);
          return Labels.fromBytes(values);
        });
  }

  private static ImageSet readImages(
      InputStream in,
      String name,
      String where,
      int[] labels,
      Path labelFile,
      List<String> classNames)
      throws IOException {
    long[] sizes = readHeader(in, IMAGE_DIMENSIONS, where);
    if (sizes[0] != labels.length) {
      throw new InvalidInputException(
          "%s: there are %,d images, but %,d labels in %s; expected one label per image"
              .formatted(where, sizes[0], labels.length, labelFile));
    }
    ImageShape shape = ImageShape.of(1, sizes[1], sizes[2], where);
    byte[] levels = ExactReader.read(in, sizes[0] * shape.pixels(), where);
    ExactReader.requireEnd(in, where);
    return new ImageSet(name, shape, new PixelStore.Levels(levels), labels, classNames);
  }

  /** The sizes of the dimensions, each 1 to 2^32 - 1. */
  private static long[] readHeader(InputStream in, int dimensions, String where)
      throws IOException {
    DataInputStream data = new DataInputStream(in);
    int magic = data.readInt();
    if (magic >>> 16 != 0) {
      throw new InvalidInputException(
          "%s: not an IDX file: it begins with the bytes %08x, expected 0000%02x%02x"
              .formatted(where, magic, UNSIGNED_BYTE, dimensions));
    }
    int type = magic >>> 8;
    if (type != UNSIGNED_BYTE) {
      throw new InvalidInputException(
          "%s: IDX type 0x%02x, expected unsigned bytes (0x%02x)"
              .formatted(where, type, UNSIGNED_BYTE));
    }
    int found = magic & 0xff;
    if (found != dimensions) {
      throw new InvalidInputException(
          "%s: %d dimensions, expected %d (%s)"
              .formatted(
                  where,
                  found,
                  dimensions,
                  dimensions == IMAGE_DIMENSIONS ? "images x rows x columns" : "labels"));
    }
    long[] sizes = new long[dimensions];
    for (int d = 0; d < dimensions; d++) {
      sizes[d] = Integer.toUnsignedLong(data.readInt());
      if (sizes[d] == 0) {
        throw new InvalidInputException(
            "%s: dimension %d has size 0, expected at least 1".formatted(where, d + 1));
      }
    }
    return sizes;
  }
}
