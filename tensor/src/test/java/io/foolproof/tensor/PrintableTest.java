package io.foolproof.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void plainTextStaysAsItIs() {
    String text = "Größe 数 \uD83D\uDE00 a\\b 'c'";
    assertThat(Printable.of(text)).isSameAs(text);
  }

  @Test
  void whatMovesACursorIsWrittenOut() {
    assertThat(Printable.of("a\u001b[2Jb\u0007\r\n\tc"))
        .isEqualTo("a\\u001b[2Jb\\u0007\\u000d\\u000a\\u0009c");
    assertThat(Printable.of("\u009b31m\u007f")).isEqualTo("\\u009b31m\\u007f");
  }

  @Test
  void whatReversesOrHidesTextIsWrittenOut() {
    assertThat(Printable.of("\u202eabc\u2028\u200b")).isEqualTo("\\u202eabc\\u2028\\u200b");
    assertThat(Printable.of("\uDB40\uDC41x\uD800")).isEqualTo("\\U000e0041x\\ud800");
  }

  @Test
  void messagesAreOneLineOfPrintableText() {
    assertThat(new InvalidInputException("node '\u001b[8m'\n  is bad"))
        .hasMessage("node '\\u001b[8m' is bad");
  }
}
