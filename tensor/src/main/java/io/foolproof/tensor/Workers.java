package io.foolproof.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Spreads independent micro-batches over the cores: one worker a core, one engine thread a worker.
 *
 * <p>That is about twice as fast as one large batch over the engine's own threads, since a
 * micro-batch stays in a core's cache and nobody waits for the slowest thread of every operation.
 */
public final class Workers implements AutoCloseable {
  /**
   * How many samples make a micro-batch: few enough for a core's cache and for an even share of the
   * work, and a whole number of the blocks in which the engine's matrix kernels take rows. Networks
   * run on exactly so many samples at a time, padded where there are fewer.
   */
  public static final int MICRO_BATCH = 24;

  /** The property that says how many cores of the machine this process may use. */
  public static final String COUNT = "foolproof.workers";

  private final ExecutorService threads;
  private final int count;

  /** As many workers as the property {@value #COUNT} says, or as there are cores. */
  public Workers() {
    this(Integer.getInteger(COUNT, Runtime.getRuntime().availableProcessors()));
  }

  /** This many workers. */
  public Workers(int count) {
    this.count = count;
    this.threads =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "foolproof-worker");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** How many workers there are. */
  public int count() {
    return count;
  }

  /** Work on the samples from one index up to another, exclusive. */
  @FunctionalInterface
  public interface BatchTask<T> {
    /**
     * Runs on a worker, in a {@link Scope} of its own: what it returns must not be a tensor of it.
     */
    T run(int from, int to);
  }

  /**
   * Where batches end: they have one size up to a sample, a whole number of them, and another from
   * there on.
   */
  private record Cut(int samples, int batch, int whole, int rest) {
    int endOf(int from) {
      return Math.min(samples, from + (from < whole ? batch : rest));
    }
  }

  private Cut shared(int samples, int batch) {
    int whole = samples - samples % (batch * count);
    int share = (samples - whole + count - 1) / count;
    return new Cut(samples, batch, whole, Math.max((batch + 1) / 2, share));
  }

  /**
   * Cuts [0, samples) into batches and works on them.
   *
   * @return the results in the order of the batches
   */
  public <T> List<T> map(int samples, int batch, BatchTask<T> task) {
    return map(new Cut(samples, batch, samples, batch), task);
  }

  /** As {@link #map}, cut as by {@link #forEachShared}. */
  public <T> List<T> mapShared(int samples, int batch, BatchTask<T> task) {
    return map(shared(samples, batch), task);
  }

  private <T> List<T> map(Cut cut, BatchTask<T> task) {
    List<Numbered<T>> results = new ArrayList<>();
    forEach(cut, (from, to) -> new Numbered<>(from, task.run(from, to)), results::add);
    results.sort((a, b) -> Integer.compare(a.from, b.from));
    return results.stream().map(Numbered::value).toList();
  }

  private record Numbered<T>(int from, T value) {}

  /**
   * Cuts [0, samples) into batches, works on them, and hands over each result on the calling thread
   * as soon as it is there, in no particular order. After the first failure nothing more begins;
   * what had begun is handed over, and then the failure is thrown here. An interrupt is thrown at
   * once.
   *
   * <p>All workers are done at about the same time: what is not a batch for every worker is shared
   * out evenly, in no less than halves of a batch. For work that comes out the same however it is
   * cut, since this depends on the number of workers.
   */
  public <T> void forEachShared(int samples, int batch, BatchTask<T> task, Consumer<T> results) {
    forEach(shared(samples, batch), task, results);
  }

  private <T> void forEach(Cut cut, BatchTask<T> task, Consumer<T> results) {
    ExecutorCompletionService<Optional<T>> completion = new ExecutorCompletionService<>(threads);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Future<Optional<T>>> pending = new ArrayList<>();
    for (int start = 0; start < cut.samples; start = cut.endOf(start)) {
      int from = start;
      int to = cut.endOf(start);
      pending.add(completion.submit(() -> unlessFailed(failure, from, to, task)));
    }
    try {
      for (int i = 0; i < pending.size(); i++) {
        completion.take().get().ifPresent(results);
      }
      Throwable cause = failure.get();
      if (cause != null) {
        throw rethrown(cause);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    } finally {
      cancel(pending);
    }
  }

  /**
   * The worker itself notes a failure: by the time that the calling thread hears of it, one worker
   * may have begun everything that was left.
   */
  private static <T> Optional<T> unlessFailed(
      AtomicReference<@Nullable Throwable> failure, int from, int to, BatchTask<T> task) {
    if (failure.get() != null) {
      return Optional.empty();
    }
    try (Scope scope = Scope.open()) {
      // The engine's thread count is a setting of each thread.
      torch.set_num_threads(1);
      return Optional.of(task.run(from, to));
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      return Optional.empty();
    }
  }

  /** Takes back what has not begun; without effect when all is done. */
  private static <T> void cancel(List<Future<T>> pending) {
    for (Future<T> future : pending) {
      future.cancel(false);
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
