package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to a file, reading it succeeds or explains itself, in bounded time and memory.
 */
@Timeout(60)
class DamagedFilesTest {
  private static final int CASES = 300;

  @TempDir Path folder;
  private DataMutants mutants;

  @BeforeEach
  void mutants() {
    mutants = new DataMutants(folder);
  }

  @Test
  void intactFilesAreRead() {
    for (DataMutants.Format format : DataMutants.Format.values()) {
      assertThat(mutants.readsIntact(format)).as(format.name()).isTrue();
    }
  }

  @Test
  void damagedFilesAreReadOrRefusedByName() {
    Map<DataMutants.Format, Integer> refusals = new EnumMap<>(DataMutants.Format.class);
    long count = (long) CASES * DataMutants.Format.values().length;
    for (long seed = 0; seed < count; seed++) {
      String refused;
      try {
        refused = mutants.refused(seed);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("file " + seed, e);
      }
      if (refused != null) {
        refusals.merge(DataMutants.format(seed), 1, Integer::sum);
        assertThat(refused).contains("damaged");
      }
    }
    // Much of the damage must be seen, or the files are no test.
    assertThat(refusals.values()).hasSize(8).allMatch(number -> number > CASES / 4);
  }
}
