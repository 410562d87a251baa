package io.foolproof.tensor;

import java.util.Collection;

/** For messages about a name that is not known: the known name that was probably meant. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * The known name closest to a word, by the number of letters that were left out, added, replaced
   * or swapped with their neighbour: at most one for three letters of the word.
   *
   * @return {@code "; did you mean 'pgd'?"}, or an empty text if no name is that close
   */
  public static String of(String word, Collection<String> known) {
    String closest = "";
    int fewest = Math.max(1, word.length() / 3) + 1;
    for (String name : known) {
      int edits = edits(word, name);
      if (edits < fewest) {
        fewest = edits;
        closest = name;
      }
    }
    return closest.isEmpty() ? "" : "; did you mean '" + closest + "'?";
  }

  /** The distance of Damerau and Levenshtein in which no letter is edited twice. */
  private static int edits(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
