package io.foolproof.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> NAMES = List.of("attack", "attacks", "audit", "pgd", "apgd-t");

  @ParameterizedTest
  @CsvSource({
    "audti,audit",
    "adit,audit",
    "auditt,audit",
    "sudit,audit",
    "atack,attack",
    "atacks,attacks",
    "pdg,pgd",
    "apgdt,apgd-t",
    "pgd,pgd"
  })
  void theClosestNameIsSuggested(String word, String expected) {
    assertThat(Suggestion.of(word, NAMES)).isEqualTo("; did you mean '" + expected + "'?");
  }

  @ParameterizedTest
  @CsvSource({"xyz", "hull", "ad", "''", "p"})
  void nothingIsSuggestedForAWordUnlikeAnyName(String word) {
    assertThat(Suggestion.of(word, NAMES)).isEmpty();
  }

  @Test
  void withoutNamesThereIsNoSuggestion() {
    assertThat(Suggestion.of("audit", List.of())).isEmpty();
  }
}
