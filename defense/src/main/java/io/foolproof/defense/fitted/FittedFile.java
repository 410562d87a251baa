package io.foolproof.defense.fitted;

import io.foolproof.attack.Settings;
import io.foolproof.data.FileFormat;
import io.foolproof.data.Hashes;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.Origin;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A fitted classifier that is no ONNX graph, in a file: lines of text, an empty line, and numbers.
 *
 * <pre>{@code
 * foolproof-fitted 1
 * sha256: of all bytes after this line, in hexadecimal
 * model: hull:points=2000
 * shape: 1 28 28
 * images: 200 200 200 200 200 200 200 200 200 200
 * scale: 0.35
 *
 * the images' pixels, 32-bit floating-point numbers, little-endian
 * }</pre>
 *
 * @param settings how it was fitted, such as {@code hull:points=2000}
 * @param sha256 of the whole file, in hexadecimal
 */
public record FittedFile(String name, String settings, String sha256, HullModel model) {
  private static final String MAGIC = "foolproof-fitted ";
  private static final int VERSION = 1;

  /** Longer than any header that is written. */
  private static final int LONGEST_HEADER = 1 << 16;

  /** What a report must say of such a model. */
  private static final String NOTE =
      "This model is no ONNX graph, so that no second runtime replayed its adversarial examples:"
          + " each was replayed alone, by the model itself.";

  /** Whether a file begins as one of these. */
  public static boolean is(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(MAGIC.length());
      return MAGIC.equals(new String(start, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // Whoever opens it as something else says why it cannot be read.
      return false;
    }
  }

  /** The file of a model. */
  static byte[] write(HullModel model) {
    float[] pixels = Rows.joined(model.prototypes().pixels());
    String fields =
        field("model", Settings.text(new HullVote(model.points())))
            + field("shape", text(LongStream.of(model.shape())))
            + field("images", text(Arrays.stream(model.prototypes().perClass()).asLongStream()))
            + field("scale", Double.toString(model.scale()))
            + "\n";
    byte[] header = fields.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer contents =
        ByteBuffer.allocate(
                Math.addExact(header.length, Math.multiplyExact(pixels.length, Float.BYTES)))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header);
    contents.asFloatBuffer().put(pixels);
    byte[] start =
        (MAGIC + VERSION + "\n" + field("sha256", sha256(contents.array(), 0)))
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(Math.addExact(start.length, contents.capacity()))
        .put(start)
        .put(contents.array())
        .array();
  }

  private static String field(String name, String value) {
    return name + ": " + value + "\n";
  }

  private static String text(LongStream numbers) {
    return numbers.mapToObj(Long::toString).collect(Collectors.joining(" "));
  }

