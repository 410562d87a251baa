package io.foolproof.model;

import ai.onnxruntime.OrtEnvironment;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime with its native libraries in the cache where those of the numeric engine are. Left
 * to itself it unpacks them into a temporary folder at every start, and leaves that behind.
 */
final class RuntimeLibraries {
  /** Where ONNX Runtime looks for its libraries before it unpacks them. */
  private static final String FOLDER = "onnxruntime.native.path";

  private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

  private RuntimeLibraries() {}

  /**
   * The environment of all sessions, which is made at the first call.
   *
   * @throws InvalidInputException where its libraries are not there, or cannot be loaded
   */
  static OrtEnvironment environment() {
    if (System.getProperty(FOLDER) == null) {
      Path folder = cached();
      if (folder != null) {
        System.setProperty(FOLDER, folder.toString());
      }
    }
    try {
      return OrtEnvironment.getEnvironment();
    } catch (LinkageError e) {
      throw new InvalidInputException(
          "the native libraries of ONNX Runtime could not be loaded on "
              + platform()
              + ": they are in the jar onnxruntime, or in the folder that the property "
              + FOLDER
              + " names",
          e);
    }
  }

  /** The folder with all libraries; null where they are not packed for this machine. */
  private static @Nullable Path cached() {
    Path folder = null;
    for (String library : LIBRARIES) {
      String resource =
          "/ai/onnxruntime/native/" + platform() + "/" + System.mapLibraryName(library);
      Path file = Engine.cached(OrtEnvironment.class, resource);
      if (file == null) {
        return null;
      }
      folder = file.getParent();
    }
    return folder;
  }

  /** As ONNX Runtime calls the folders of its libraries. */
  private static String platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String os = system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux";
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    boolean isArm = processor.equals("aarch64") || processor.equals("arm64");
    return os + (isArm ? "-aarch64" : "-x64");
  }
}
