package io.foolproof.audit.proof;

import io.foolproof.certify.Outcome;
import io.foolproof.certify.Prover;
import io.foolproof.certify.proof.ProofFile;
import io.foolproof.certify.property.Property;
import io.foolproof.certify.property.VnnLib;
import io.foolproof.checker.Checker;
import io.foolproof.checker.UncheckableException;
import io.foolproof.checker.Verdict;
import io.foolproof.data.Hashes;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessing;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Proves properties of a model, and has every proof checked before it counts: by the checker, which
 * reads the network, the property and the certificate by itself.
 */
public final class CheckedProofs implements AutoCloseable {
  private static final Pattern INPUT = Pattern.compile("\\(X_\\d+ (-?[\\d.]+(?:E-?\\d+)?)\\)");

  private final OnnxModel model;
  private final byte[] bytes;
  private final Prover prover;

  /**
   * Of a model.
   *
   * @throws InvalidInputException when there are no bounds for one of its operators
   */
  public CheckedProofs(OnnxModel model) {
    this.model = model;
    this.bytes = model.bytes();
    this.prover = new Prover(model);
  }

  /**
   * Reads a model, which may be compressed, as those of the competitions are.
   *
   * @throws InvalidInputException when it cannot be read or is no sound ONNX model
   */
  public static OnnxModel read(Path file) {
    return file.toString().endsWith(".gz")
        ? OnnxModel.of(VnnLib.bytes(file), file.toString())
        : OnnxModel.read(file);
  }

  /**
   * What an earlier run found: its certificate is checked again, or its witness replayed, so that
   * nothing that was proved is searched for twice, or lost to a shorter time.
   *
   * @return empty where there is neither, or a certificate that does not hold
   * @throws InvalidInputException when what is there is of another model or property
   */
  public Optional<Decision> earlier(Path specification, Path certificate) {
    long start = System.nanoTime();
    // A property that cannot be used must not be told as a certificate of another.
    byte[] text = VnnLib.bytes(specification);
    VnnLib.parse(text, specification.toString());
    Path witness = witnessOf(certificate);
    if (Files.exists(certificate)) {
      if (!Checker.isOf(bytes, specification, certificate)) {
        throw ofAnother(certificate, "certificate");
      }
      Verdict verdict = check(specification, certificate);
      String detail = margins(verdict) + "; certificate: " + certificate + ", of an earlier run";
      return verdict.proved()
          ? Optional.of(
              new Decision(
                  Decision.Answer.UNSAT, detail, verdict, null, since(start), since(start)))
          : Optional.empty();
    }
    if (!Files.exists(witness)) {
      return Optional.empty();
    }
    float[] input = readWitness(witness);
    OptionalInt which = violated(text, specification.toString(), input);
    if (which.isEmpty()) {
      throw ofAnother(witness, "witness");
    }
    return Optional.of(
        new Decision(
            Decision.Answer.SAT,
            "case %d happens; witness: %s, of an earlier run".formatted(which.getAsInt(), witness),
            null,
            new Outcome.Violated(which.getAsInt(), input, output(input)),
            since(start),
            0));
  }

  private static InvalidInputException ofAnother(Path file, String what) {
    return new InvalidInputException(
        file
            + ": is the "
            + what
            + " of another model or property, or damaged: give another --out, or --fresh to replace it");
  }

  /**
   * Of the model of a plan.
   *
   * @throws InvalidInputException also when the pixels do not enter the network as they are, in
   *     their order
   */
  public static CheckedProofs of(ProofPlan plan) {
    try (OnnxClassifier classifier =
        OnnxClassifier.forImages(plan.model(), plan.images().shape(), Preprocessing.NONE)) {
      CheckedProofs proofs = new CheckedProofs(plan.model());
      if (proofs.prover.inputs() == plan.images().pixels()
          && proofs.prover.outputs() == classifier.classes()
          && classifier.takesPixelsInOrder()) {
        return proofs;
      }
      proofs.close();
      throw new InvalidInputException(
          "%s: %d pixels an image and %d classes do not fit the network's %d inputs and %d outputs"
              .formatted(
                  classifier.name(),
                  plan.images().pixels(),
                  classifier.classes(),
                  proofs.prover.inputs(),
                  proofs.prover.outputs()));
    }
  }

  /** How many numbers the network takes. */
  int inputs() {
    return prover.inputs();
  }

  /** How many numbers the network gives. */
  int outputs() {
    return prover.outputs();
  }

