package io.foolproof.certify.property;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VnnLibTest {
  private static final String DECLARED =
      """
      ; two inputs, two outputs
      (declare-const X_0 Real)
      (declare-const X_1 Real)
      (declare-const Y_0 Real)
      (declare-const Y_1 Real)
      """;
  private static final String BOX =
      "(assert (>= X_0 0))(assert (<= X_0 1))(assert (>= X_1 0))(assert (<= X_1 1))";

  private static Property parse(String text) {
    return VnnLib.parse(text.getBytes(StandardCharsets.UTF_8), "spec");
  }

  private static void assertConstraint(
      Property.Constraint constraint, String limit, String... coefficients) {
    assertThat(constraint.limit()).isEqualByComparingTo(limit);
    assertThat(constraint.coefficients())
        .usingElementComparator(BigDecimal::compareTo)
        .containsExactly(
            Arrays.stream(coefficients).map(BigDecimal::new).toArray(BigDecimal[]::new));
  }

  @Test
  void theTightestOfSeveralAssertionsCountsOnEitherSide() {
    Property property =
        parse(
            DECLARED
                + BOX
                + "(assert (<= 0.25 X_0))(assert (and (>= 0.5 X_1) (>= (* 2 X_1) -7)))"
                + "(assert (<= Y_0 Y_1))");
    Property.Unsafe unsafe = property.cases().get(0);
    assertThat(unsafe.lowest()).containsExactly(0.25, 0);
    assertThat(unsafe.highest()).containsExactly(1, 0.5);
    assertConstraint(unsafe.constraints().get(0), "0", "1", "-1");
  }

  @Test
  void linearTermsAreCollected() {
    Property property =
        parse(
            DECLARED
                + BOX
                + "(assert (< (+ (* 2 Y_0) (- Y_1) 1 (* Y_1 0.5)) (- (* 3 Y_0) (- 4) Y_1)))");
    Property.Constraint constraint = property.cases().get(0).constraints().get(0);
    // 2 y0 - y1 + 1 + y1/2 < 3 y0 + 4 - y1
    assertConstraint(constraint, "3", "-1", "0.5");
    assertThat(constraint.strict()).isTrue();
  }

  @Test
  void anyNestingBecomesAListOfCases() {
    Property property =
        parse(
            DECLARED
                + "(assert (or (and (>= X_0 0) (or (<= X_0 1) (<= X_0 2))) (and (>= X_0 3) (<= X_0"
                + " 4))))(assert (and (>= X_1 0) (<= X_1 1)))(assert (or (<= Y_0 0) (>= Y_1 1)))");
    assertThat(property.cases()).hasSize(6);
    assertThat(property.cases().stream().map(one -> one.highest()[0]))
        .containsExactly(1.0, 1.0, 2.0, 2.0, 4.0, 4.0);
    assertThat(property.cases().stream().map(one -> one.lowest()[0]))
        .containsExactly(0.0, 0.0, 0.0, 0.0, 3.0, 3.0);
    assertConstraint(property.cases().get(0).constraints().get(0), "0", "1", "0");
    assertConstraint(property.cases().get(5).constraints().get(0), "-1", "0", "-1");
  }

  /** An input that is below 1 is not 1; of two equal ends the strict one counts. */
  @Test
  void strictBoundsOfInputsLeaveTheirEndsOut() {
    Property.Unsafe unsafe =
        parse(DECLARED + BOX + "(assert (< X_0 1.0))(assert (> 0.5 X_1))(assert (> Y_0 Y_1))")
            .cases()
            .get(0);
    assertThat(unsafe.highest()).containsExactly(1, 0.5);
    float[] output = {1, 0};
    assertThat(unsafe.happens(new float[] {0, 0}, output)).isTrue();
    assertThat(unsafe.happens(new float[] {Math.nextDown(1f), 0}, output)).isTrue();
    assertThat(unsafe.happens(new float[] {1, 0}, output)).isFalse();
    assertThat(unsafe.happens(new float[] {0, 0.5f}, output)).isFalse();
    assertThatThrownBy(() -> parse(DECLARED + BOX + "(assert (< X_1 0))(assert (<= Y_0 0))"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("spec: the input set is empty: X_1 is at least 0 and below 0");
  }

  @Test
  void theMarkOfTheByteOrderIsNoPartOfTheText() {
    assertThat(parse("\uFEFF" + DECLARED + BOX + "(assert (<= Y_0 Y_1))").inputs()).isEqualTo(2);
  }

  @Test
  void decimalsAreRoundedOutwards() {
    Property.Unsafe unsafe =
        parse(
                DECLARED
                    + "(assert (>= X_0 0.1))(assert (<= X_0 0.3))"
                    + "(assert (>= X_1 0.1))(assert (<= X_1 0.1))(assert (<= Y_0 0.1))")
            .cases()
            .get(0);
    for (int i = 0; i < 2; i++) {
      assertThat(new BigDecimal(unsafe.lowest()[i])).isLessThan(unsafe.low()[i]);
      assertThat(new BigDecimal(unsafe.highest()[i])).isGreaterThan(unsafe.high()[i]);
      assertThat(unsafe.highest()[i] - Math.ulp(1)).isLessThan(unsafe.high()[i].doubleValue());
    }
    assertThat(new BigDecimal(unsafe.constraints().get(0).highestLimit()))
        .isGreaterThan(new BigDecimal("0.1"));
  }

  @Test
  void compressedFilesAreRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("spec.vnnlib.gz");
    String text = DECLARED + BOX + "(assert (<= Y_0 Y_1))";
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(new String(VnnLib.bytes(file), StandardCharsets.UTF_8)).isEqualTo(text);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> VnnLib.bytes(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ends early or is damaged");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "(declare-const X_2 Int) | the sort of X_2 is 'Int', expected Real",
        "(declare-fun Y_2 (Real) Real) | ')' is wanted",
        "(set-info :source \"open) | is not closed",
        "(assert (<= Y_0 Y_2)) | 'Y_2' is unknown; declared are 2 inputs and 2 outputs",
        "(assert (<= Y_01 0)) | 'Y_01' is unknown",
        "(assert (<= X_0 0)(assert (<= Y_0 1)) | ')' is wanted, found '('",
        "(assert (<= Y_0 | the file ends early",
        "(assert (<= Y_0 Z_1)) | neither a number nor a variable",
        "(assert (<= (* Y_0 Y_1) 1)) | a product of two variables is not linear",
        "(assert (<= (/ Y_0 2) 1)) | '/' is not linear",
        "(assert (<= (+ X_0 X_1) 1)) | is no box",
        "(assert (<= X_0 Y_1)) | is no box",
        "(assert (xor (<= Y_0 1) (<= Y_1 1))) | 'xor' is no condition",
        "(assert (<= X_0 -1)) | the input set is empty: X_0 is at least 0 and at most -1",
        "(assert (<= 1 0)) | nothing is left to prove",
        "(assert (<= Y_0 1e999999999)) | more than 200 digits",
        "(declare-network N) | '(' is wanted",
        "hello | '(' is wanted, found 'hello'"
      })
  void whatCannotBeUsedIsSaidInOneLine(String wrong, String expected) {
    assertThatThrownBy(() -> parse(DECLARED + BOX + wrong))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("spec")
        .hasMessageContaining(expected)
        .hasMessageNotContaining("\n");
  }

  /** Comments end where lines do, of any system; in texts and quoted names nothing begins. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(assert (<= X_0 0.5)) ; note\r(assert (<= Y_0 0.1))",
        "(assert (<= X_0 0.5)) ; note\r\n(assert (<= Y_0 0.1))",
        "(set-info :a \"b ; c\")(assert (<= X_0 0.5))(set-info :d \")\")(assert (<= Y_0 0.1))",
        "(set-info :a |b ; (c|)(assert (<= X_0 0.5))(assert (<= Y_0 0.1))",
        "(declare-fun Y_2 () Real)(assert (<= X_0 0.5))(assert (<= Y_0 0.1))"
      })
  void noAssertionIsLostBehindACommentOrAText(String text) {
    Property.Unsafe only = parse(DECLARED + BOX + text).cases().get(0);
    assertThat(only.highest()[0]).isEqualTo(0.5);
    assertThat(only.constraints()).hasSize(1);
  }

  /** Of alternatives, those whose box is empty cannot happen. */
  @Test
  void anAlternativeWithoutInputsIsNoCase() {
    String either = "(assert (or (and (<= X_0 -1) (>= Y_0 0.5)) (>= Y_1 4) (>= X_1 2)))";
    assertThat(parse(DECLARED + BOX + either).cases()).hasSize(1);
    assertThatThrownBy(() -> parse(DECLARED + BOX + "(assert (or (<= X_0 -1) (< X_1 0)))"))
        .hasMessageContaining("the input set is empty: X_1 is at least 0 and below 0");
  }

  @Test
  void numbersOf32BitsAreLookedForBetweenTheEnds() {
    String box = "(assert (= X_0 %s))(assert (>= X_1 0))(assert (<= X_1 1))(assert (<= Y_0 0))";
    for (String number : List.of("0.5", "-0.25", "0", "1e-45")) {
      int found = parse(DECLARED + box.formatted(number)).cases().get(0).withoutFloat();
      assertThat(found).as(number).isEqualTo(number.equals("1e-45") ? 0 : -1);
    }
    assertThat(parse(DECLARED + box.formatted("1e39")).cases().get(0).withoutFloat()).isZero();
    assertThat(parse(DECLARED + box.formatted("-1e39")).cases().get(0).withoutFloat()).isZero();
    assertThat(parse(DECLARED + BOX + "(assert (<= Y_0 0))").cases().get(0).withoutFloat())
        .isEqualTo(-1);
  }

  @Test
  void anUnboundedInputIsNamed() {
    assertThatThrownBy(() -> parse(DECLARED + "(assert (>= X_0 0))(assert (<= Y_0 0))"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("input X_0 has no upper bound");
  }

  @Test
  void robustnessOfAnImageIsExact() {
    float[] image = {0.1f, 0.99f};
    Property property = parse(new Robustness(image, 1, 3, new BigDecimal("0.02")).vnnLib());
    assertThat(property.cases()).hasSize(2);
    Property.Unsafe first = property.cases().get(0);
    assertThat(first.low()[0])
        .isEqualByComparingTo(new BigDecimal(image[0]).subtract(new BigDecimal("0.02")));
    assertThat(first.high()[1]).isEqualByComparingTo("1");
    assertConstraint(first.constraints().get(0), "0", "-1", "1", "0");
  }

  private static final String TWO =
      """
      (vnnlib-version <2.0>)
      (declare-network f (declare-input X float32 [1, 2]) (declare-output Y float32 [2]))
      (assert (and (>= X[0,0] 0.1) (<= X[0,0] 0.3) (== X[0, 1] 2))) ; X[9]
      """;

  @Test
  void ofVersionTwoTheLinearPartIsRead() {
    Property property = parse(TWO + "(assert (< Y[1] (* 2 Y[0])))");
    assertThat(property.inputs()).isEqualTo(2);
    assertThat(property.outputs()).isEqualTo(2);
    Property.Unsafe only = property.cases().get(0);
    assertThat(only.low()).containsExactly(new BigDecimal("0.1"), new BigDecimal("2"));
    assertThat(only.constraints().get(0).row()).containsExactly(-2, 1);
    assertThat(only.constraints().get(0).strict()).isTrue();
    // Equal outputs are no violation of a strict constraint.
    assertThat(only.happens(new float[] {0.2f, 2}, new float[] {0, 0})).isFalse();
    assertThat(only.happens(new float[] {0.2f, 2}, new float[] {1, 0})).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(declare-network g (declare-input Z int8 [1])) | the type of Z is 'int8'",
        "(assert (<= Y[2] 0)) | outside of [2]",
        "(assert (<= Y[0,0] 0)) | outside of [2]",
        "(assert (<= Y[a] 0)) | no whole number",
        "(assert (<= Z[0] 0)) | neither a number nor a variable",
        "(assert (!= Y[0] 0)) | no condition",
        "(assert (<= Y[0 | in brackets are wanted"
      })
  void whatVersionTwoSaysElseIsRefused(String wrong, String expected) {
    assertThatThrownBy(() -> parse(TWO + wrong))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(expected);
  }
}
