package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Damaged files of every format that data come in: a few bits flipped, the end cut off, bytes
 * overwritten, left out or repeated. A number names a file.
 */
public final class DataMutants {
  /** What a file is. */
  public enum Format {
    IDX,
    IDX_GZIP,
    IDX_LABELS,
    NPY,
    NPZ,
    PNG,
    JPEG,
    CSV;

    /** The name of a damaged file. */
    String file() {
      return switch (this) {
        case PNG -> "damaged.png";
        case JPEG -> "damaged.jpg";
        case CSV -> "damaged.csv";
        case NPZ -> "damaged.npz";
        default -> "damaged";
      };
    }
  }

  private static final byte[] OVERWRITTEN = {0, -1, 0x7f, '-', '9', '"', ',', '\n', (byte) 0x80};

  private final Path folder;
  private final Path pictures;
  private final Map<Format, byte[]> intact = new LinkedHashMap<>();

  /** Files in this folder, which is made. */
  public DataMutants(Path folder) {
    this.folder = folder;
    this.pictures = folder.resolve("pictures");
    try {
      Files.createDirectories(pictures.resolve("0"));
      Files.createDirectories(pictures.resolve("1"));
      Files.write(pictures.resolve("1/good.png"), picture("png"));
      byte[] images = TestFiles.idx(new int[] {6, 5, 5}, TestFiles.counting(150));
      byte[] labels = TestFiles.idx(new int[] {6}, TestFiles.counting(6));
      Files.write(folder.resolve("images"), images);
      Files.write(folder.resolve("labels"), labels);
      intact.put(Format.IDX, images);
      intact.put(Format.IDX_GZIP, TestFiles.gzip(images));
      intact.put(Format.IDX_LABELS, labels);
      Path good = folder.resolve("good");
      Npy.write(good, NpyArray.ofFloats(new float[60], 3, 4, 5));
      intact.put(Format.NPY, Files.readAllBytes(good));
      Map<String, NpyArray> arrays = new LinkedHashMap<>();
      arrays.put("images", NpyArray.ofBytes(TestFiles.counting(48), 3, 4, 4));
      arrays.put("labels", NpyArray.ofLongs(new long[] {2, 0, 1}, 3));
      Npz.write(good, arrays);
      intact.put(Format.NPZ, Files.readAllBytes(good));
      intact.put(Format.PNG, picture("png"));
      intact.put(Format.JPEG, picture("jpg"));
      String table = "age,\"pay, net\",class\n31,1.5e3,yes\n-4,\"0.25\",no\n7,12,yes\n";
      intact.put(Format.CSV, table.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] picture(String format) throws IOException {
    BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 7; y++) {
      for (int x = 0; x < 9; x++) {
        image.setRGB(x, y, 0x1d3557 * (x + 3) * (y + 5));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    return bytes.toByteArray();
  }

  /** The format of the file of this number. */
  public static Format format(long seed) {
    return Format.values()[(int) Math.floorMod(seed, (long) Format.values().length)];
  }

  /** Whether the files are read that are not damaged. */
  boolean readsIntact(Format format) {
    return refused(format, intact(format)) == null;
  }

  private byte[] intact(Format format) {
    return intact.getOrDefault(format, new byte[0]);
  }

  /**
   * The bytes of the file of this number; in the first bytes, where headers are, twice as often.
   */
  public byte[] bytes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = intact(format(seed)).clone();
    int reach = random.nextBoolean() ? Math.min(48, bytes.length) : bytes.length;
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(reach);
      if (random.nextInt(3) > 0) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
      } else {
        int end = Math.min(bytes.length, at + 1 + random.nextInt(8));
        Arrays.fill(bytes, at, end, OVERWRITTEN[random.nextInt(OVERWRITTEN.length)]);
      }
    }
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> moved(bytes, random.nextInt(bytes.length), random.nextInt(bytes.length));
      default -> bytes;
    };
  }

  /** What follows one place follows another: bytes are left out, or repeated. */
  private static byte[] moved(byte[] bytes, int from, int to) {
    byte[] moved = Arrays.copyOf(bytes, to + bytes.length - from);
    System.arraycopy(bytes, from, moved, to, bytes.length - from);
    return moved;
  }

  /**
   * Reads the file of a number.
   *
   * @return why it was refused, in one line; null where it was read. Anything else is thrown
   */
  public @Nullable String refused(long seed) {
    return refused(format(seed), bytes(seed));
  }

  private @Nullable String refused(Format format, byte[] bytes) {
    try {
      read(format, bytes);
      return null;
    } catch (InvalidInputException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("\n")) {
        throw new AssertionError("more than one line: " + message, e);
      }
      return message;
    }
  }

  private void read(Format format, byte[] bytes) {
    boolean isPicture = format == Format.PNG || format == Format.JPEG;
    Path file = (isPicture ? pictures.resolve("0") : folder).resolve(format.file());
    TestFiles.write(file, bytes);
    switch (format) {
      case IDX, IDX_GZIP -> Idx.read("set", file, folder.resolve("labels"));
      case IDX_LABELS -> Idx.read("set", folder.resolve("images"), file);
      case NPY -> Npy.read(file);
      case NPZ -> new DataSource.NpzFile(file).open(Split.TEST, TestFiles.only(folder));
      case CSV -> CsvTable.read("set", file, "class", List.of(), List.of("no", "yes"));
      case PNG, JPEG -> {
        try {
          ImageFolder.read("set", pictures, null);
        } finally {
          remove(file);
        }
      }
    }
  }

  /** It would be read along with the next. */
  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
