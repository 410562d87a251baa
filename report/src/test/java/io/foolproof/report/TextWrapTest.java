package io.foolproof.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextWrapTest {

  @Test
  void linesBreakAtTheLastSpaceThatFits() {
    assertThat(TextWrap.lines("one two three four", 9)).containsExactly("one two", "three", "four");
    assertThat(TextWrap.lines("one two", 7)).containsExactly("one two");
    assertThat(TextWrap.lines("one two", 3)).containsExactly("one", "two");
  }

  @Test
  void aWordLongerThanALineIsBroken() {
    assertThat(TextWrap.lines("abcdefgh ij", 3)).containsExactly("abc", "def", "gh", "ij");
    assertThat(TextWrap.lines("", 3)).containsExactly("");
    assertThat(TextWrap.lines("pgd:steps=40:step=0.1", 15))
        .containsExactly("pgd:steps=40:", "step=0.1");
    assertThat(TextWrap.lines(":abcdef", 4)).containsExactly(":abc", "def");
  }

  @Test
  void allLinesButTheFirstHang() {
    assertThat(TextWrap.hanging("one two three four", 9, 2))
        .containsExactly("one two", "  three", "  four");
    assertThat(TextWrap.hanging("one", 9, 2)).containsExactly("one");
  }

  @Test
  void intervalsStayTogether() {
    assertThat(TextWrap.lines("it is 94.2 to 97.1 % now", 14))
        .containsExactly("it is", "94.2 to 97.1 %", "now");
    assertThat(TextWrap.lines("95 % are left", 3)).containsExactly("95", "%", "are", "lef", "t");
    assertThat(TextWrap.lines("go 3 to the left", 7)).containsExactly("go 3 to", "the", "left");
  }
}
