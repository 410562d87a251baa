package io.foolproof.report.evidence;

import io.foolproof.audit.baseline.BaselineFile;
import io.foolproof.data.FileFormat;
import io.foolproof.data.Hashes;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files of an evidence pack, read as if an enemy had made it: nothing is unpacked to a disk, no
 * file is read beyond what one may have, and names are held against those that packs have.
 */
final class Pack implements AutoCloseable {
  static final String MANIFEST = "manifest.json";
  static final String REPORT = "report.json";
  static final String SAMPLES = "samples.csv";
  static final String VERDICTS = BaselineFile.NAME;
  static final String PLAN = "plan.json";
  static final String BOM = "ml-bom.cdx.json";
  static final String PAGE = "what-this-shows.md";
  static final String ADVERSARIAL = "adversarial/";
  static final String CLEAN = "clean/";
  static final String PROOFS = "proofs/";

  /** What one file may have, unpacked; images are in several. */
  static final long MOST_BYTES = 1L << 28;

  /** What all files may have, unpacked. */
  static final long MOST_BYTES_TOGETHER = 1L << 32;

  private static final int MOST_FILES = 200_000;

  /** A name, in one folder at most. */
  private static final Pattern NAME =
      Pattern.compile("([a-z]+/)?[A-Za-z0-9][A-Za-z0-9_-]*(\\.[a-z]+)+");

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private final Path file;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

  private Pack(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /** What {@value #MANIFEST} holds: the SHA-256 of each file by its name. */
  record Manifest(String format, Map<String, String> sha256) {}

  /**
   * Opens a pack.
   *
   * @throws InvalidInputException when it is cut short, is none, or has files that none has
   */
  static Pack open(Path file) {
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(
          file + ": is a folder; name the file that foolproof evidence wrote");
    }
    try {
      ZipFile zip = new ZipFile(file.toFile());
      Pack pack = new Pack(file, zip);
      try {
        if (!ZipEnds.areThoseOf(file)) {
          throw pack.refused("holds other bytes before or after the pack", "the pack alone");
        }
        pack.list();
        return pack;
      } catch (IOException | RuntimeException e) {
        zip.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  private static InvalidInputException damaged(Path file, Exception cause) {
    return new InvalidInputException(
        file
            + ": is no evidence pack, or one that was cut short or damaged: copy it again, or make it"
            + " again with foolproof evidence",
        cause);
  }

  private void list() {
    long together = 0;
    for (ZipEntry entry : zip.stream().toList()) {
      String name = entry.getName();
      if (!NAME.matcher(name).matches()) {
        throw refused("holds the name '" + name + "'", "names such as " + REPORT);
      }
      if (entries.put(name, entry) != null) {
        throw refused("holds " + name + " twice", "each file once");
      }
      long size = entry.getSize();
      together += size;
      if (size < 0 || size > MOST_BYTES || together > MOST_BYTES_TOGETHER) {
        throw refused(
            "unpacks to more than a pack may have, at " + name,
            "files of at most %,d bytes, together %,d".formatted(MOST_BYTES, MOST_BYTES_TOGETHER));
      }
      if (entries.size() > MOST_FILES) {
        throw refused("holds more files than a pack may", "at most " + MOST_FILES);
      }
    }
    if (!entries.containsKey(MANIFEST)) {
      throw refused("has no " + MANIFEST, "a pack that foolproof evidence made");
    }
  }

  private InvalidInputException refused(String found, String expected) {
    return new InvalidInputException(
        "%s: %s, expected %s: it is refused, ask for the pack as it was made"
            .formatted(file, found, expected));
  }

  /** All names but that of the manifest. */
  List<String> names() {
    return entries.keySet().stream().filter(name -> !name.equals(MANIFEST)).toList();
  }

  /** The names in a folder, in their order. */
  List<String> in(String folder) {
    return entries.keySet().stream().filter(name -> name.startsWith(folder)).sorted().toList();
  }

  Manifest manifest() {
    String format = tree(MANIFEST).path("format").asString("");
    if (FileFormat.isLater(format, PackPlan.FORMAT)) {
      throw new InvalidInputException(
          "%s: is '%s', of a later version of Foolproof, expected '%s': verify it with that version"
              .formatted(file, format, PackPlan.FORMAT));
    }
    Manifest manifest = json(MANIFEST, Manifest.class);
    if (!PackPlan.FORMAT.equals(manifest.format())) {
      throw refused("is of the format '" + manifest.format() + "'", PackPlan.FORMAT);
    }
    return manifest;
  }

  /**
   * What of the files is not what the manifest says, in words.
   *
   * @throws InvalidInputException when a file cannot be read
   */
  List<String> changed(Manifest manifest) {
    List<String> changed = new ArrayList<>();
    Map<String, String> expected = new TreeMap<>(manifest.sha256());
    for (String name : names()) {
      String hash = expected.remove(name);
      if (hash == null) {
        changed.add(name + " is not in the manifest");
      } else if (!hash.equals(sha256(name))) {
        changed.add(name + " has another SHA-256 than in the manifest");
      }
    }
    expected.keySet().forEach(name -> changed.add(name + " is missing"));
    return changed;
  }

  private String sha256(String name) {
    MessageDigest digest = Hashes.sha256();
    try (InputStream in = new DigestInputStream(zip.getInputStream(entry(name)), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  private ZipEntry entry(String name) {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw refused("has no " + name, "a whole pack");
    }
    return entry;
  }

  /** The bytes of a file. */
  byte[] bytes(String name) {
    ZipEntry entry = entry(name);
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes((int) entry.getSize() + 1);
      if (bytes.length != entry.getSize()) {
        throw refused(name + " has another size than the pack says", "a pack as it was made");
      }
      return bytes;
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  /** A file as a record of this type. */
  <T> T json(String name, Class<T> type) {
    try {
      T value = JSON.readValue(bytes(name), type);
      if (value != null) {
        return value;
      }
    } catch (JacksonException e) {
      throw unreadable(name, e);
    }
    throw unreadable(name, null);
  }

  /** A file as JSON of any kind. */
  JsonNode tree(String name) {
    return json(name, JsonNode.class);
  }

  InvalidInputException unreadable(String name, @Nullable Exception why) {
    String message =
        "%s: %s is not what this version writes: it is refused, ask for the pack as it was made"
            .formatted(file, name);
    return why == null
        ? new InvalidInputException(message)
        : new InvalidInputException(message, why);
  }

  /** What to call a file of the pack in messages. */
  String where(String name) {
    return file + " (" + name + ")";
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }
}
