package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Verdict;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FragileClassTest {
  private static final ImageSet DIGITS = GeneratedDigits.standard().test(2);

  @Test
  void ofTheCorrectlyClassifiedImagesTheLargestFractionIsFooled() {
    // Class b remains least robust, but a lost more of what was correctly classified.
    assertThat(sentences(outcome("a", 10, 10, 4), outcome("b", 10, 6, 3)))
        .containsExactly(
            "The most fragile class is a: the attacks fooled 6 of its 10 correctly classified images"
                + " (60.0 %).");
  }

  @Test
  void ofEqualFractionsTheOneOfMoreImagesCounts() {
    assertThat(sentences(outcome("a", 1, 1, 0), outcome("b", 9, 9, 0)))
        .first()
        .asString()
        .contains("is b: the attacks fooled 9 of its 9");
  }

  @Test
  void aClassThatIsMostlyMisclassifiedWhenCleanIsNotFragile() {
    assertThat(sentences(outcome("a", 10, 4, 0), outcome("b", 10, 10, 9), outcome("c", 8, 0, 0)))
        .containsExactly(
            "The most fragile class is b: the attacks fooled 1 of its 10 correctly classified images"
                + " (10.0 %).",
            "Mostly misclassified without any attack: a, c.");
  }

  @Test
  void whereNothingWasFooledNoClassIsFragile() {
    assertThat(sentences(outcome("a", 10, 10, 10), outcome("b", 10, 5, 5))).isEmpty();
    assertThat(sentences(outcome("a", 10, 10, 0))).isEmpty();
  }

  private static ClassOutcome outcome(String name, int images, int correct, int unfooled) {
    return new ClassOutcome(
        0, name, new Proportion(correct, images), new Proportion(unfooled, images), Double.NaN);
  }

  private static List<String> sentences(ClassOutcome... outcomes) {
    AuditResult result =
        ExampleAudits.of(DIGITS, ExampleAudits.LINF, Verdict.UNKNOWN, Verdict.UNKNOWN);
    return FragileClass.sentences(result, List.of(outcomes));
  }
}
