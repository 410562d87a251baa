package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileFormatTest {
  private static final String OWN = "foolproof journal 8";

  @Test
  void laterIsALargerNumberOfTheSameName() {
    assertThat(FileFormat.isLater("foolproof journal 9", OWN)).isTrue();
    assertThat(FileFormat.isLater("foolproof journal 10", OWN)).isTrue();
    assertThat(FileFormat.isLater(OWN, OWN)).isFalse();
    assertThat(FileFormat.isLater("foolproof journal 7", OWN)).isFalse();
  }

  @Test
  void whatIsOfAnotherNameIsNotLater() {
    assertThat(FileFormat.isLater("foolproof baseline 9", OWN)).isFalse();
    assertThat(FileFormat.isLater("foolproof journal", OWN)).isFalse();
    assertThat(FileFormat.isLater("foolproof journal 99999999999", OWN)).isFalse();
    assertThat(FileFormat.isLater("", OWN)).isFalse();
    assertThat(FileFormat.isLater(null, OWN)).isFalse();
  }
}
