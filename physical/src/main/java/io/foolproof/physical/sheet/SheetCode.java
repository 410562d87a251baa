package io.foolproof.physical.sheet;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the QR code of a sheet says.
 *
 * @param version of sheets
 * @param run its name
 * @param page from 1
 */
public record SheetCode(int version, String run, int page) {
  private static final Pattern FORM = Pattern.compile("F(\\d)-([0-9A-F]{10})-(\\d\\d)");

  /** Reads what a QR code says; empty if it is none of a sheet. */
  public static Optional<SheetCode> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(
            new SheetCode(
                Integer.parseInt(form.group(1)), form.group(2), Integer.parseInt(form.group(3))))
        : Optional.empty();
  }

  /** Sixteen characters that the smallest QR code holds. */
  @Override
  public String toString() {
    return "F%d-%s-%02d".formatted(version, run, page);
  }
}
