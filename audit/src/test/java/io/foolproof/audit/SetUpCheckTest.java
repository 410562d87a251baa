package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SetUpCheckTest {
  private static final int CLASSES = 10;

  /** What is found of samples whose labels go round, from the prediction of each. */
  private static List<String> found(int samples, IntUnaryOperator prediction) {
    return found(samples, place -> place % CLASSES, prediction);
  }

  private static List<String> found(
      int samples, IntUnaryOperator label, IntUnaryOperator prediction) {
    List<SampleVerdict> verdicts =
        IntStream.range(0, samples)
            .mapToObj(
                place -> {
                  int is = label.applyAsInt(place);
                  int said = prediction.applyAsInt(place);
                  Verdict verdict = is == said ? Verdict.UNKNOWN : Verdict.MISCLASSIFIED;
                  return new SampleVerdict(place, is, said, 0.5, verdict, null);
                })
            .toList();
    return SetUpCheck.of(verdicts, CLASSES, CLASSES, () -> "", Noun.IMAGE).stream()
        .map(Diagnostic::id)
        .toList();
  }

  @Test
  void nothingIsFoundOfAModelThatIsMostlyRight() {
    assertThat(found(100, place -> place % 9 == 0 ? 3 : place % CLASSES)).isEmpty();
    assertThat(found(1, place -> 0)).isEmpty();
    assertThat(found(3, place -> place)).isEmpty();
  }

  @Test
  void predictionsThatHaveNothingToDoWithTheLabelsAreFound() {
    assertThat(found(100, place -> place * 7 / 10 % CLASSES)).containsExactly("at-chance");
    assertThat(found(100, place -> (place + 1) % CLASSES))
        .containsExactly("at-chance", "moved-labels");
    assertThat(found(100, place -> 3)).containsExactly("at-chance", "never-predicted");
    assertThat(found(5, place -> 9 - place)).containsExactly("at-chance", "moved-labels");
  }

  /** Nine of ten samples have one label: to be right about these is no more than guessing. */
  @Test
  void theMostFrequentClassIsNoAchievement() {
    IntUnaryOperator mostlyTwo = place -> place % 10 == 0 ? 1 : 2;
    assertThat(found(200, mostlyTwo, place -> 2)).containsExactly("at-chance", "never-predicted");
    assertThat(found(200, mostlyTwo, place -> place == 10 ? 2 : mostlyTwo.applyAsInt(place)))
        .isEmpty();
    // Wrong for one sample in twelve, about as often as the rare class comes up, but not at random.
    assertThat(found(120, mostlyTwo, place -> place % 12 == 1 ? 1 : mostlyTwo.applyAsInt(place)))
        .isEmpty();
  }

  /** Where all samples have one label, nothing tells knowing from guessing. */
  @Test
  void ofOneClassNothingIsSaidButThatItIsNeverPredicted() {
    assertThat(found(50, place -> 4, place -> place % 2 == 0 ? 4 : 1)).isEmpty();
    assertThat(found(50, place -> 4, place -> 1)).containsExactly("never-predicted");
  }

  /** Without folder 3, what is 4 counts as 3, and so on: the first classes look right. */
  @Test
  void aClassThatWasLeftOutBeforeOthersIsFound() {
    assertThat(found(90, place -> place % 9, place -> place % 9 < 3 ? place % 9 : place % 9 + 1))
        .containsExactly("never-predicted", "moved-labels");
    assertThat(found(45, place -> place % 9, place -> place % 9 < 3 ? place % 9 : place % 9 + 1))
        .containsExactly("moved-labels");
    assertThat(found(90, place -> place % 9, place -> place % 9)).isEmpty();
  }

  @Test
  void anotherNumberOfClassesIsFound() {
    List<SampleVerdict> one = List.of(new SampleVerdict(0, 1, 1, 0.9, Verdict.UNKNOWN, null));
    assertThat(SetUpCheck.of(one, 9, 10, () -> "", Noun.IMAGE))
        .singleElement()
        .satisfies(
            sign -> {
              assertThat(sign.id()).isEqualTo("other-classes");
              assertThat(sign.figure()).isEqualTo("9 and 10");
            });
  }

  @Test
  void theLikelyCauseIsLookedForAtChanceAndOnlyThere() {
    List<SampleVerdict> wrong =
        IntStream.range(0, 40)
            .mapToObj(i -> new SampleVerdict(i, i % 4, 2, 0.9, Verdict.MISCLASSIFIED, null))
            .toList();
    assertThat(SetUpCheck.of(wrong, 4, 4, () -> "98.0 % otherwise", Noun.IMAGE))
        .first()
        .satisfies(sign -> assertThat(sign.figure()).contains("98.0 % otherwise"));
  }
}
