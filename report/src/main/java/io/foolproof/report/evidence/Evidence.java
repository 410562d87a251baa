package io.foolproof.report.evidence;

import io.foolproof.attack.FlowBounded;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.baseline.BaselineFile;
import io.foolproof.certify.property.VnnLib;
import io.foolproof.data.Hashes;
import io.foolproof.model.Preprocessing;
import io.foolproof.report.audit.JsonReport;
import io.foolproof.tensor.InvalidInputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An audit as a file that others can check: the report and the samples as the audit wrote them, the
 * witnesses, the clean images, the plan, proofs, and what each shows.
 *
 * @param result the audit, with its witnesses
 * @param report the folder of its report
 * @param output the name of the model's output that counts; null for the file's own
 * @param preprocessing what was done to images before the model took them
 * @param images whether the clean images go into the pack
 * @param proofs the folder of {@code foolproof prove}; null where there is none
 */
public record Evidence(
    AuditResult result,
    Path report,
    @Nullable String output,
    Preprocessing preprocessing,
    boolean images,
    @Nullable Path proofs) {

  /** The same bytes of the same audit. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  /** Whether a file looks like a pack. */
  public static boolean isPack(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.getEntry(Pack.PAGE) != null;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Checks that somebody else can check the audit once more.
   *
   * @throws InvalidInputException where that is not so, with the reason
   */
  public void requireCheckable() {
    String why = null;
    if (result.features() != null) {
      why = "is about the rows of a table: packs hold images";
    } else if (result.randomness() != null) {
      why = "is of a randomised model, whose answers no replay gives again";
    } else if (result.threat() instanceof FlowBounded) {
      why = "moves pixels, and two images do not tell how far";
    } else if (!result.isFinished()) {
      why = "is not finished";
    }
    if (why != null) {
      throw new InvalidInputException("%s: the audit %s: no evidence".formatted(report, why));
    }
  }

  /**
   * Writes the pack.
   *
   * @throws InvalidInputException when files of the report or the proofs cannot be read
   */
  public void write(Path pack) {
    requireCheckable();
    byte[] json = read(Pack.REPORT);
    JsonNode tree = tree(json);
    List<Path> certificates = certificates();
    PackPlan plan =
        PackPlan.of(
            result,
            tree.at("/program/version").asString(),
            output,
            preprocessing,
            images,
            certificates.size());
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(pack)))) {
      Writer writer = new Writer(zip);
      writer.add(Pack.PAGE, ShowsPage.of(tree, plan).getBytes(StandardCharsets.UTF_8));
      writer.add(Pack.REPORT, json);
      writer.add(Pack.SAMPLES, read(Pack.SAMPLES));
      writer.add(Pack.VERDICTS, read(BaselineFile.NAME));
      writer.add(Pack.PLAN, JsonReport.write(plan));
      writer.add(Pack.BOM, MlBom.bytes(tree, plan));
      PackImages.adversarial(result, writer::add);
      if (images) {
        PackImages.clean(result.data(), writer::add);
      }
      for (Path certificate : certificates) {
        String name = Pack.PROOFS + certificate.getFileName();
        writer.add(name, Files.readAllBytes(certificate));
        String property = Proofs.property(String.valueOf(certificate.getFileName()));
        Path packed = certificate.resolveSibling(property + ".gz");
        Path text = Files.exists(packed) ? packed : certificate.resolveSibling(property);
        writer.add(Pack.PROOFS + property, VnnLib.bytes(text));
      }
      writer.finish();
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be written (%s)".formatted(pack, InvalidInputException.reason(e)), e);
    }
  }

  private JsonNode tree(byte[] json) {
    try {
      return Pack.JSON.readTree(json);
    } catch (JacksonException e) {
      throw new InvalidInputException(
          report.resolve(Pack.REPORT) + ": is not what an audit writes: run the audit again", e);
    }
  }

  private byte[] read(String name) {
    Path file = report.resolve(name);
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be read (%s): give the folder of an audit's report"
              .formatted(file, InvalidInputException.reason(e)),
          e);
    }
  }

  /** Of samples of this audit. */
  private List<Path> certificates() {
    if (proofs == null) {
      return List.of();
    }
    List<String> names =
        result.samples().stream().map(sample -> "image-" + sample.index() + ".proof").toList();
    try (Stream<Path> files = Files.list(proofs)) {
      List<Path> found =
          files
              .filter(file -> names.contains(String.valueOf(file.getFileName())))
              .sorted()
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be read (%s)".formatted(proofs, InvalidInputException.reason(e)), e);
    }
    throw new InvalidInputException(
        proofs
            + ": holds no proof of a sample of this audit: give the folder of foolproof prove --data"
            + " with the same images, or leave --proofs out");
  }

  /** Adds files, and at the end what they are. */
  private static final class Writer {
    private final ZipOutputStream zip;
    private final Map<String, String> sha256 = new TreeMap<>();

    Writer(ZipOutputStream zip) {
      this.zip = zip;
    }

    void add(String name, byte[] content) {
      sha256.put(name, HexFormat.of().formatHex(Hashes.sha256().digest(content)));
      put(name, content);
    }

    private void put(String name, byte[] content) {
      try {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void finish() {
      put(Pack.MANIFEST, JsonReport.write(new Pack.Manifest(PackPlan.FORMAT, sha256)));
    }
  }
}
