package io.foolproof.study.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.audit.Progress;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.study.Extent;
import io.foolproof.study.Plans;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.StudyResult;
import io.foolproof.study.figure.Generalises;
import io.foolproof.study.figure.Learning;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Studies are resumed, and two of them find the same. */
class StudyTest {
  @TempDir Path folder;
  @TempDir Path other;

  private static List<String> found(StudyResult result) {
    JsonMapper json = JsonMapper.shared();
    return result.figures().stream().map(c -> json.writeValueAsString(c.found())).toList();
  }

  @Test
  void twoStudiesFindTheSameToTheLastBit() {
    Integer[] figures = {4, 5, 6, 8};
    StudyResult one = Plans.run(Plans.digits(), folder, figures);
    assertThat(found(Plans.run(Plans.digits(), other, figures))).isEqualTo(found(one));
  }

  @Test
  void aStudyContinuesWithWhatIsKnown() throws IOException {
    StudyPlan plan = Plans.digits();
    Plans.run(plan, folder, 2, 8);
    Path net = folder.resolve("models/plain.onnx");
    byte[] trained = Files.readAllBytes(net);
    List<String> lines = Files.readAllLines(folder.resolve(Study.JOURNAL));
    // The identity, the net and two figures.
    assertThat(lines).hasSize(4);
    // The net is known, and so is how it was trained.
    StudyResult result = Plans.run(plan, folder, 2, 5, 8);
    assertThat(result.figures()).hasSize(3);
    assertThat(result.found(Learning.Found.class).orElseThrow().epochs()).hasSize(2);
    assertThat(Files.readAllLines(folder.resolve(Study.JOURNAL)))
        .hasSize(5)
        .startsWith(lines.toArray(String[]::new));
    // A net whose file was changed is trained again, when a figure needs it, and is as it was.
    Files.write(net, new byte[] {1, 2, 3});
    String whole = Files.readString(folder.resolve(Study.JOURNAL));
    Files.writeString(
        folder.resolve(Study.JOURNAL), whole.substring(0, whole.lastIndexOf("{\"what\"")));
    Plans.run(plan, folder, 5);
    assertThat(net).hasBinaryContent(trained);
  }

  @Test
  void anotherStudysJournalIsRefused() throws IOException {
    StudyPlan plan = Plans.digits();
    Plans.run(plan, folder, 2);
    StudyPlan reseeded =
        new StudyPlan(plan.training(), plan.validation(), plan.test(), null, Extent.QUICK, 1);
    assertThatThrownBy(() -> Plans.run(reseeded, folder, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("seed was 0, now 1");
    Path journal = folder.resolve(Study.JOURNAL);
    String text = Files.readString(journal);
    Files.writeString(journal, text.replace("784", "785"));
    assertThat(Files.readString(journal)).isNotEqualTo(text);
    assertThatThrownBy(() -> Plans.run(plan, folder, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--fresh");
    StudyResult fresh = Study.run(plan, Set.of(2), folder, true, () -> {}, Progress.none());
    assertThat(fresh.figures()).hasSize(1);
  }

  @Test
  void whatCannotBeStudiedIsRefused() {
    ImageSet training = DataSets.open("digits", Split.TRAIN);
    ImageSet test = DataSets.open("digits", Split.TEST);
    assertThatThrownBy(() -> new StudyPlan(training.first(999), test, test, null, Extent.QUICK, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("999 training images, expected 1,000 or more");
    assertThatThrownBy(() -> new StudyPlan(training, test, test.range(0, 0), null, Extent.QUICK, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("0 test");
    assertThatThrownBy(() -> Plans.run(Plans.digits(), folder, 99))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no figure 99: give some of 1, 2");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void figuresComeInTheOrderOfTheStory() {
    StudyResult result = Plans.run(Plans.digits(), folder, 3, 1);
    assertThat(result.figures()).extracting(c -> c.figure().number()).containsExactly(1, 3);
    assertThat(result.found(Generalises.Found.class)).isEmpty();
  }
}
