package io.foolproof.cli.terminal;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** How much of some work is done, and when all of it will be. */
final class Meter {
  /** With fewer steps, or in less time, the rate is not known well enough to tell it. */
  private static final int FEWEST_STEPS = 8;

  private static final long SHORTEST = Duration.ofSeconds(2).toNanos();

  private static final int BAR = 24;

  /** What is counted. */
  enum Unit {
    PIECES,
    BYTES;

    private String of(long done, long total) {
      return switch (this) {
        case PIECES -> done + "/" + total;
        case BYTES -> String.format(Locale.ROOT, "%.1f/%.1f MB", done / 1e6, total / 1e6);
      };
    }
  }

  private final String title;
  private final Unit unit;
  private final boolean moreToCome;
  private final long total;
  private final long before;
  private final long start;
  private long done;
  private long last;
  private int steps;
  private String detail = "";

  /**
   * Work that begins.
   *
   * @param moreToCome whether other work follows, of which nobody knows how long it takes
   * @param before how much was done before, at a rate of its own
   * @param now on a clock of nanoseconds
   */
  Meter(String title, Unit unit, boolean moreToCome, long before, long total, long now) {
    this.title = title;
    this.unit = unit;
    this.moreToCome = moreToCome;
    this.before = before;
    this.total = total;
    this.start = now;
    this.done = before;
    this.last = now;
  }

  /** A time of which the first digit or two are known, such as {@code 3 min}. */
  static String roughly(Duration time) {
    long minutes = Math.round(time.toSeconds() / 60.0);
    return minutes < 1
        ? "1 min"
        : minutes < 90 ? minutes + " min" : Math.round(minutes / 60.0) + " h";
  }

  /** So much is done now. */
  void at(long done, long now) {
    this.done = done;
    this.last = now;
    steps++;
  }

  long done() {
    return done;
  }

  /** Something else to show, such as a loss. */
  void detail(String detail) {
    this.detail = detail;
  }

  /**
   * The seconds left, at the rate so far.
   *
   * @return nothing where the rate is not known well enough, or where the next step is overdue
   */
  OptionalLong secondsLeft(long now) {
    if (steps < FEWEST_STEPS || last - start < SHORTEST || done <= before) {
      return OptionalLong.empty();
    }
    double rest = (double) (last - start) / (done - before) * (total - done);
    double left = rest - (now - last);
    return left <= 0 ? OptionalLong.empty() : OptionalLong.of(Math.round(left / 1e9));
  }

  /**
   * The work, how much of it is done and the time left; with a bar where there is room for one.
   *
   * @param stage of the whole run
   */
  String text(String stage, int width, long now) {
    String figures = "  " + unit.of(done, total) + detail + left(now);
    String name = stage + title;
    int room = Math.max(0, width - figures.length());
    if (name.length() > room) {
      name = name.substring(0, room).stripTrailing();
    }
    if (name.length() + 2 + BAR > room) {
      return name + figures;
    }
    int filled = (int) (BAR * done / Math.max(1, total));
    return name + "  " + "#".repeat(filled) + "-".repeat(BAR - filled) + figures;
  }

  private String left(long now) {
    OptionalLong seconds = secondsLeft(now);
    if (seconds.isEmpty()) {
      return "";
    }
    long s = seconds.getAsLong();
    String time =
        s < 3600
            ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
            : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    return ", " + time + (moreToCome ? " left in this part" : " left");
  }
}