  /**
   * Decides a property, and writes the certificate or the witness.
   *
   * @param specification the file of the property
   * @param out where the certificate goes, {@code .proof}; a witness goes to {@code .witness}
   * @param timeout in seconds, the check not included
   * @param seed of the random starts of attacks
   */
  public Decision decide(Path specification, Path out, double timeout, long seed) {
    long start = System.nanoTime();
    byte[] text = VnnLib.bytes(specification);
    Property property = VnnLib.parse(text, specification.toString());
    // A proof or a witness of an earlier run must not be taken for one of this.
    delete(out);
    delete(witnessOf(out));
    Outcome outcome = prover.prove(property, timeout, seed);
    if (outcome instanceof Outcome.Violated violated) {
      writeWitness(witnessOf(out), violated.input(), violated.output());
      String detail = "case %d happens; witness: %s".formatted(violated.which(), witnessOf(out));
      return new Decision(Decision.Answer.SAT, detail, null, violated, since(start), 0);
    }
    if (outcome instanceof Outcome.Unknown unknown) {
      String far =
          String.format(
              Locale.ROOT, "; the lower bound is %.4g below what a proof needs", -unknown.bound());
      String detail = unknown.reason() + (Double.isNaN(unknown.bound()) ? "" : far);
      return new Decision(Decision.Answer.UNKNOWN, detail, null, null, since(start), 0);
    }
    Outcome.Shown shown = (Outcome.Shown) outcome;
    Path part = sibling(out, ".unchecked");
    ProofFile.write(
        part,
        shown.proof(),
        model.sha256(),
        HexFormat.of().formatHex(Hashes.sha256().digest(text)),
        prover.activations());
    long begun = System.nanoTime();
    Verdict verdict = check(specification, part);
    double checking = since(begun);
    try {
      if (!verdict.proved()) {
        Files.delete(part);
        String detail = "the checker does not agree: " + verdict.reason();
        return new Decision(Decision.Answer.UNKNOWN, detail, verdict, null, since(start), checking);
      }
      Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new InvalidInputException(out + ": " + InvalidInputException.reason(e), e);
    }
    return new Decision(
        Decision.Answer.UNSAT,
        margins(verdict) + "; certificate: " + out,
        verdict,
        null,
        since(start),
        checking);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Has a certificate of this model checked; what cannot be checked proves nothing. */
  public Verdict check(Path specification, Path certificate) {
    try {
      return checked(() -> Checker.check(bytes, specification, certificate));
    } catch (InvalidInputException e) {
      return new Verdict(false, String.valueOf(e.getMessage()), Double.NaN, Double.NaN, 0, 0);
    }
  }

  /**
   * Has a certificate checked.
   *
   * @throws InvalidInputException when a file cannot be used
   */
  public static Verdict check(Path model, Path specification, Path certificate) {
    return checked(() -> Checker.check(model, specification, certificate));
  }

  private interface Check {
    Verdict run() throws IOException;
  }

  private static Verdict checked(Check check) {
    try {
      return check.run();
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
  public static String margins(Verdict verdict) {
    return String.format(
        Locale.ROOT,
        "smallest margin %.6g in exact arithmetic, %.6g in any 32-bit execution",
        verdict.exactMargin(),
        verdict.executionMargin());
  }

  /** Whether an input violates a property, as ONNX Runtime has it. */
  boolean isViolated(byte[] property, String name, float[] witness) {
    return violated(property, name, witness).isPresent();
  }

  /** Which case of a property happens at an input. */
  private OptionalInt violated(byte[] property, String name, float[] witness) {
    if (witness.length != inputs()) {
      return OptionalInt.empty();
    }
    float[] output = output(witness);
    List<Property.Unsafe> cases = VnnLib.parse(property, name).cases();
    return IntStream.range(0, output.length == outputs() ? cases.size() : 0)
        .filter(i -> cases.get(i).happens(witness, output))
        .findFirst();
  }

  /** What the model gives for an input, in ONNX Runtime. */
  float[] output(float[] input) {
    return prover.output(input);
  }

  /** In the form of the competitions. */
  static void writeWitness(Path file, float[] input, float[] output) {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < input.length; i++) {
      text.append("(X_" + i + " " + input[i] + ")\n");
    }
    for (int k = 0; k < output.length; k++) {
      text.append("(Y_" + k + " " + output[k] + ")\n");
    }
    try {
      Files.writeString(file, text.append(")\n"));
    } catch (IOException e) {
      throw new InvalidInputException(file + ": " + InvalidInputException.reason(e), e);
    }
  }

  /** The input of a witness; empty where the file is not a witness. */
  private static float[] readWitness(Path file) {
    String text = new String(VnnLib.bytes(file), StandardCharsets.UTF_8);
    List<Float> input = new ArrayList<>();
    Matcher numbers = INPUT.matcher(text);
    while (numbers.find()) {
      input.add(Float.valueOf(numbers.group(1)));
    }
    float[] values = new float[input.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = input.get(i);
    }
    return values;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": " + InvalidInputException.reason(e), e);
    }
  }

  /** Where the witness goes that there is instead of a certificate. */
  static Path witnessOf(Path certificate) {
    return sibling(certificate, ".witness");
  }

  private static Path sibling(Path out, String ending) {
    String name = String.valueOf(out.getFileName());
    return out.resolveSibling(name.replaceFirst("\\.proof$", "") + ending);
  }

  @Override
  public void close() {
    prover.close();
  }
}
