package io.foolproof.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What files of the program say of their format: a name and a number, which grows. */
public final class FileFormat {
  private static final Pattern NUMBERED = Pattern.compile("(.*\\D)(\\d{1,9})");

  private FileFormat() {}

  /**
   * Whether a file is of a later format of the same name than this version of the program writes.
   * Such a file is not damaged: another version reads it.
   *
   * @param found what the file says; null where it says nothing
   * @param own what this version writes, such as {@code foolproof baseline 1}
   */
  public static boolean isLater(@Nullable String found, String own) {
    if (found == null) {
      return false;
    }
    Matcher theirs = NUMBERED.matcher(found);
    Matcher ours = NUMBERED.matcher(own);
    return theirs.matches()
        && ours.matches()
        && theirs.group(1).equals(ours.group(1))
        && Integer.parseInt(theirs.group(2)) > Integer.parseInt(ours.group(2));
  }
}
