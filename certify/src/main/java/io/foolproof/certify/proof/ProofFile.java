package io.foolproof.certify.proof;

import io.foolproof.tensor.InvalidInputException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes certificates; docs/proofs.md has the format. */
public final class ProofFile {
  /** Without assumptions, and with them: readers of the former go on to read it. */
  private static final int PLAIN = 2;

  private static final int ASSUMING = 3;

  private ProofFile() {}

  /**
   * Writes a certificate; what was there before stays until all is written.
   *
   * @param network SHA-256 of the network's file
   * @param specification SHA-256 of the specification's text
   * @param rectifiers names of the values that rectifiers give, in the network's order
   */
  public static void write(
      Path file, Proof proof, String network, String specification, List<String> rectifiers) {
    boolean assumes = proof.blocks().stream().anyMatch(block -> block.given() != Proof.NOTHING);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (ZipOutputStream zip =
          new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
        entry(zip, "proof.json");
        zip.write(
            json(assumes ? ASSUMING : PLAIN, network, specification)
                .getBytes(StandardCharsets.UTF_8));
        entry(zip, "claims.bin");
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(zip));
        new Writer(out, assumes).proof(proof, rectifiers);
        out.flush();
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": " + InvalidInputException.reason(e), e);
    } catch (UncheckedIOException e) {
      throw new InvalidInputException(file + ": " + e.getMessage(), e);
    }
  }

  private static void entry(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0);
    zip.putNextEntry(entry);
  }

  private static String json(int version, String network, String specification) {
    return """
    {
      "format": "foolproof proof",
      "version": %d,
      "network": "%s",
      "specification": "%s"
    }
    """
        .formatted(version, network, specification);
  }

  private record Writer(DataOutputStream out, boolean assumes) {
    void proof(Proof proof, List<String> rectifiers) throws IOException {
      out.writeInt(rectifiers.size());
      for (String name : rectifiers) {
        out.writeUTF(name);
      }
      out.writeInt(proof.blocks().size());
      for (Proof.Block block : proof.blocks()) {
        block(block);
      }
    }

    private void integers(int[] values) throws IOException {
      out.writeInt(values.length);
      for (int value : values) {
        out.writeInt(value);
      }
    }

    private void block(Proof.Block block) throws IOException {
      integers(block.cases());
      if (assumes) {
        out.writeInt(block.given());
      }
      for (int[] neurons : block.slopes()) {
        integers(neurons);
      }
      out.writeInt(block.claims().size());
      for (Claim claim : block.claims()) {
        if (claim instanceof Claim.Bound bound) {
          out.writeByte(bound.upper() ? 1 : 0);
          out.writeInt(bound.rectifier());
          out.writeInt(bound.neuron());
          out.writeDouble(bound.value());
        } else if (claim instanceof Claim.Excluded excluded) {
          out.writeByte(2);
          out.writeInt(excluded.which());
        }
        tree(claim.tree(), block.slopes());
      }
    }

    private void tree(Tree tree, int[][] slopes) throws IOException {
      if (tree instanceof Tree.Split split) {
        out.writeByte(2);
        out.writeInt(split.rectifier());
        out.writeInt(split.neuron());
        tree(split.active(), slopes);
        tree(split.inactive(), slopes);
      } else if (tree instanceof Tree.Halves halves) {
        out.writeByte(3);
        out.writeInt(halves.input());
        out.writeDouble(halves.at());
        tree(halves.below(), slopes);
        tree(halves.above(), slopes);
      } else if (tree instanceof Tree.Leaf leaf) {
        boolean usual = leaf.alphas().length == 0;
        out.writeByte(usual ? 0 : 1);
        out.writeInt(leaf.weights().length);
        floats(leaf.weights());
        for (int k = 0; k < slopes.length && !usual; k++) {
          for (int neuron : slopes[k]) {
            // Rectifiers behind the value that is bounded have no part in it.
            out.writeByte(k < leaf.alphas().length ? leaf.alphas()[k][neuron] : 0);
          }
        }
        floats(leaf.betas());
      }
    }

    private void floats(float[] values) throws IOException {
      for (float value : values) {
        out.writeFloat(value);
      }
    }
  }
}
