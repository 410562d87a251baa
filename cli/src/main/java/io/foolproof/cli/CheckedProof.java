package io.foolproof.cli;

import io.foolproof.certify.Outcome;
import io.foolproof.certify.Prover;
import io.foolproof.certify.proof.ProofFile;
import io.foolproof.certify.property.Property;
import io.foolproof.certify.property.VnnLib;
import io.foolproof.checker.Checker;
import io.foolproof.checker.UncheckableException;
import io.foolproof.checker.Verdict;
import io.foolproof.data.Hashes;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Proves properties of a model, and has every proof checked before it counts.
 *
 * @param model the file, as it was read
 * @param file where the model lies, for the checker to read it again
 */
record CheckedProof(OnnxModel model, Path file, Prover prover) {

  /**
   * How a property was decided.
   *
   * @param word sat, unsat or unknown
   * @param detail in one line
   * @param verdict of the checker; null where there is no proof
   */
  record Decision(String word, String detail, @Nullable Verdict verdict, double seconds) {}

  /**
   * Decides a property, and writes the certificate or the witness.
   *
   * @param specification the file of the property
   * @param out where the certificate goes, {@code .proof}; a witness goes to {@code .witness}
   */
  Decision decide(Path specification, Path out, double timeout, long seed) {
    long start = System.nanoTime();
    byte[] text = VnnLib.bytes(specification);
    Property property = VnnLib.parse(text, specification.toString());
    // A proof or a witness of an earlier run must not be taken for one of this.
    delete(out);
    delete(sibling(out, ".witness"));
    Outcome outcome = prover.prove(property, timeout, seed);
    if (outcome instanceof Outcome.Violated violated) {
      Path witness = sibling(out, ".witness");
      write(witness, witness(violated));
      String detail = "case %d happens; witness: %s".formatted(violated.which(), witness);
      return new Decision("sat", detail, null, since(start));
    }
    if (outcome instanceof Outcome.Unknown unknown) {
      String detail =
          String.format(
              Locale.ROOT,
              "%s; the lower bound is %.4g below what a proof needs",
              unknown.reason(),
              -unknown.bound());
      return new Decision("unknown", detail, null, since(start));
    }
    Outcome.Shown shown = (Outcome.Shown) outcome;
    Path part = sibling(out, ".unchecked");
    ProofFile.write(
        part,
        shown.proof(),
        model.sha256(),
        HexFormat.of().formatHex(Hashes.sha256().digest(text)),
        prover.rectifiers());
    Verdict verdict = checked(specification, part);
    try {
      if (!verdict.proved()) {
        Files.delete(part);
        String detail = "the checker does not agree: " + verdict.reason();
        return new Decision("unknown", detail, verdict, since(start));
      }
      Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new InvalidInputException(out + ": " + InvalidInputException.reason(e), e);
    }
    return new Decision("unsat", margins(verdict) + "; certificate: " + out, verdict, since(start));
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private Verdict checked(Path specification, Path certificate) {
    try {
      return check(file, specification, certificate);
    } catch (InvalidInputException e) {
      return new Verdict(false, String.valueOf(e.getMessage()), Double.NaN, Double.NaN, 0, 0);
    }
  }

  /**
   * Has a certificate checked.
   *
   * @throws InvalidInputException when a file cannot be used
   */
  static Verdict check(Path model, Path specification, Path certificate) {
    try {
      return Checker.check(model, specification, certificate);
    } catch (UncheckableException e) {
      throw new InvalidInputException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          e instanceof NoSuchFileException
              ? e.getMessage() + ": there is no such file"
              : "a file cannot be read: " + InvalidInputException.reason(e),
          e);
    }
  }

  /** The smallest margin, in both senses. */
  static String margins(Verdict verdict) {
    return String.format(
        Locale.ROOT,
        "smallest margin %.6g in exact arithmetic, %.6g in any 32-bit execution",
        verdict.exactMargin(),
        verdict.executionMargin());
  }

  /** In the form of the competitions. */
  private static String witness(Outcome.Violated violated) {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < violated.input().length; i++) {
      text.append("(X_" + i + " " + violated.input()[i] + ")\n");
    }
    for (int k = 0; k < violated.output().length; k++) {
      text.append("(Y_" + k + " " + violated.output()[k] + ")\n");
    }
    return text.append(")\n").toString();
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": " + InvalidInputException.reason(e), e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new InvalidInputException(file + ": " + InvalidInputException.reason(e), e);
    }
  }

  private static Path sibling(Path out, String ending) {
    String name = String.valueOf(out.getFileName());
    return out.resolveSibling(name.replaceFirst("\\.proof$", "") + ending);
  }
}
