package io.foolproof.model;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a TorchScript file, a ZIP archive, looked at before the engine sees them.
 *
 * <p>The engine verifies no checksums, and code in the file may run while it is loaded. So
 * checksums are verified here, the code is searched for what reaches beyond tensors, and what the
 * engine reads is an archive that was written anew from the entries it needs: what was checked is
 * what runs.
 *
 * @param entries by their names below the archive's folder, in their order
 */
record TorchScriptArchive(String name, Map<String, byte[]> entries) {
  private static final String FOLDER = "model/";
  private static final String CODE = "code/";

  /** What the engine reads; positions for debuggers, example inputs and the like are left out. */
  private static final Pattern NEEDED =
      Pattern.compile(
          "code/.*\\.py|data\\.pkl|data/\\w+|constants\\.pkl|constants/\\w+|version|byteorder");

  /** The archive's weights are not compressed, only its code is. */
  private static final long MOST_EXPANDED = 1L << 26;

  /** Operators and functions that write or map files, or write to the terminal. */
  private static final Pattern REACHING =
      Pattern.compile(
          "\\b(save|from_file|print|Print)\\b|\\bops\\.(?!(?:prim|aten)\\b)\\w+\\.\\w+");

  /** How the names of attributes that are no identifiers are written. */
  private static final Pattern PLAIN_GETATTR =
      Pattern.compile("getattr\\([\\w.]+, \"[\\w.-]*\"\\)");

  private static final Pattern GETATTR = Pattern.compile("\\bgetattr\\b");

  /** What a terminal would take as a command, as itself or written out. */
  private static final Pattern CONTROL =
      Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f]|\\\\[0-7x]");

  private static final Pattern CUDA = Pattern.compile("[\"']cuda\\b");

  /**
   * Reads the entries.
   *
   * @param file a copy of the whole file that nobody else changes
   * @param name of the file, for messages
   * @throws InvalidInputException when it is damaged, is no TorchScript, or its code does what it
   *     must not
   */
  static TorchScriptArchive read(Path file, String name) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<? extends ZipEntry> all = Collections.list(zip.entries());
      long expanded = Files.size(file) + MOST_EXPANDED;
      for (ZipEntry entry : all) {
        String path = entry.getName().replaceFirst("^[^/]*/", "");
        if (entry.isDirectory() || !NEEDED.matcher(path).matches()) {
          continue;
        }
        expanded -= Math.max(0, entry.getSize());
        if (expanded < 0) {
          throw new InvalidInputException(
              name + ": holds far more than its size, as no TorchScript file does; it is refused");
        }
        if (entries.put(path, contents(zip, entry, name)) != null) {
          throw new InvalidInputException(
              "%s: holds '%s' twice, as no TorchScript file does; it is refused"
                  .formatted(name, path));
        }
      }
      requireTorchScript(entries, all, name);
    } catch (IOException e) {
      throw damaged(name, String.valueOf(e.getMessage()), e);
    }
    TorchScriptArchive archive = new TorchScriptArchive(name, entries);
    entries.keySet().stream().filter(path -> path.startsWith(CODE)).forEach(archive::checkCode);
    return archive;
  }

  private static byte[] contents(ZipFile zip, ZipEntry entry, String name) throws IOException {
    CRC32 sum = new CRC32();
    int size = Math.toIntExact(Math.max(0, entry.getSize()));
    try (InputStream in = zip.getInputStream(entry)) {
      // One more than is declared, so that more is noticed.
      byte[] bytes = in.readNBytes(size + 1);
      sum.update(bytes);
      if (bytes.length != size || sum.getValue() != entry.getCrc()) {
        throw damaged(name, "the checksum of " + entry.getName() + " is wrong", null);
      }
      return bytes;
    }
  }

  private static InvalidInputException damaged(
      String name, String why, @Nullable IOException cause) {
    String message = "%s: is damaged or cut off (%s); copy it again".formatted(name, why);
    return cause == null
        ? new InvalidInputException(message)
        : new InvalidInputException(message, cause);
  }

  private static void requireTorchScript(
      Map<String, byte[]> entries, List<? extends ZipEntry> all, String name) {
    boolean code = entries.keySet().stream().anyMatch(path -> path.startsWith(CODE));
    if (code && entries.containsKey("data.pkl") && entries.containsKey("constants.pkl")) {
      return;
    }
    boolean exported =
        all.stream()
            .anyMatch(entry -> entry.getName().matches(".*(archive_format|exported_program.*)"));
    throw new InvalidInputException(
        exported
            ? name + ": is a program of torch.export, not TorchScript; export it with torch.onnx"
            : entries.containsKey("data.pkl")
                ? noCode(name)
                : name + ": is a ZIP archive, but no TorchScript file; give an ONNX file");
  }

  static String noCode(String name) {
    return name
        + ": holds pickled weights or a pickled module, and no TorchScript code; load it in PyTorch"
        + " and use torch.onnx.export, or torch.jit.script(model.eval()).save";
  }

  private void checkCode(String path) {
    String code = text(path);
    Matcher reaching = REACHING.matcher(code);
    if (reaching.find()) {
      throw refused(path, "uses '" + reaching.group() + "', which reaches beyond tensors");
    }
    if (GETATTR.matcher(PLAIN_GETATTR.matcher(code).replaceAll("")).find()) {
      throw refused(path, "looks up a name that is not written out (getattr)");
    }
    if (CONTROL.matcher(code).find()) {
      throw refused(path, "holds control characters");
    }
  }

  private InvalidInputException refused(String path, String why) {
    return new InvalidInputException(
        "%s: %s %s, which Foolproof does not run; export the model to ONNX"
            .formatted(name, path, why));
  }

  private String text(String path) {
    return new String(entries.getOrDefault(path, new byte[0]), StandardCharsets.UTF_8);
  }

  /** Whether its code names a graphics processor. */
  boolean namesCuda() {
    return entries.keySet().stream()
        .anyMatch(path -> path.startsWith(CODE) && CUDA.matcher(text(path)).find());
  }

  /** Writes an archive of these entries and nothing else. */
  void write(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        byte[] bytes = entry.getValue();
        CRC32 sum = new CRC32();
        sum.update(bytes);
        ZipEntry written = new ZipEntry(FOLDER + entry.getKey());
        written.setSize(bytes.length);
        written.setCrc(sum.getValue());
        zip.putNextEntry(written);
        zip.write(bytes);
        zip.closeEntry();
      }
    }
  }
}
