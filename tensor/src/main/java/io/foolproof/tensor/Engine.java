package io.foolproof.tensor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The native engine: loaded once, at the first tensor, and set up so that its traps stay shut.
 *
 * <ul>
 *   <li>A system-wide libtorch can be picked up half-way, when the native cache is still empty, and
 *       crash the JVM: our own copies are extracted before the binding is touched.
 *   <li>OpenBLAS' threads fight the engine's OpenMP threads: BLAS runs on one.
 *   <li>oneDNN's convolutions are wrong on some machines: {@link ConvolutionKernels} tries them.
 *   <li>The engine's operations run on the calling thread; {@link Workers} spreads micro-batches
 *       over the cores, which is twice as fast as one large batch over several engine threads.
 * </ul>
 */
public final class Engine {
  private static final Pattern TORCH_VERSION = Pattern.compile("TORCH_VERSION=([^,\\s]+)");

  /** Read once, when the binding's first class is loaded. */
  private static final String BINDINGS_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

  private static final List<String> EXTRACT_FIRST = List.of("gomp", "c10", "torch_cpu");

  /** Initialised at the first use of the engine, by the JVM's own class-loading lock. */
  private static final class Native {
    static final MemoryLimit MEMORY = memory();

    /** Why there is no engine; null where there is. */
    static final @Nullable String MISSING = load();

    /** Ours in the place of the binding's, unless that was asked for. */
    private static MemoryLimit memory() {
      if (System.getProperty(BINDINGS_LIMIT) != null) {
        return new MemoryLimit(Long.MAX_VALUE, () -> 0, () -> {});
      }
      System.setProperty(BINDINGS_LIMIT, "0");
      return new MemoryLimit(
          2 * Runtime.getRuntime().maxMemory(), Pointer::physicalBytes, Pointer::trimMemory);
    }

    private static @Nullable String load() {
      String platform = "this machine";
      try {
        platform = Loader.getPlatform();
        extractOwnLibraries(platform);
        openblas.blas_set_num_threads(1);
        torch.set_num_threads(1);
        // Some processors have its kernels; on the others it writes a warning for every thread.
        // Without it, all compute alike and in silence.
        torch.globalContext().setUserEnabledNNPACK(false);
        ConvolutionKernels.areFast();
        Allocator.advice(platform, System.getenv())
            .ifPresent(LoggerFactory.getLogger(Engine.class)::info);
        return null;
      } catch (IOException | LinkageError e) {
        return "the native libraries of the numeric engine could not be loaded on "
            + platform
            + " ("
            + String.valueOf(e.getMessage()).lines().findFirst().orElse("no message")
            + "): the artifact of the machine has to be on the class path, foolproof-natives-linux-x86_64, -macosx-arm64 or -windows-x86_64";
      }
    }

    private static void extractOwnLibraries(String platform) throws IOException {
      var properties = Loader.loadProperties();
      String prefix = properties.getProperty("platform.library.prefix", "");
      String suffix = properties.getProperty("platform.library.suffix", "");
      for (String library : EXTRACT_FIRST) {
        String folder = "/org/bytedeco/pytorch/" + platform + "/";
        for (String name : List.of(prefix + library + suffix, prefix + library + suffix + ".1")) {
          // A library that this platform's package lacks (gomp is only on Linux) gives null.
          Loader.cacheResource(torch.class, folder + name);
        }
      }
    }
  }

  private Engine() {}

  /**
   * Loads the native libraries now; cheap when that has happened.
   *
   * @throws InvalidInputException where there are none for this machine, or they cannot be loaded
   */
  static void load() {
    String missing = Native.MISSING;
    if (missing != null) {
      throw new InvalidInputException(missing);
    }
  }

  /**
   * A native library of a jar, unpacked into the cache of the engine's own unless it is there.
   *
   * @param owner a class of the jar
   * @param resource the library's path in the jar, from its root
   * @return null where the jar has no such library, or it cannot be unpacked
   */
  public static @Nullable Path cached(Class<?> owner, String resource) {
    try {
      File file = Loader.cacheResource(owner, resource);
      return file == null ? null : file.toPath();
    } catch (IOException e) {
      return null;
    }
  }

  /** How many bytes of the machine's memory this process holds now, native memory included. */
  public static long residentBytes() {
    load();
    return Pointer.physicalBytes();
  }

  /** Takes note of a new tensor of so many values: the process must not grow without end. */
  static void made(long values) {
    Native.MEMORY.check(values);
  }

  /**
   * Runs work with the engine's own threads on every core. For work that cannot be cut into
   * independent micro-batches, such as a training step.
   */
  public static <T> T onAllCores(Supplier<T> work) {
    load();
    torch.set_num_threads(Runtime.getRuntime().availableProcessors());
    try {
      return work.get();
    } finally {
      torch.set_num_threads(1);
    }
  }

  /**
   * The numeric libraries, their versions, and in brackets the kernels that each chose for the
   * processor, for reports: results may differ in the last bits between kernels.
   */
  public static String version() {
    load();
    try (BytePointer configuration = torch.show_config();
        BytePointer capability = torch.get_cpu_capability()) {
      Matcher version = TORCH_VERSION.matcher(configuration.getString());
      return "libtorch %s (%s)%s, %s%s"
          .formatted(
              version.find() ? version.group(1) : "of unknown version",
              capability.getString(),
              ConvolutionKernels.areFast() ? "" : " without oneDNN",
              openblas.OPENBLAS_VERSION.strip(),
              MatrixKernels.name().map(" (%s)"::formatted).orElse(""));
    }
  }
}
