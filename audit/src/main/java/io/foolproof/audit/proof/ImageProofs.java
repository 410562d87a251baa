package io.foolproof.audit.proof;

import io.foolproof.audit.journal.LineJournal;
import io.foolproof.audit.journal.Shard;
import io.foolproof.audit.proof.ProofFinding.Outcome;
import io.foolproof.certify.property.Robustness;
import io.foolproof.checker.Verdict;
import io.foolproof.model.OnnxEditor;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Proves of images that they keep their class, several at a time, in a folder: for each a property,
 * {@code image-INDEX.vnnlib.gz}, with a certificate, {@code .proof}, or a witness, {@code
 * .witness}. What was found of an image is in the folder's journal at once.
 */
public final class ImageProofs implements ProofSearch, AutoCloseable {
  /** What its journal is called in the folder. */
  public static final String JOURNAL = "journal.jsonl";

  /** The network, where what is done to images before the model's file is a part of it. */
  public static final String NETWORK = "network.onnx";

  private static final String FILES = "image-*.{vnnlib.gz,proof,witness,unchecked}";

  private final ProofPlan plan;
  private final Path folder;
  private final CheckedProofs proofs;
  private final LineJournal<ProofFinding> journal;

  /** What earlier runs found, by the image's index, with its place in the journal. */
  private final Map<Long, Integer> earlier = new HashMap<>();

  /** Whether the folder goes with the process. */
  private final boolean isTemporary;

  private ImageProofs(
      ProofPlan plan,
      Path folder,
      CheckedProofs proofs,
      LineJournal<ProofFinding> journal,
      boolean isTemporary) {
    this.plan = plan;
    this.folder = folder;
    this.proofs = proofs;
    this.journal = journal;
    this.isTemporary = isTemporary;
    for (ProofFinding finding : journal.found()) {
      earlier.put(finding.index(), earlier.size());
    }
  }

  /**
   * Begins in a folder, or goes on there.
   *
   * @param shard whose part of the plan it is; null for all of it
   * @param proofs of the plan's model; stays open
   * @param fresh whether to drop what an earlier run left
   * @throws InvalidInputException when the folder is another plan's or cannot be written
   */
  public static ImageProofs in(
      Path folder, ProofPlan plan, @Nullable Shard shard, CheckedProofs proofs, boolean fresh) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new InvalidInputException(folder + ": " + InvalidInputException.reason(e), e);
    }
    LineJournal<ProofFinding> journal =
        LineJournal.open(
            folder.resolve(JOURNAL),
            "search for proofs",
            Shard.identity(plan.identity(), shard),
            ProofFinding.class,
            fresh,
            fresh ? () -> clear(folder) : () -> {});
    if (plan.model().metadata(OnnxEditor.DONE_BEFORE) != null) {
      // Certificates are of this network, which is no file of the user's.
      writeNetwork(folder.resolve(NETWORK), plan.model());
    }
    return new ImageProofs(plan, folder, proofs, journal, false);
  }

  /** Of proofs that are gone with the process. */
  public static ImageProofs inMemory(ProofPlan plan, CheckedProofs proofs) {
    try {
      Path folder = Files.createTempDirectory("foolproof-proofs");
      return new ImageProofs(plan, folder, proofs, LineJournal.inMemory(), true);
    } catch (IOException e) {
      throw new InvalidInputException(
          "the folder for temporary files: " + InvalidInputException.reason(e), e);
    }
  }

  /** The properties, certificates and witnesses in a folder. */
  public static List<Path> files(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, FILES)) {
      return StreamSupport.stream(files.spliterator(), false).toList();
    }
  }

  private static void clear(Path folder) {
    try {
      for (Path file : files(folder)) {
        Files.delete(file);
      }
      Files.deleteIfExists(folder.resolve(NETWORK));
    } catch (IOException e) {
      throw new InvalidInputException(folder + ": " + InvalidInputException.reason(e), e);
    }
  }

  private Path file(long index, String ending) {
    return folder.resolve("image-" + index + ending);
  }

  /** Where the certificate of an image is, if it is proved. */
  public Path certificate(long index) {
    return file(index, ".proof");
  }

  /**
   * {@inheritDoc}
   *
   * <p>What an earlier run found is checked again: its certificate, or its witness.
   *
   * @throws InvalidInputException when what the journal holds does not hold here and now
   */
  @Override
  public ProofFinding find(int place) {
    long index = plan.images().index(place);
    Path property = file(index, ".vnnlib.gz");
    String text =
        new Robustness(
                plan.images().pixels(place),
                plan.images().label(place),
                proofs.outputs(),
                plan.norm(),
                plan.epsilon(),
                plan.target())
            .vnnLib();
    write(property, text);
    Integer known = earlier.get(index);
    if (known != null) {
      requireHolds(known, property, text);
      return journal.found().get(known);
    }
    Decision decision = proofs.decide(property, certificate(index), plan.seconds(), plan.seed());
    Verdict verdict = decision.verdict();
    ProofFinding finding =
        new ProofFinding(
            index,
            switch (decision.answer()) {
              case UNSAT -> Outcome.PROVED;
              case SAT -> Outcome.FOOLED;
              case UNKNOWN -> Outcome.UNKNOWN;
            },
            decision.seconds(),
            // Files are named within the folder, which may be moved, or merged with others.
            decision.detail().replace(file(index, "").toString(), "image-" + index),
            verdict == null || !verdict.proved() ? null : (Double) verdict.executionMargin(),
            decision.violated() == null ? null : decision.violated().input());
    synchronized (journal) {
      journal.append(List.of(finding));
    }
    return finding;
  }

  private void requireHolds(int known, Path property, String text) {
    ProofFinding finding = journal.found().get(known);
    float[] witness = finding.witness();
    if (finding.proved()) {
      Verdict verdict = proofs.check(property, certificate(finding.index()));
      if (!verdict.proved()) {
        throw journal.refusal(
            known,
            "the certificate of image " + finding.index() + " proves nothing: " + verdict.reason());
      }
    } else if (witness != null) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (!proofs.isViolated(bytes, property.toString(), witness)) {
        throw journal.refusal(
            known, "the witness of image " + finding.index() + " does not hold when replayed");
      }
    }
  }

  @Override
  public void keepWitness(long index, float[] image) {
    CheckedProofs.writeWitness(
        CheckedProofs.witnessOf(certificate(index)), image, proofs.output(image));
  }

  private static void writeNetwork(Path file, OnnxModel network) {
    try {
      Files.write(file, network.bytes());
    } catch (IOException e) {
      throw new InvalidInputException(file + ": " + InvalidInputException.reason(e), e);
    }
  }

  private static void write(Path file, String text) {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new InvalidInputException(file + ": " + InvalidInputException.reason(e), e);
    }
  }

  @Override
  public void close() {
    journal.close();
    if (isTemporary) {
      clear(folder);
      try {
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        throw new InvalidInputException(folder + ": " + InvalidInputException.reason(e), e);
      }
    }
  }
}
