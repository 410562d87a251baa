package io.foolproof.tensor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Which kernels OpenBLAS, whose products libtorch takes, chose when it was loaded: those made for
 * the processor, or those that the environment variable {@code OPENBLAS_CORETYPE} names.
 *
 * <p>The binding lacks {@code openblas_get_corename}. That function compares the table in use with
 * the table of each kind of processor; so does this class.
 */
final class MatrixKernels {
  /** The table in use; only libraries that hold kernels for several processors have it. */
  private static final String IN_USE = "gotoblas";

  /** Of x86-64. In capitals, each is the end of the name of its table. */
  private static final List<String> NAMES =
      List.of(
          "SapphireRapids",
          "Cooperlake",
          "SkylakeX",
          "Zen",
          "Haswell",
          "Excavator",
          "Steamroller",
          "Piledriver",
          "Bulldozer",
          "Sandybridge",
          "Nehalem",
          "Barcelona",
          "Core2",
          "Prescott");

  private MatrixKernels() {}

  /** As OpenBLAS calls them; empty where it holds those of one processor, or of no x86-64. */
  static Optional<String> name() {
    Engine.load();
    Pointer inUse = Loader.addressof(IN_USE);
    if (inUse == null || inUse.isNull()) {
      return Optional.empty();
    }
    Pointer table = new PointerPointer<>(inUse).get(0);
    return NAMES.stream().filter(name -> isTable(name, table)).findFirst();
  }

  private static boolean isTable(String name, Pointer table) {
    return table.equals(Loader.addressof(IN_USE + "_" + name.toUpperCase(Locale.ROOT)));
  }
}
