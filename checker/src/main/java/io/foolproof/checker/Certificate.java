package io.foolproof.checker;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A certificate: claims, in order, each with a tree of case distinctions that shows it. Nothing in
 * it has to be believed.
 *
 * <p>The file is a zip. {@code proof.json} has the SHA-256 of the network and of the specification;
 * {@code claims.bin} has, in big-endian order: the number of names of rectifiers, the names; the
 * number of blocks, the blocks.
 *
 * @param network SHA-256 of the network's file, in hexadecimal
 * @param specification SHA-256 of the specification's text
 * @param rectifiers names of the values that rectifiers give; by their places here they are meant
 *     below
 */
record Certificate(
    String network, String specification, List<String> rectifiers, List<Block> blocks) {
  /** What is read; the first has no splits of inputs, the second no assumptions. */
  private static final List<String> VERSIONS = List.of("1", "2", "3");

  /** That a block assumes no case. */
  static final int NOTHING = -1;

  private static final int MOST_BYTES = 1 << 28;
  private static final int DEEPEST = 2_000;

  /**
   * Claims that may rest on everything that the blocks before it have shown for the same box.
   *
   * @param cases of the specification, which share a box, that it speaks of
   * @param given which case its claims assume to happen; NOTHING where they assume none
   * @param slopes for each rectifier, which of its neurons have slopes in the leaves
   */
  record Block(int[] cases, int given, int[][] slopes, List<Claim> claims) {}

  /** What is claimed, and why. */
  sealed interface Claim {
    Tree tree();
  }

  /**
   * That an input of a rectifier is at most, or at least, a number.
   *
   * @param rectifier which
   * @param neuron which of its inputs
   * @param upper whether the number is an upper bound
   */
  record Bound(int rectifier, int neuron, boolean upper, double value, Tree tree)
      implements Claim {}

  /** That a case of the specification does not happen. */
  record Excluded(int which, Tree tree) implements Claim {}

  /** Case distinctions: by the sign of an input of a rectifier, or by an input of the network. */
  sealed interface Tree {}

  /** First the case that the input is not negative, then that it is not positive. */
  record Split(int rectifier, int neuron, Tree active, Tree inactive) implements Tree {}

  /**
   * First the inputs of which one number is at most a value, then those where it is at least that.
   *
   * @param input which number
   */
  record Halves(int input, double at, Tree below, Tree above) implements Tree {}

  /**
   * A case in which one backward pass suffices.
   *
   * @param weights of the constraints of the case that is excluded, or assumed
   * @param slopes of the lower bounds of rectifiers, in 255ths, in the order of the block's list;
   *     empty for the slopes 0 and 1, whichever is nearer to the rectifier
   * @param multipliers of the splits by signs above it, from the root
   */
  record Leaf(float[] weights, byte[] slopes, float[] multipliers) implements Tree {}

  /** Reads a file. */
  static Certificate read(Path path) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      String json = new String(bytes(zip, "proof.json"), StandardCharsets.UTF_8);
      String version = field(json, "version");
      if (!VERSIONS.contains(version)) {
        throw new UncheckableException(
            "%s: is a certificate of version %s, and this checks versions %s: use the version of Foolproof that wrote it"
                .formatted(path, version, String.join(", ", VERSIONS)));
      }
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes(zip, "claims.bin")));
      boolean assumes = VERSIONS.indexOf(version) > 1;
      return new Reader(in, assumes)
          .certificate(field(json, "network"), field(json, "specification"));
    } catch (EOFException | UTFDataFormatException e) {
      throw new UncheckableException(path + ": the certificate ends early, or is damaged");
    } catch (ZipException e) {
      throw new UncheckableException(path + ": no certificate: " + e.getMessage());
    } catch (UncheckableException e) {
      String why = String.valueOf(e.getMessage());
      throw why.startsWith(path + ": ") ? e : new UncheckableException(path + ": " + why);
    }
  }

  private static byte[] bytes(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null || entry.getSize() > MOST_BYTES) {
      throw new UncheckableException("no certificate: " + name + " is missing or too large");
    }
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      String found = all.nextElement().getName();
      if (!found.equals("proof.json") && !found.equals("claims.bin")) {
        throw new UncheckableException("no certificate: it has a file " + found);
      }
    }
    byte[] bytes = zip.getInputStream(entry).readNBytes(MOST_BYTES);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    if (sum.getValue() != entry.getCrc()) {
      throw new UncheckableException("no certificate: " + name + " is damaged");
    }
    return bytes;
  }

  /** A field of a flat object of texts and whole numbers. */
  private static String field(String json, String name) {
    Matcher field =
        Pattern.compile("\"" + name + "\"\\s*:\\s*(?:\"([^\"\\\\]*)\"|(\\d+))").matcher(json);
    if (!field.find()) {
      throw new UncheckableException("no certificate: proof.json has no '" + name + "'");
    }
    return field.group(1) == null ? field.group(2) : field.group(1);
  }

  /** The numbers of claims.bin; every count is held against what can be left. */
  private record Reader(DataInputStream in, boolean assumes) {
    Certificate certificate(String network, String specification) throws IOException {
      List<String> rectifiers = new ArrayList<>();
      for (int i = count(2); i > 0; i--) {
        rectifiers.add(in.readUTF());
      }
      List<Block> blocks = new ArrayList<>();
      for (int i = count(Integer.BYTES); i > 0; i--) {
        blocks.add(block(rectifiers.size()));
      }
      if (in.available() > 0) {
        throw new UncheckableException("the certificate goes on behind its end");
      }
      return new Certificate(network, specification, rectifiers, blocks);
    }

    private int count(int bytesEach) throws IOException {
      int count = in.readInt();
      if (count < 0 || (long) count * bytesEach > in.available()) {
        throw new EOFException();
      }
      return count;
    }

    private int[] integers() throws IOException {
      int[] values = new int[count(Integer.BYTES)];
      for (int i = 0; i < values.length; i++) {
        values[i] = in.readInt();
      }
      return values;
    }

    private float[] floats(int count) throws IOException {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = in.readFloat();
        if (!(values[i] >= 0) || Float.isInfinite(values[i])) {
          throw new UncheckableException("the certificate has a multiplier below 0, or not finite");
        }
      }
      return values;
    }

    private Block block(int rectifiers) throws IOException {
      int[] cases = integers();
      int given = assumes ? in.readInt() : NOTHING;
      int[][] slopes = new int[rectifiers][];
      int total = 0;
      for (int i = 0; i < rectifiers; i++) {
        slopes[i] = integers();
        total += slopes[i].length;
      }
      List<Claim> claims = new ArrayList<>();
      for (int i = count(1); i > 0; i--) {
        claims.add(claim(total));
      }
      return new Block(cases, given, slopes, claims);
    }

    private Claim claim(int slopes) throws IOException {
      int kind = in.readUnsignedByte();
      return switch (kind) {
        case 0, 1 ->
            new Bound(in.readInt(), in.readInt(), kind == 1, in.readDouble(), tree(slopes, 0, 0));
        case 2 -> new Excluded(in.readInt(), tree(slopes, 0, 0));
        default -> throw new UncheckableException("the certificate has a claim of unknown kind");
      };
    }

    private Tree tree(int slopes, int depth, int signs) throws IOException {
      int kind = in.readUnsignedByte();
      if (kind > 3 || depth > DEEPEST) {
        throw new UncheckableException("the certificate has a tree of unknown form");
      }
      if (kind == 2) {
        int rectifier = in.readInt();
        int neuron = in.readInt();
        Tree active = tree(slopes, depth + 1, signs + 1);
        return new Split(rectifier, neuron, active, tree(slopes, depth + 1, signs + 1));
      }
      if (kind == 3) {
        int input = in.readInt();
        double at = in.readDouble();
        Tree below = tree(slopes, depth + 1, signs);
        return new Halves(input, at, below, tree(slopes, depth + 1, signs));
      }
      float[] weights = floats(count(Float.BYTES));
      byte[] own = new byte[kind == 1 ? slopes : 0];
      in.readFully(own);
      return new Leaf(weights, own, floats(signs));
    }
  }
}
