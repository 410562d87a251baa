package io.foolproof.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecificationTest {
  private static final String DECLARED =
      "(declare-const X_0 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)";
  private static final String BOX = "(assert (>= X_0 0.1))(assert (<= X_0 0.3))";

  @Test
  void boxesAreRoundedOutwardsAndTheTightestBoundCounts() {
    Specification.Case only =
        Specification.read(DECLARED + BOX + "(assert (<= X_0 7))(assert (<= Y_0 0.1))")
            .cases()
            .get(0);
    assertThat(new BigDecimal(only.low()[0])).isLessThanOrEqualTo(new BigDecimal("0.1"));
    assertThat(new BigDecimal(only.high()[0])).isGreaterThanOrEqualTo(new BigDecimal("0.3"));
    assertThat(only.high()[0]).isLessThan(0.3000001);
    assertThat(new BigDecimal(only.constraints().get(0).limit()))
        .isGreaterThanOrEqualTo(new BigDecimal("0.1"));
  }

  /** Boxes that cases share are rounded once; others are their own. */
  @Test
  void eachAlternativeHasItsOwnBox() {
    String boxes =
        "(assert (or (and (>= X_0 0.1) (<= X_0 0.3)) (and (>= X_0 0.1) (<= X_0 0.5))"
            + " (and (>= X_0 0.1) (<= X_0 0.5) (<= Y_1 2))))";
    Specification specification = Specification.read(DECLARED + boxes + "(assert (<= Y_0 1))");
    assertThat(specification.cases().stream().map(one -> (float) one.high()[0]))
        .containsExactly(0.3f, 0.5f, 0.5f);
    String open = "(assert (or (and (>= X_0 0.1) (<= X_0 0.3)) (>= X_0 0.1)))";
    assertThatThrownBy(() -> Specification.read(DECLARED + open + "(assert (<= Y_0 1))"))
        .hasMessageContaining("X_0 is unbounded");
  }

  @Test
  void alternativesComeInTheOrderOfTheText() {
    Specification specification =
        Specification.read(
            DECLARED
                + BOX
                + "(assert (or (and (>= Y_0 1) (<= (+ Y_0 (* -2 Y_1)) 3)) (>= Y_1 2)))"
                + "(assert (or (<= Y_0 5) (<= Y_0 6)))");
    assertThat(specification.cases()).hasSize(4);
    assertThat(specification.cases().get(0).constraints().get(0).coefficients())
        .containsExactly(-1, 0);
    assertThat(specification.cases().get(0).constraints().get(1).coefficients())
        .containsExactly(1, -2);
    assertThat(specification.cases().get(1).constraints().get(2).limit()).isEqualTo(6);
    assertThat(specification.cases().get(2).constraints().get(0).limit()).isEqualTo(-2);
  }

  /** Under two names, one variable would count as two. */
  @ParameterizedTest
  @CsvSource({"Y_01", "Y_00", "Y_+1"})
  void namesOfVariablesHaveOneForm(String name) {
    assertThatThrownBy(() -> Specification.read(DECLARED + BOX + "(assert (<= " + name + " 0))"))
        .isInstanceOf(UncheckableException.class);
  }

  /** Of an alternative that never holds there is no case; so a prover numbers them, too. */
  @Test
  void nothingIsBelowItself() {
    String text = DECLARED + BOX + "(assert (or (< Y_0 Y_0) (<= Y_1 2) (<= Y_0 Y_0)))";
    assertThat(Specification.read(text).cases()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"(assert)", "(assert (<= Y_0 1) (<= Y_1 1))"})
  void anAssertionHasOneCondition(String assertion) {
    assertThatThrownBy(() -> Specification.read(DECLARED + BOX + assertion))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining("one condition");
  }

  private static final String TWO =
      "(vnnlib-version <2.0>) ; X[9]\n"
          + "(declare-network f (declare-input X float32 [1, 2]) (declare-output Y float32 [2]))"
          + "(assert (and (>= X[0,0] 0.1) (<= X[0,0] 0.3) (== X[0, 1] 2)))";

  @Test
  void ofVersionTwoTheLinearPartIsRead() {
    Specification specification = Specification.read(TWO + "(assert (< Y[1] (* 2 Y[0])))");
    assertThat(specification.inputs()).isEqualTo(2);
    assertThat(specification.cases().get(0).low()).containsExactly(Math.nextDown(0.1), 2);
    assertThat(specification.cases().get(0).constraints().get(0).coefficients())
        .containsExactly(-2, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(assert (<= Y[2] 0)) | no place",
        "(assert (<= Y[0,0] 0)) | no place",
        "(assert (<= Y[-1] 0)) | out of range",
        "(assert (<= Y[a] 0)) | no list of whole numbers",
        "(assert (<= Z[0] 0)) | not declared",
        "(assert (!= Y[0] 0)) | no condition"
      })
  void whatVersionTwoSaysElseIsRefused(String wrong, String expected) {
    assertThatThrownBy(() -> Specification.read(TWO + wrong))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void ofVersionTwoNumbersThatAreNotRealAreRefused() {
    assertThatThrownBy(
            () -> Specification.read(TWO.replaceFirst("float32", "int8") + "(assert (<= Y[0] 0))"))
        .hasMessageContaining("of the type 'int8' is not covered");
  }

  @Test
  void whatCannotHappenIsNoCase() {
    assertThat(Specification.read(DECLARED + BOX + "(assert (or (<= 1 0) (<= Y_0 1)))").cases())
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "(assert (<= X_0 0)) | no case of it has any input",
        "(declare-const Y_2 Bool) | should be Real",
        "(declare-fun Y_2 (Real) Real) | should be Real",
        "(set-info :source \"open) | not closed",
        "(assert (<= Y_0 | ends early",
        "(assert (<= X_0 Y_0)) | is no box",
        "(assert (<= (* Y_0 Y_0) 1)) | not linear",
        "(assert (<= Y_7 1)) | not declared",
        "(assert (<= Y_0 1e99999)) | more than 200 digits",
        "(frobnicate) | is not known"
      })
  void whatCannotBeUsedIsRefused(String wrong, String expected) {
    assertThatThrownBy(() -> Specification.read(DECLARED + BOX + wrong))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining(expected);
  }

  /** Comments end where lines do, of any system; in texts and quoted names nothing begins. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(assert (<= X_0 0.25)) ; note\r(assert (<= Y_0 1))",
        "(assert (<= X_0 0.25)) ; note\r\n(assert (<= Y_0 1))",
        "(set-info :a \"b ; c\")(assert (<= X_0 0.25))(set-info :d \")\")(assert (<= Y_0 1))",
        "(set-info :a |b ; (c|)(assert (<= X_0 0.25))(assert (<= Y_0 1))",
        "(declare-fun Y_2 () Real)(assert (<= X_0 0.25))(assert (<= Y_0 1))"
      })
  void noAssertionIsLostBehindACommentOrAText(String text) {
    Specification.Case only = Specification.read(DECLARED + BOX + text).cases().get(0);
    assertThat(only.high()[0]).isEqualTo(0.25);
    assertThat(only.constraints()).hasSize(1);
  }

  /** As a prover numbers them, too. */
  @Test
  void anAlternativeWithoutInputsIsNoCase() {
    String either = "(assert (or (and (<= X_0 -1) (>= Y_0 0.5)) (>= Y_1 4) (>= X_0 2)))";
    assertThat(Specification.read(DECLARED + BOX + either).cases()).hasSize(1);
  }

  @Test
  void anUnboundedInputIsNamed() {
    assertThatThrownBy(() -> Specification.read(DECLARED + "(assert (<= Y_0 1))"))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining("X_0 is unbounded");
  }
}
