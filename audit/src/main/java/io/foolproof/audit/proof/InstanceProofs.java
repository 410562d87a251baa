package io.foolproof.audit.proof;

import io.foolproof.audit.journal.LineJournal;
import io.foolproof.certify.property.VnnLib;
import io.foolproof.checker.Verdict;
import io.foolproof.data.Hashes;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides the rows of {@code instances.csv}, one after another, in a folder: for each a
 * certificate, {@code row-LINE.proof}, or a witness, {@code row-LINE.witness}. What was found of a
 * row is in the folder's journal before the next begins.
 */
public final class InstanceProofs implements AutoCloseable {
  /** What its journal is called in the folder. */
  public static final String JOURNAL = "journal.jsonl";

  private final Path folder;
  private final double limit;
  private final long seed;
  private final LineJournal<InstanceFinding> journal;

  /** What earlier runs found, by line, with its place in the journal. */
  private final Map<Integer, Integer> earlier = new HashMap<>();

  /** The model of the last row, which most rows share with the one before. */
  private @Nullable Loaded loaded;

  private record Loaded(Path file, OnnxModel model, CheckedProofs proofs) {}

  private InstanceProofs(
      Path folder, double limit, long seed, LineJournal<InstanceFinding> journal) {
    this.folder = folder;
    this.limit = limit;
    this.seed = seed;
    this.journal = journal;
    for (InstanceFinding finding : journal.found()) {
      earlier.put(finding.line(), earlier.size());
    }
  }

  /**
   * Begins in a folder, or goes on there.
   *
   * @param instances of one file
   * @param limit of seconds for each, where that is less than its own
   * @param seed of the random starts of attacks
   * @param fresh whether to drop what an earlier run left
   * @throws InvalidInputException when the folder is that of other work or cannot be written
   */
  public static InstanceProofs in(
      Path folder, List<Instance> instances, double limit, long seed, boolean fresh) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new InvalidInputException(folder + ": " + InvalidInputException.reason(e), e);
    }
    StringBuilder rows = new StringBuilder();
    instances.forEach(one -> rows.append(one.line()).append(' ').append(one.text()).append('\n'));
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("format", "foolproof instances 1");
    identity.put("instances", hash(rows.toString().getBytes(StandardCharsets.UTF_8)));
    identity.put("limit", String.valueOf(limit));
    identity.put("seed", String.valueOf(seed));
    identity.put("engine", Engine.version());
    LineJournal<InstanceFinding> journal =
        LineJournal.open(
            folder.resolve(JOURNAL),
            "search for proofs",
            identity,
            InstanceFinding.class,
            fresh,
            () -> {});
    return new InstanceProofs(folder, limit, seed, journal);
  }

  private static String hash(byte[] bytes) {
    return HexFormat.of().formatHex(Hashes.sha256().digest(bytes));
  }

  /** Where the certificate of a row is, if it is proved. */
  public Path certificate(int line) {
    return folder.resolve("row-" + line + ".proof");
  }

  /**
   * Decides a row. What an earlier run found is checked again: its certificate, or its witness.
   *
   * @throws InvalidInputException when the row cannot be used, or what the journal holds of it does
   *     not hold here and now
   */
  public InstanceFinding find(Instance instance) {
    Path file = instance.model();
    Path property = instance.property();
    if (file == null || property == null) {
      throw new InvalidInputException(instance.problem());
    }
    Loaded own = loaded(file);
    byte[] text = VnnLib.bytes(property);
    Integer known = earlier.get(instance.line());
    if (known != null) {
      InstanceFinding finding = journal.found().get(known);
      String problem = problem(finding, own, property, text);
      if (!problem.isEmpty()) {
        throw journal.refusal(known, "row " + instance.line() + " has " + problem);
      }
      return finding;
    }
    double seconds = Math.min(limit, instance.seconds());
    Decision decision = own.proofs.decide(property, certificate(instance.line()), seconds, seed);
    InstanceFinding finding =
        new InstanceFinding(
            instance.line(),
            decision.answer(),
            decision.seconds(),
            decision.detail(),
            own.model.sha256(),
            hash(text),
            decision.violated() == null ? null : decision.violated().input());
    journal.append(List.of(finding));
    return finding;
  }

  /** Why what was found does not hold any more; empty where it does. */
  private String problem(InstanceFinding finding, Loaded own, Path property, byte[] text) {
    if (!finding.model().equals(own.model.sha256()) || !finding.property().equals(hash(text))) {
      return "another model or property now";
    }
    float[] witness = finding.witness();
    if (finding.answer() == Decision.Answer.UNSAT) {
      Verdict verdict = own.proofs.check(property, certificate(finding.line()));
      return verdict.proved() ? "" : "a certificate that proves nothing: " + verdict.reason();
    }
    if (witness == null) {
      return "";
    }
    if (!own.proofs.isViolated(text, property.toString(), witness)) {
      return "a witness that does not hold when replayed";
    }
    Path written = CheckedProofs.witnessOf(certificate(finding.line()));
    if (Files.notExists(written)) {
      CheckedProofs.writeWitness(written, witness, own.proofs.output(witness));
    }
    return "";
  }

  private Loaded loaded(Path file) {
    Loaded last = loaded;
    if (last == null || !last.file.equals(file)) {
      unload();
      OnnxModel model = CheckedProofs.read(file);
      last = new Loaded(file, model, new CheckedProofs(model));
      loaded = last;
    }
    return Objects.requireNonNull(last, "a model");
  }

  private void unload() {
    Loaded last = loaded;
    loaded = null;
    if (last != null) {
      last.proofs.close();
    }
  }

  @Override
  public void close() {
    journal.close();
    unload();
  }
}
