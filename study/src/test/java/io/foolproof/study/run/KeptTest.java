package io.foolproof.study.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.audit.journal.LineJournal;
import io.foolproof.study.Computed;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTest {
  @TempDir Path folder;

  private final List<String> done = new ArrayList<>();

  record Found(double number) {}

  /** Of a version. */
  private record Some(int version) implements Figure<Found> {
    @Override
    public int number() {
      return 7;
    }

    @Override
    public String title() {
      return "Some";
    }

    @Override
    public Class<Found> type() {
      return Found.class;
    }

    @Override
    public Found compute(Workshop workshop) {
      throw new UnsupportedOperationException();
    }
  }

  private LineJournal<Study.Line> journal() {
    return LineJournal.open(
        folder.resolve("study.jsonl"),
        "study",
        Map.of("a", "b"),
        Study.Line.class,
        false,
        () -> {});
  }

  /** The sum of three parts; the JVM dies in the last where told so. */
  private Found sum(Kept kept, Some figure, boolean dies) {
    double sum = 0;
    for (String name : List.of("first", "second/1", "third")) {
      sum +=
          kept.part(figure, name, Found.class, own -> part(name, own, dies && name.equals("third")))
              .number();
    }
    return new Found(sum);
  }

  private Found part(String name, Path own, boolean dies) {
    done.add(name);
    try {
      Files.writeString(own, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (dies) {
      throw new IllegalStateException("killed");
    }
    return new Found(0.1);
  }

  @Test
  void whatWasKilledGoesOnWithThePartThatItWasAt() {
    Some figure = new Some(1);
    try (LineJournal<Study.Line> journal = journal()) {
      Kept kept = new Kept(folder.resolve("parts"), journal);
      assertThatThrownBy(() -> kept.figure(figure, () -> sum(kept, figure, true)))
          .hasMessage("killed");
      assertThat(kept.has(figure)).isFalse();
    }
    // What the part had written is still there for it.
    assertThat(folder.resolve("parts/7-third.jsonl")).hasContent("third");
    done.clear();
    try (LineJournal<Study.Line> journal = journal()) {
      Kept kept = new Kept(folder.resolve("parts"), journal);
      Computed<Found> computed = kept.figure(figure, () -> sum(kept, figure, false));
      assertThat(done).containsExactly("third");
      assertThat(computed.found().number()).isEqualTo(0.1 + 0.1 + 0.1);
      assertThat(kept.has(figure)).isTrue();
    }
    assertThat(folder.resolve("parts")).doesNotExist();
    done.clear();
    try (LineJournal<Study.Line> journal = journal()) {
      Kept kept = new Kept(folder.resolve("parts"), journal);
      kept.figure(figure, () -> sum(kept, figure, false));
      assertThat(done).isEmpty();
      // Parts of another version are others.
      kept.figure(new Some(2), () -> sum(kept, new Some(2), false));
      assertThat(done).hasSize(3);
    }
  }

  @Test
  void theSecondsOfPartsThatWereKnownCount() {
    Some figure = new Some(1);
    try (LineJournal<Study.Line> journal = journal()) {
      journal.append(
          List.of(
              new Study.Line("figure 7, version 1, part: first", 100, "{\"number\":0.1}"),
              new Study.Line("figure 7, version 1, part: third", 20, "{\"number\":0.1}")));
    }
    try (LineJournal<Study.Line> journal = journal()) {
      Kept kept = new Kept(folder.resolve("parts"), journal);
      Computed<Found> computed = kept.figure(figure, () -> sum(kept, figure, false));
      assertThat(done).containsExactly("second/1");
      assertThat(computed.seconds()).isBetween(120.0, 150.0);
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsRefused() throws IOException {
    Files.writeString(folder.resolve("parts"), "");
    try (LineJournal<Study.Line> journal = journal()) {
      Kept kept = new Kept(folder.resolve("parts"), journal);
      assertThatThrownBy(() -> kept.part(new Some(1), "one", Found.class, own -> new Found(1)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("parts: cannot be written");
    }
  }
}
