package io.foolproof.audit.baseline;

import io.foolproof.audit.Verdict;
import io.foolproof.data.FileFormat;
import io.foolproof.data.Hashes;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A baseline as a file for version control: JSON, a line a sample in the order of the indices, so
 * that a change shows as the lines of the samples that changed. A checksum over all of it tells
 * what was edited by hand or lost samples.
 */
public final class BaselineFile {
  /** The name of the file that each audit leaves in its report's folder. */
  public static final String NAME = "verdicts.json";

  private static final String FREEZE_AGAIN = "restore it from version control, or freeze it again";

  private static final String FORMAT = "foolproof baseline 1";

  /** Files of 10 million samples; what is larger is no baseline. */
  private static final long MOST_BYTES = 1L << 28;

  /** The same on every system: checksums are over these bytes. */
  private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(LINES))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private BaselineFile() {}

  /** What the file holds, in its order. */
  record Content(
      String format,
      String model,
      String identity,
      String engine,
      Map<String, String> plan,
      int samples,
      Map<String, String> verdicts,
      String sha256) {

    /** The checksum of all the rest. */
    String digest() {
      Content rest = new Content(format, model, identity, engine, plan, samples, verdicts, "");
      return HexFormat.of().formatHex(Hashes.sha256().digest(JSON.writeValueAsBytes(rest)));
    }
  }

  /** The bytes of the file: the same for the same baseline. */
  public static byte[] bytes(Baseline baseline) {
    Map<String, String> verdicts = new LinkedHashMap<>();
    baseline.verdicts().forEach((index, verdict) -> verdicts.put(index.toString(), word(verdict)));
    Content content =
        new Content(
            FORMAT,
            baseline.model(),
            baseline.identity(),
            baseline.engine(),
            baseline.plan(),
            verdicts.size(),
            verdicts,
            "");
    Content whole =
        new Content(
            content.format(),
            content.model(),
            content.identity(),
            content.engine(),
            content.plan(),
            content.samples(),
            verdicts,
            content.digest());
    return (JSON.writeValueAsString(whole) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a baseline.
   *
   * @param path a file, or the folder of an audit's report
   * @throws InvalidInputException when it cannot be read, is of another version, or is not as it
   *     was written
   */
  public static Baseline read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(NAME) : path;
    return read(content(file), file.toString(), FREEZE_AGAIN);
  }

  /**
   * A baseline from the bytes of its file.
   *
   * @param where what to call it in messages
   * @param advice what to do where it was changed
   * @throws InvalidInputException when it is of another version, or is not as it was written
   */
  public static Baseline read(byte[] bytes, String where, String advice) {
    return read(parsed(bytes, where), where, advice);
  }

  private static Baseline read(Content content, String file, String advice) {
    requireNotLater(content.format(), file);
    if (!content.format().equals(FORMAT)) {
      throw new InvalidInputException(
          "%s: is '%s', expected '%s': freeze it again with this version"
              .formatted(file, content.format(), FORMAT));
    }
    if (content.verdicts().size() != content.samples()
        || !content.digest().equals(content.sha256())) {
      throw new InvalidInputException(
          "%s: is not as it was written (its checksum does not match): %s".formatted(file, advice));
    }
    TreeMap<Long, Verdict> verdicts = new TreeMap<>();
    content
        .verdicts()
        .forEach((index, word) -> verdicts.put(Long.parseLong(index), verdict(file, word)));
    return new Baseline(
        content.model(), content.identity(), content.engine(), content.plan(), verdicts);
  }

  private static Content content(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new InvalidInputException(
            "%s: %,d bytes, expected a baseline: give a file that --freeze wrote"
                .formatted(file, Files.size(file)));
      }
      return parsed(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(
          file + ": there is no such file: write it with audit --baseline FILE --freeze", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be read (%s)".formatted(file, InvalidInputException.reason(e)), e);
    }
  }

  private static Content parsed(byte[] bytes, String file) {
    String problem =
        "%s: is no baseline, or one that was cut short or edited: restore it, or freeze it again"
            .formatted(file);
    try {
      Content content = JSON.readValue(bytes, Content.class);
      // JSON may say null of any of them.
      if (content == null || content.format() == null || content.verdicts() == null) {
        throw new InvalidInputException(problem);
      }
      return content;
    } catch (JacksonException e) {
      requireNotLater(format(bytes), file);
      throw new InvalidInputException(problem, e);
    }
  }

  /** The format that a file names which has other fields than this version knows. */
  private static String format(byte[] bytes) {
    try {
      return JSON.readTree(bytes).path("format").asString("");
    } catch (JacksonException e) {
      return "";
    }
  }

  private static void requireNotLater(String format, String file) {
    if (FileFormat.isLater(format, FORMAT)) {
      throw new InvalidInputException(
          "%s: is '%s', of a later version of Foolproof, expected '%s': use that version, or freeze it again with this one"
              .formatted(file, format, FORMAT));
    }
  }

  private static String word(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  private static Verdict verdict(String file, String word) {
    for (Verdict verdict : Verdict.values()) {
      if (word(verdict).equals(word)) {
        return verdict;
      }
    }
    throw new InvalidInputException(
        "%s: has the verdict '%s', which this version does not know: freeze it again"
            .formatted(file, word));
  }
}
