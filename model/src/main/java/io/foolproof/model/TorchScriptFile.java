package io.foolproof.model;

import io.foolproof.tensor.EngineException;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.ScriptModule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A TorchScript file that was read and checked. TorchScript is for import only: PyTorch no longer
 * develops it, and an ONNX file of the same network can be replayed by a second runtime.
 */
public final class TorchScriptFile {
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** How pickled files begin, which older versions of PyTorch wrote without an archive. */
  private static final byte PICKLE = (byte) 0x80;

  private final String name;
  private final String sha256;
  private final TorchScriptArchive archive;

  private TorchScriptFile(String name, String sha256, TorchScriptArchive archive) {
    this.name = name;
    this.sha256 = sha256;
    this.archive = archive;
  }

  /** Whether bytes begin as those of a ZIP archive or a pickled object do; no ONNX file does. */
  static boolean startsLikeOne(byte[] bytes) {
    int length = Math.min(bytes.length, ZIP.length);
    return Arrays.equals(bytes, 0, length, ZIP, 0, ZIP.length)
        || (bytes.length > 0 && bytes[0] == PICKLE);
  }

  /** Whether a file is one of PyTorch's, by how it begins or is called. */
  public static boolean is(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(ZIP.length);
      String name = file.toString().toLowerCase(Locale.ROOT);
      return startsLikeOne(start) || name.endsWith(".pt") || name.endsWith(".pth");
    } catch (IOException e) {
      // Whoever opens it as something else says why it cannot be read.
      return false;
    }
  }

  /**
   * Reads a file once; what becomes of it afterwards changes nothing.
   *
   * @throws InvalidInputException when it cannot be read, is damaged, is no TorchScript, or its
   *     code does more than compute
   */
  public static TorchScriptFile read(Path file) {
    String name = file.toString();
    try {
      byte[] bytes = Files.readAllBytes(file);
      requireArchive(bytes, name);
      Path copy = Files.createTempFile("foolproof", ".zip");
      try {
        Files.write(copy, bytes);
        return new TorchScriptFile(name, sha256(bytes), TorchScriptArchive.read(copy, name));
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          name + ": cannot be read (" + InvalidInputException.reason(e) + ")", e);
    }
  }

  private static void requireArchive(byte[] bytes, String name) {
    if (startsLikeOne(bytes)) {
      if (bytes[0] == PICKLE) {
        throw new InvalidInputException(TorchScriptArchive.noCode(name));
      }
      return;
    }
    String start = new String(bytes, 0, Math.min(bytes.length, 8), StandardCharsets.ISO_8859_1);
    throw new InvalidInputException(
        start.startsWith("version ")
            ? name + ": is a Git LFS pointer, not the model itself; fetch it with git lfs pull"
            : "%s: begins with '%s', which is neither a TorchScript nor an ONNX file"
                .formatted(name, start));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** As it was given. */
  public String name() {
    return name;
  }

  /** Of the whole file, in hexadecimal. */
  public String sha256() {
    return sha256;
  }

  /**
   * The module in it.
   *
   * @throws InvalidInputException when the engine cannot read it
   */
  public ScriptModule module() {
    try {
      Path checked = Files.createTempFile("foolproof", ".pt");
      try {
        archive.write(checked);
        return ScriptModule.load(checked);
      } finally {
        Files.deleteIfExists(checked);
      }
    } catch (EngineException e) {
      throw e.isOutOfMemory() ? e : failed("cannot be loaded", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be copied to the temporary folder (%s)"
              .formatted(name, InvalidInputException.reason(e)),
          e);
    }
  }

  /** What the engine said, and what may help. */
  InvalidInputException failed(String what, EngineException e) {
    String advice =
        archive.namesCuda()
            ? "; its code names a CUDA device: move the model to the CPU before it is saved"
            : "";
    return new InvalidInputException(
        "%s: %s (%s)%s".formatted(name, what, e.getMessage(), advice), e);
  }
}
