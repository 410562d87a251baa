package io.foolproof.certify;

import io.foolproof.certify.net.NetReader;
import io.foolproof.certify.proof.Proof;
import io.foolproof.certify.proof.ProofFile;
import io.foolproof.certify.property.Property;
import io.foolproof.certify.property.VnnLib;
import io.foolproof.certify.search.BoxProof;
import io.foolproof.checker.Checker;
import io.foolproof.checker.Verdict;
import io.foolproof.data.Hashes;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A network and a property in files, to be proved and checked. */
final class Trial {
  final Path net;
  final Path specification;
  final Path certificate;
  private final OnnxModel model;
  private final byte[] text;

  Trial(Path folder, byte[] onnx, String specification) throws IOException {
    this.net = Files.write(folder.resolve("net.onnx"), onnx);
    this.text = specification.getBytes(StandardCharsets.UTF_8);
    this.specification = Files.write(folder.resolve("spec.vnnlib"), text);
    this.certificate = folder.resolve("spec.proof");
    this.model = OnnxModel.read(net);
  }

  OnnxModel model() {
    return model;
  }

  Outcome prove(double seconds) {
    try (Prover prover = new Prover(model)) {
      return prover.prove(VnnLib.parse(text, "spec"), seconds, 0);
    }
  }

  /** What some steps of a search for a proof of all cases, which share a box, lead to. */
  Proof searched(int workers, Consumer<BoxProof> steps) {
    Property property = VnnLib.parse(text, "spec");
    int[] all = IntStream.range(0, property.cases().size()).toArray();
    Proof proof = new Proof();
    try (Workers threads = new Workers(workers)) {
      steps.accept(new BoxProof(NetReader.read(model), property, all, proof, threads));
    }
    return proof;
  }

  Verdict check(Proof proof) throws IOException {
    try (Prover prover = new Prover(model)) {
      ProofFile.write(certificate, proof, model.sha256(), hash(text), prover.activations());
    }
    return Checker.check(net, specification, certificate);
  }

  static String hash(byte[] bytes) {
    return HexFormat.of().formatHex(Hashes.sha256().digest(bytes));
  }

  /** A box around 0, or around other centres, and a condition on outputs. */
  static String specification(int inputs, int outputs, String low, String high, String condition) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < inputs; i++) {
      text.append("(declare-const X_%d Real)%n".formatted(i));
    }
    for (int k = 0; k < outputs; k++) {
      text.append("(declare-const Y_%d Real)%n".formatted(k));
    }
    for (int i = 0; i < inputs; i++) {
      text.append("(assert (>= X_%d %s))%n(assert (<= X_%d %s))%n".formatted(i, low, i, high));
    }
    return text.append("(assert ").append(condition).append(")\n").toString();
  }
}
