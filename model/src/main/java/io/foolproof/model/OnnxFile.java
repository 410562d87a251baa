package io.foolproof.model;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an ONNX model: read once, parsed as protocol buffers, and nothing more. Whatever
 * runs the model runs these bytes, whatever happens to the file.
 *
 * @param bytes the whole file; never changed
 * @param folder where data outside the file may lie; null if nowhere
 */
record OnnxFile(String name, byte[] bytes, String sha256, ModelProto proto, @Nullable Path folder) {
  /** How a text file begins that stands in a repository for a large file elsewhere. */
  private static final String POINTER = "version https://git-lfs.github.com/spec/";

  /** Deeper than any graph without control flow; parsing is recursive. */
  private static final int DEEPEST_NESTING = 32;

  /**
   * Reads a file.
   *
   * @throws InvalidInputException when it cannot be read, or is no ONNX model
   */
  static OnnxFile read(Path path) {
    String name = path.toString();
    if (!Files.exists(path)) {
      throw new InvalidInputException(name + ": there is no such file");
    }
    if (Files.isDirectory(path)) {
      throw new InvalidInputException(name + ": is a folder; name the .onnx file in it");
    }
    try {
      long size = Files.size(path);
      if (size > Integer.MAX_VALUE - 8) {
        throw new InvalidInputException(
            "%s: has %d bytes; a model over 2 GiB keeps its weights in files beside it"
                .formatted(name, size));
      }
      return parse(Files.readAllBytes(path), name, path.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new InvalidInputException(name + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** A model in memory, which has no data outside. */
  static OnnxFile parse(byte[] bytes, String name) {
    return parse(bytes, name, null);
  }

  private static OnnxFile parse(byte[] bytes, String name, @Nullable Path folder) {
    if (bytes.length == 0) {
      throw new InvalidInputException(name + ": is empty; an ONNX model is expected");
    }
    if (isPointer(bytes)) {
      throw new InvalidInputException(
          name + ": is a Git LFS pointer, not the model itself; fetch the model with git lfs pull");
    }
    if (TorchScriptFile.startsLikeOne(bytes)) {
      throw new InvalidInputException(
          name
              + ": is a file of PyTorch (or another ZIP archive or pickle); export the model to ONNX;"
              + " audit, attack, inspect and frontier also take TorchScript");
    }
    try {
      // The parsed tensors are views of the bytes, not copies.
      CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      input.enableAliasing(true);
      input.setRecursionLimit(DEEPEST_NESTING);
      ModelProto proto = ModelProto.parseFrom(input);
      if (!proto.hasGraph() || proto.getGraph().getNodeCount() == 0) {
        throw new InvalidInputException(
            name + ": is not an ONNX model: it has no graph with nodes");
      }
      return new OnnxFile(name, bytes, hex(sha256Of(bytes)), proto, folder);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException(
          "%s: is not an ONNX model, or is cut off (%s)".formatted(name, e.getMessage()), e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private static boolean isPointer(byte[] bytes) {
    return new String(bytes, 0, Math.min(bytes.length, POINTER.length()), StandardCharsets.US_ASCII)
        .equals(POINTER);
  }

  /** Of the file and of what belongs to it in other files, in hexadecimal. */
  String sha256(Collection<ByteBuffer> others) {
    MessageDigest digest = sha256Of(bytes);
    others.forEach(other -> digest.update(other.duplicate()));
    return hex(digest);
  }

  private static MessageDigest sha256Of(byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * The bytes of a tensor that lie in another file: in the model's folder or below it, nowhere
   * else, whatever links there are.
   */
  ByteBuffer external(TensorProto tensor, long bytes) {
    Map<String, String> entries =
        tensor.getExternalDataList().stream()
            .collect(
                Collectors.toMap(
                    StringStringEntryProto::getKey, StringStringEntryProto::getValue, (a, b) -> b));
    String what = "external data of tensor '" + tensor.getName() + "'";
    Path data = locate(entries.getOrDefault("location", ""), what);
    try (FileChannel channel = FileChannel.open(data)) {
      long offset = number(entries, "offset", 0, what);
      long length = number(entries, "length", bytes, what);
      if (length != bytes || offset > channel.size() - length) {
        throw new InvalidInputException(
            "%s: %d bytes from %d of %s (%d bytes), but its sizes want %d"
                .formatted(what, length, offset, data.getFileName(), channel.size(), bytes));
      }
      ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(length));
      while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
        // One read may bring less than all.
      }
      return buffer.flip();
    } catch (IOException | ArithmeticException e) {
      throw new InvalidInputException(what + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private Path locate(String location, String what) {
    if (folder == null) {
      throw new InvalidInputException(what + ": a model in memory has no files beside it");
    }
    try {
      Path root = folder.toRealPath();
      Path relative = Path.of(location);
      Path data = root.resolve(relative).normalize();
      if (location.isEmpty() || relative.isAbsolute() || !data.startsWith(root)) {
        throw leaves(location, what);
      }
      if (!Files.isRegularFile(data)) {
        throw new InvalidInputException(what + ": there is no file " + location);
      }
      if (!data.toRealPath().startsWith(root)) {
        throw leaves(location, what);
      }
      return data;
    } catch (IOException | InvalidPathException e) {
      throw new InvalidInputException(what + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static InvalidInputException leaves(String location, String what) {
    return new InvalidInputException(
        "%s: the path '%s' is not inside the model's folder".formatted(what, location));
  }

  private static long number(Map<String, String> entries, String key, long otherwise, String what) {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a negative number.
    }
    throw new InvalidInputException("%s: %s is '%s'".formatted(what, key, text));
  }
}