  private static String sha256(byte[] bytes, int from) {
    MessageDigest digest = Hashes.sha256();
    digest.update(bytes, from, bytes.length - from);
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException when it cannot be read, is of another version, is damaged, or
   *     contradicts itself
   */
  public static FittedFile read(Path file) {
    try {
      return parse(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new InvalidInputException(
          file + ": cannot be read (" + InvalidInputException.reason(e) + ")", e);
    }
  }

  /** As {@link #read}, of bytes in memory. */
  public static FittedFile parse(byte[] bytes, String name) {
    Lines lines = new Lines(bytes, name);
    String version = lines.next();
    if (FileFormat.isLater(version, MAGIC + VERSION)) {
      throw new InvalidInputException(
          "%s: is '%s', of a later version of Foolproof, expected '%s': use that version, or fit the model again with this one"
              .formatted(name, version, MAGIC + VERSION));
    }
    if (!version.equals(MAGIC + VERSION)) {
      throw new InvalidInputException(
          "%s: begins with '%s', expected '%s': fit the model again with this version"
              .formatted(name, version, MAGIC + VERSION));
    }
    String checksum = lines.field("sha256");
    if (!checksum.equals(sha256(bytes, lines.place()))) {
      throw new InvalidInputException(
          name + ": the checksum is wrong; the file is damaged, copy it or fit the model again");
    }
    String settings = lines.field("model");
    HullVote hull = hull(settings, name);
    long[] shape = lines.numbers("shape");
    int[] perClass = Arrays.stream(lines.numbers("images")).mapToInt(Math::toIntExact).toArray();
    double scale = lines.decimal("scale");
    lines.requireEmpty();
    HullModel model =
        new HullModel(
            hull.points(),
            shape,
            new Prototypes(pixels(bytes, lines.place(), shape, perClass, name), perClass),
            scale);
    return new FittedFile(name, settings, sha256(bytes, 0), model);
  }

  private static HullVote hull(String settings, String name) {
    try {
      if (FittedModels.parse(settings) instanceof HullVote hull) {
        return hull;
      }
    } catch (InvalidInputException e) {
      // Said below, with the file.
    }
    throw new InvalidInputException(
        "%s: holds the model '%s', expected hull with its settings: fit the model again"
            .formatted(name, settings));
  }

  private static float[][] pixels(
      byte[] bytes, int from, long[] shape, int[] perClass, String name) {
    long images = Arrays.stream(perClass).asLongStream().sum();
    // As a double, which no sizes overflow.
    double expected =
        Float.BYTES
            * (double) images
            * LongStream.of(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    if (shape.length != 3 || perClass.length < 2 || bytes.length - from != expected) {
      throw new InvalidInputException(
          "%s: %d images of shape %s in %d classes take %.0f bytes, found %d: fit the model again"
              .formatted(
                  name,
                  images,
                  Arrays.toString(shape),
                  perClass.length,
                  expected,
                  bytes.length - from));
    }
    long d = shape[0] * shape[1] * shape[2];
    ByteBuffer numbers =
        ByteBuffer.wrap(bytes, from, bytes.length - from).slice().order(ByteOrder.LITTLE_ENDIAN);
    float[][] pixels = new float[Math.toIntExact(images)][Math.toIntExact(d)];
    for (float[] row : pixels) {
      for (int j = 0; j < row.length; j++) {
        row[j] = numbers.getFloat();
        if (!(row[j] >= 0 && row[j] <= 1)) {
          throw new InvalidInputException(
              "%s: holds the pixel %s, expected 0 to 1: fit the model again"
                  .formatted(name, row[j]));
        }
      }
    }
    return pixels;
  }

  /** The classifier in it, of images [N, C, H, W] in [0, 1]. */
  public DifferentiableClassifier classifier() {
    return new HullClassifier(model, new Origin(name, sha256, List.of(NOTE)));
  }

  /** What is in it, by names. */
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", settings);
    facts.put("classes", String.valueOf(model.prototypes().perClass().length));
    facts.put("images", String.valueOf(model.prototypes().size()));
    facts.put("scale", String.valueOf(model.scale()));
    return facts;
  }

  /** The lines of text that a file begins with. */
  private static final class Lines {
    private final byte[] bytes;
    private final String name;
    private int place;

    Lines(byte[] bytes, String name) {
      this.bytes = bytes;
      this.name = name;
    }

    /** Where the next line begins. */
    int place() {
      return place;
    }

    String next() {
      int from = place;
      int most = Math.min(bytes.length, LONGEST_HEADER);
      int end = IntStream.range(from, most).filter(i -> bytes[i] == '\n').findFirst().orElse(-1);
      if (end < 0) {
        throw new InvalidInputException(
            name + ": ends in its header; the file is cut off, copy it or fit the model again");
      }
      place = end + 1;
      return new String(bytes, from, end - from, StandardCharsets.US_ASCII);
    }

    String field(String field) {
      String line = next();
      if (!line.startsWith(field + ": ")) {
        throw new InvalidInputException(
            "%s: has the line '%s', expected '%s: ...': fit the model again"
                .formatted(name, line, field));
      }
      return line.substring(field.length() + 2);
    }

    long[] numbers(String field) {
      String text = field(field);
      try {
        long[] numbers = Arrays.stream(text.split(" ", -1)).mapToLong(Integer::parseInt).toArray();
        if (Arrays.stream(numbers).allMatch(number -> number > 0)) {
          return numbers;
        }
      } catch (NumberFormatException e) {
        // Said below.
      }
      throw new InvalidInputException(
          "%s: %s is '%s', expected whole numbers above 0: fit the model again"
              .formatted(name, field, text));
    }

    double decimal(String field) {
      String text = field(field);
      try {
        double number = Double.parseDouble(text);
        if (number > 0 && number <= Double.MAX_VALUE) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Said below.
      }
      throw new InvalidInputException(
          "%s: %s is '%s', expected a number above 0: fit the model again"
              .formatted(name, field, text));
    }

    void requireEmpty() {
      String line = next();
      if (!line.isEmpty()) {
        throw new InvalidInputException(
            "%s: has the line '%s', expected an empty one: fit the model again"
                .formatted(name, line));
      }
    }
  }
}
