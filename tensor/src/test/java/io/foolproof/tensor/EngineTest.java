package io.foolproof.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class EngineTest {
  @Test
  void theVersionNamesTheLibrariesAndTheEnginesKernels() {
    assertThat(Engine.version())
        .matches("libtorch [0-9.]+ \\(\\w+\\)( without oneDNN)?, OpenBLAS [0-9.]+( \\(\\w+\\))?");
  }

  @Test
  @EnabledIfSystemProperty(named = "os.name", matches = "Linux")
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
  void theKernelsOfMatrixProductsAreKnown() {
    assertThat(MatrixKernels.name()).isPresent();
  }

  @Test
  @EnabledIfEnvironmentVariable(
      named = "OPENBLAS_CORETYPE",
      matches = "Sandybridge|Haswell|Zen|SkylakeX")
  void theKernelsOfMatrixProductsAreThoseAskedFor() {
    assertThat(MatrixKernels.name()).hasValue(System.getenv("OPENBLAS_CORETYPE"));
  }
}
