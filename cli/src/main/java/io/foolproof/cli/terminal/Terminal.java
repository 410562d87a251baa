package io.foolproof.cli.terminal;

import io.foolproof.audit.Progress;
import io.foolproof.cli.terminal.Meter.Unit;
import io.foolproof.data.Downloader;
import io.foolproof.data.RemoteFile;
import io.foolproof.defense.training.TrainingProgress;
import io.foolproof.defense.training.Validation;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a person at a terminal sees of long work: one line of progress on the error stream, gone
 * when the work is over or interrupted. Where the error stream is no terminal there is no line.
 */
public final class Terminal
    implements Progress, TrainingProgress, Downloader.Progress, AutoCloseable {
  /**
   * Property that is false where the command is a part of another program, whose end is no
   * interruption and whose user cannot repeat this command.
   */
  public static final String ADVICE = "foolproof.terminal.advice";

  private static final int USUAL_COLUMNS = 80;
  private static final long REPAINT_NANOS = 100_000_000;

  /** The time left goes down even while nothing is done. */
  private static final long TICK_MILLIS = 1000;

  private final PrintStream err;
  private final @Nullable StatusLine line;
  private final boolean colours;
  private final LongSupplier clock;
  private final Thread hook = new Thread(this::interrupted, "interrupt");

  private String stage = "";
  private String advice = "";
  private @Nullable Meter meter;
  private @Nullable RemoteFile file;
  private @Nullable Timer timer;
  private long painted;
  private boolean closed;

  private Terminal(
      PrintStream err, @Nullable StatusLine line, boolean colours, LongSupplier clock) {
    this.err = err;
    this.line = line;
    this.colours = colours;
    this.clock = clock;
  }

  /** The terminal that the start script found: Java cannot tell what its streams are. */
  public static Terminal standard() {
    return of(System.err, System.getenv(), System::nanoTime);
  }

  /**
   * A terminal as the system properties say.
   *
   * @param environment of which TERM and NO_COLOR count
   * @param clock of nanoseconds
   */
  static Terminal of(PrintStream err, Map<String, String> environment, LongSupplier clock) {
    boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
    boolean plain = dumb || !environment.getOrDefault("NO_COLOR", "").isEmpty();
    int columns = Integer.getInteger("foolproof.columns", USUAL_COLUMNS);
    boolean live = Boolean.getBoolean("foolproof.terminal.err") && !dumb;
    Terminal terminal =
        new Terminal(
            err,
            live ? new StatusLine(err, columns < 1 ? USUAL_COLUMNS : columns) : null,
            Boolean.getBoolean("foolproof.terminal.out") && !plain,
            clock);
    Runtime.getRuntime().addShutdownHook(terminal.hook);
    return terminal;
  }

  /** Whether what goes to the standard output may be coloured. */
  public boolean colours() {
    return colours;
  }

  /** Tells a user who interrupts the work, before this is closed, how it can go on. */
  public synchronized void adviseWhenInterrupted(String advice) {
    this.advice = advice;
  }

  private synchronized void interrupted() {
    stop();
    if (!advice.isEmpty() && Boolean.parseBoolean(System.getProperty(ADVICE, "true"))) {
      err.println("foolproof: interrupted; " + advice);
    }
  }

  @Override
  public synchronized void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down: the hook runs in any case, and has nothing to erase any more.
      return;
    }
  }

  private synchronized void stop() {
    closed = true;
    finish();
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  // ---- Audits and hull studies

  @Override
  public synchronized void stage(int number, int of) {
    stage = "[" + number + "/" + of + "] ";
  }

  @Override
  public synchronized void left(Duration time) {
    stage = stage.replace("]", ", about " + Meter.roughly(time) + " left]");
  }

  @Override
  public synchronized void begin(String title, int total) {
    start(new Meter(title, Unit.PIECES, true, 0, total, clock.getAsLong()));
  }

  @Override
  public synchronized void advance(int samples) {
    if (meter != null) {
      reached(meter.done() + samples);
    }
  }

  @Override
  public synchronized void end() {
    finish();
  }

  // ---- Training

  @Override
  public synchronized void begin(int epoch, int epochs, int done, int steps) {
    stage = "[" + (epoch + 1) + "/" + epochs + "] ";
    if (meter == null) {
      start(new Meter("training", Unit.PIECES, false, done, steps, clock.getAsLong()));
    }
  }

  @Override
  public synchronized void step(double loss) {
    if (meter != null) {
      meter.detail(String.format(Locale.ROOT, ", loss %.4f", loss));
      reached(meter.done() + 1);
    }
  }

  @Override
  public synchronized void end(int epoch, double loss, Validation.Accuracies validation) {
    String attacked =
        validation.isAttacked()
            ? String.format(Locale.ROOT, ", under attack %.1f %%", 100 * validation.robust())
            : "";
    String certified =
        validation.isBounded()
            ? String.format(Locale.ROOT, ", certified %.1f %%", 100 * validation.certified())
            : "";
    say(
        String.format(
            Locale.ROOT,
            "epoch %d: loss %.4f, validation accuracy %.2f %%%s%s",
            epoch + 1,
            loss,
            100 * validation.clean(),
            attacked,
            certified));
  }

  /** Of training, and of audits and hull studies. */
  @Override
  public synchronized void note(String text) {
    say(text);
  }

  private void say(String text) {
    if (line != null) {
      line.erase();
    }
    err.println(text);
    paint();
  }

  // ---- Downloads

  @Override
  public synchronized void at(RemoteFile downloaded, long done, long total) {
    if (!downloaded.equals(file)) {
      file = downloaded;
      start(new Meter(downloaded.name(), Unit.BYTES, false, done, total, clock.getAsLong()));
    }
    reached(done);
    if (done >= total) {
      finish();
    }
  }

  // ---- The line

  private void start(Meter begun) {
    if (line == null || closed) {
      return;
    }
    meter = begun;
    if (timer == null) {
      timer = new Timer("progress", true);
      timer.schedule(
          new TimerTask() {
            @Override
            public void run() {
              paint();
            }
          },
          TICK_MILLIS,
          TICK_MILLIS);
    }
    paint();
  }

  private void reached(long done) {
    if (meter != null) {
      meter.at(done, clock.getAsLong());
      if (clock.getAsLong() - painted >= REPAINT_NANOS) {
        paint();
      }
    }
  }

  private void finish() {
    meter = null;
    file = null;
    if (line != null) {
      line.erase();
    }
  }

  private synchronized void paint() {
    if (line != null && meter != null) {
      painted = clock.getAsLong();
      line.show(meter.text(stage, line.width(), painted));
    }
  }
}
