package io.foolproof.audit.journal;

import io.foolproof.tensor.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A part of a piece of work that another machine can do: some of its samples, in a row. What is
 * found of a sample does not depend on the others, so that the journals of all shards together are
 * that of the whole: {@link JoinedJournals}.
 *
 * @param number from 1
 * @param count how many shards there are
 */
public record Shard(int number, int count) {
  /** What the identity of a shard's journal calls it. */
  static final String NAME = "shard";

  private static final Pattern TEXT = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

  /**
   * Checks both.
   *
   * @throws InvalidInputException when there is no such shard
   */
  public Shard {
    if (number < 1 || number > count) {
      throw new InvalidInputException(
          "the shard is %d/%d: give its number, from 1 on, and how many there are, such as 3/8"
              .formatted(number, count));
    }
  }

  /**
   * The shard in a text such as {@code 3/8}.
   *
   * @throws InvalidInputException when it is none
   */
  public static Shard parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInputException(
          "the shard is '%s': give its number and how many there are, such as 3/8".formatted(text));
    }
    return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /**
   * The places of its samples.
   *
   * @param samples how many there are in all
   * @param together how many are worked on at once, which no shard divides
   * @throws InvalidInputException when a shard would be left without any
   */
  public int[] places(int samples, int together) {
    int groups = (samples + together - 1) / together;
    if (count > groups) {
      throw new InvalidInputException(
          "%d samples cannot be divided into %d shards%s: give at most %d, or more samples"
              .formatted(
                  samples,
                  count,
                  together == 1 ? "" : ", since %d are done at once".formatted(together),
                  groups));
    }
    return IntStream.range(
            first(number - 1, groups) * together,
            Math.min(samples, first(number, groups) * together))
        .toArray();
  }

  private int first(int shard, int groups) {
    return (int) ((long) shard * groups / count);
  }

  /**
   * What a journal belongs to.
   *
   * @param whole everything that findings depend on, by name
   * @param shard null for a journal of the whole
   */
  public static Map<String, String> identity(Map<String, String> whole, @Nullable Shard shard) {
    if (shard == null) {
      return whole;
    }
    Map<String, String> identity = new LinkedHashMap<>(whole);
    identity.put(NAME, shard.toString());
    return identity;
  }

  @Override
  public String toString() {
    return number + "/" + count;
  }
}
