package io.foolproof.cli.terminal;

import io.foolproof.audit.Progress;
import io.foolproof.data.Downloader;
import io.foolproof.data.RemoteFile;
import io.foolproof.defense.TrainingProgress;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress on the error stream, when a person is looking at it. */
public final class Terminal implements Progress, TrainingProgress, Downloader.Progress {
  private final PrintStream err;
  private final boolean bars;
  private @Nullable ProgressBar bar;
  private String title = "";

  private Terminal(PrintStream err, boolean bars) {
    this.err = err;
    this.bars = bars;
  }

  /** Bars if the error stream is a terminal; the start script knows, since Java cannot tell. */
  public static Terminal standard() {
    return new Terminal(System.err, Boolean.getBoolean("foolproof.terminal"));
  }

  /** Whether colours may be written. */
  public boolean isTerminal() {
    return bars;
  }

  private void open(String task, long total, String unit) {
    end();
    title = task;
    if (bars) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUnit(unit, 1)
              .setUpdateIntervalMillis(200)
              .setMaxRenderedLength(100)
              .continuousUpdate()
              .build();
    }
  }

  @Override
  public void begin(String stage, int total) {
    open(stage, total, "");
  }

  @Override
  public void advance(int samples) {
    if (bar != null) {
      bar.stepBy(samples);
    }
  }

  @Override
  public void end() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    title = "";
  }

  @Override
  public void begin(int epoch, int epochs, int steps) {
    open("epoch " + (epoch + 1) + " of " + epochs, steps, "");
  }

  @Override
  public void step(double loss) {
    if (bar != null) {
      bar.setExtraMessage(String.format(Locale.ROOT, " loss %.4f", loss));
      bar.step();
    }
  }

  @Override
  public void end(int epoch, double loss, double validationAccuracy) {
    end();
    err.printf(
        Locale.ROOT,
        "epoch %d: loss %.4f, validation accuracy %.2f %%%n",
        epoch + 1,
        loss,
        100 * validationAccuracy);
  }

  @Override
  public void at(RemoteFile file, long done, long total) {
    if (!title.equals(file.name())) {
      open(file.name(), total, "B");
    }
    if (bar != null) {
      bar.stepTo(done);
    }
    if (done >= total) {
      end();
    }
  }
}
