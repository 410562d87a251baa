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
    return SetUpCheck.of(verdicts).stream().map(Diagnostic::id).toList();
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
    assertThat(found(100, place -> (place + 1) % CLASSES)).containsExactly("at-chance");
    assertThat(found(100, place -> 3)).containsExactly("at-chance", "never-predicted");
    assertThat(found(5, place -> 9 - place)).containsExactly("at-chance");
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
}
