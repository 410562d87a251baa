package io.foolproof.audit.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.audit.journal.Finding.Cost;
import io.foolproof.audit.journal.Finding.Example;
import io.foolproof.audit.journal.Finding.Outcome;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Map<String, String> IDENTITY = Map.of("format", "test");

  private static final Finding CLEAN =
      new Finding(3, Outcome.NOT_FOOLED, 7, 0.75, new Cost(1, 0, 0), null);

  /** With values that no short decimal says. */
  private static final Finding FOOLED =
      new Finding(
          5,
          Outcome.FOOLED,
          2,
          1 / 3.0,
          new Cost(40, 39, 1_000_000_007),
          new Example(new float[] {0.1f, -0f, Float.MIN_VALUE, 1 / 3f}, true, 0.1 + 0.2));

  @TempDir Path folder;

  @Test
  void findingsComeBackToTheLastBit() {
    Path file = folder.resolve("journal");
    try (Journal journal = Journal.open(file, IDENTITY)) {
      journal.append("clean", List.of(CLEAN));
      journal.append("attack", List.of(FOOLED));
    }
    try (Journal journal = Journal.open(file, IDENTITY)) {
      assertThat(journal.stage("clean")).containsExactly(Map.entry(3L, CLEAN));
      assertThat(journal.stage("attack").get(5L)).usingRecursiveComparison().isEqualTo(FOOLED);
      assertThat(journal.stage("another")).isEmpty();
    }
  }

  /** The format: what is here can only change together with the version in an audit's identity. */
  @Test
  void aLineHoldsAFindingAndItsStage() throws IOException {
    Path file = folder.resolve("journal");
    try (Journal journal = Journal.open(file, IDENTITY)) {
      journal.append("attack", List.of(CLEAN, FOOLED));
    }
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"format\":\"test\",\"check\":\"49c5bb963fc29563\"}",
            "{\"stage\":\"attack\",\"index\":3,\"outcome\":\"NOT_FOOLED\",\"prediction\":7,"
                + "\"confidence\":0.75,\"forwards\":1,\"backwards\":0,\"nanos\":0,"
                + "\"survivesRounding\":false,\"image\":null,\"moved\":null,\"closeness\":null,"
                + "\"tally\":null,\"check\":\"b619e90bc43af716\"}",
            "{\"stage\":\"attack\",\"index\":5,\"outcome\":\"FOOLED\",\"prediction\":2,"
                + "\"confidence\":0.3333333333333333,\"forwards\":40,\"backwards\":39,"
                + "\"nanos\":1000000007,\"survivesRounding\":true,"
                + "\"image\":\"zczMPQAAAIABAAAAq6qqPg==\",\"moved\":0.30000000000000004,"
                + "\"closeness\":null,\"tally\":null,\"check\":\"e508181542e819a1\"}");
  }

  /** Others may read it meanwhile: on Windows, nobody reads bytes that are locked. */
  @Test
  void whatIsWrittenIsNotLocked() throws IOException {
    Path file = folder.resolve("journal");
    try (Journal journal = Journal.open(file, IDENTITY);
        FileChannel other =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      journal.append("clean", List.of(CLEAN));
      // This process has the lock of the last byte; a lock of all the others does not overlap.
      try (FileLock rest = other.lock(0, Long.MAX_VALUE - 1, false)) {
        assertThat(rest.isValid()).isTrue();
      }
      assertThatThrownBy(() -> other.tryLock()).isInstanceOf(OverlappingFileLockException.class);
    }
  }

  @Test
  void aJournalOfALaterVersionIsCalledSo() {
    Path file = folder.resolve("journal");
    Journal.open(file, Map.of("format", "foolproof journal 9", "seed", "0")).close();
    Map<String, String> own = Map.of("format", "foolproof journal 8", "seed", "0");
    assertThatThrownBy(() -> Journal.open(file, own))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("of a later version of Foolproof ('foolproof journal 9'")
        .hasMessageContaining("--fresh");
  }

  /** What beside it is another run's must be gone before the file is, and stay where it is not. */
  @Test
  void beginsBeforeTheFileChangesAndOnlyWhereItIsItsOwn() throws IOException {
    Path file = folder.resolve("journal");
    try (Journal journal = Journal.open(file, IDENTITY)) {
      journal.append("clean", List.of(CLEAN));
      assertThatThrownBy(() -> Journal.open(file, IDENTITY, true, this::notBegun))
          .isInstanceOf(InvalidInputException.class);
    }
    String half = "{\"stage\":";
    Files.writeString(file, half, StandardOpenOption.APPEND);
    String before = Files.readString(file);
    Map<String, String> other = Map.of("format", "other");
    assertThatThrownBy(() -> Journal.open(file, other, false, this::notBegun))
        .isInstanceOf(InvalidInputException.class);
    assertThat(file).hasContent(before);
    for (boolean fresh : new boolean[] {false, true}) {
      String found = Files.readString(file);
      List<String> seen = new ArrayList<>();
      Journal.open(file, fresh ? other : IDENTITY, fresh, () -> seen.add(content(file))).close();
      assertThat(seen).containsExactly(found);
      assertThat(Files.readString(file)).isNotEqualTo(found);
    }
    assertThat(Files.readAllLines(file))
        .singleElement()
        .asString()
        .startsWith("{\"format\":\"other\",");
  }

  private void notBegun() {
    throw new AssertionError("began with a journal that is not its own");
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file is locked also once what it held was read, and nobody drops what it holds. */
  @Test
  void twoProcessesNeverWriteOneFile() throws IOException, InterruptedException {
    Path file = folder.resolve("journal");
    try (Journal journal = Journal.open(file, IDENTITY)) {
      journal.append("clean", List.of(CLEAN));
    }
    try (Journal journal = Journal.open(file, IDENTITY)) {
      // Not read here meanwhile: closing any stream of the file would unlock it.
      for (boolean fresh : new boolean[] {false, true}) {
        assertThat(OtherProcess.opens(file, IDENTITY, fresh)).contains("is writing here");
      }
      journal.append("attack", List.of(FOOLED));
    }
    assertThat(OtherProcess.opens(file, IDENTITY, false)).isEqualTo("opened, 2 findings");
    assertThat(OtherProcess.opens(file, IDENTITY, true)).isEqualTo("opened, 0 findings");
  }

  @Test
  void aJournalInMemoryKnowsWhatItWasTold() {
    try (Journal journal = Journal.inMemory()) {
      journal.append("attack", List.of(FOOLED));
      assertThat(journal.stage("attack")).containsExactly(Map.entry(5L, FOOLED));
    }
  }

  /** What earlier versions wrote, without checksums, is told apart from what was damaged. */
  @Test
  void aJournalOfAnotherVersionIsRefusedAsSuch() throws IOException {
    Path file = Files.writeString(folder.resolve("old"), "{\"format\":\"test\"}\n");
    assertThatThrownBy(() -> Journal.open(file, Map.of("format", "next")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("holds another audit (format was test, now next)");
    assertThatThrownBy(() -> Journal.open(file, IDENTITY))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("line 1 of the journal is refused, since it has no checksum");
  }

  @Test
  void aFooledSampleHasAnExampleAndNoOtherHas() {
    assertThatThrownBy(() -> new Finding(1, Outcome.FOOLED, 0, 1, CLEAN.cost(), null))
        .hasMessage("sample 1 is FOOLED without an adversarial example");
    assertThatThrownBy(
            () -> new Finding(1, Outcome.NOT_REPLAYED, 0, 1, CLEAN.cost(), FOOLED.example()))
        .hasMessage("sample 1 is NOT_REPLAYED with an adversarial example");
  }
}
