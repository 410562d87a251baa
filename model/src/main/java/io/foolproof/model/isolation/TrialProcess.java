package io.foolproof.model.isolation;

import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.EngineException;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The process in which a model is loaded on trial: it reads and checks the file, folds constants,
 * probes the engine, takes a gradient, and makes and runs a session of ONNX Runtime. A refusal
 * counts as survival: the parent process loads the file next, and is refused in the same way.
 */
final class TrialProcess {
  /** It ended by itself, and nothing bad happened. */
  static final int SURVIVED = 0;

  /** It took more memory than it may. */
  static final int OUT_OF_MEMORY = 64;

  /** It took longer than it may. */
  static final int OUT_OF_TIME = 65;

  private static final long PAUSE_MILLIS = 20;

  private TrialProcess() {}

  /**
   * Loads a model.
   *
   * @param arguments where to write the hash of what was read; how many milliseconds and megabytes
   *     loading may take; and the words of a {@link Trial}
   */
  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    int exitCode = SURVIVED;
    try {
      load(
          Path.of(words.get(0)),
          Trial.parse(words.subList(3, words.size())),
          watch(Long.parseLong(words.get(1)), Long.parseLong(words.get(2)) << 20));
    } catch (InvalidInputException e) {
      exitCode = SURVIVED;
    } catch (OutOfMemoryError e) {
      exitCode = OUT_OF_MEMORY;
    } catch (EngineException e) {
      exitCode = e.isOutOfMemory() ? OUT_OF_MEMORY : SURVIVED;
    } catch (IOException e) {
      throw new IllegalStateException("the result of the trial cannot be written", e);
    }
    // Without waiting for any thread, nor for native code to clean up.
    Runtime.getRuntime().halt(exitCode);
  }

  private static void load(Path result, Trial trial, AtomicLong most) throws IOException {
    OnnxModel read = OnnxModel.read(trial.file());
    Files.writeString(result, read.sha256());
    most.addAndGet(Engine.residentBytes());
    OnnxModel model = trial.output() == null ? read : read.withOutput(trial.output());
    long[] shape = trial.shape();
    try (Scope scope = Scope.open();
        OnnxClassifier classifier =
            shape == null
                ? OnnxClassifier.of(model, trial.preprocessing())
                : OnnxClassifier.forImages(model, shape, trial.preprocessing())) {
      Tensor images = Tensor.zeros(DType.FLOAT32, classifier.input().batchShape(2)).variable();
      Gradients.of(classifier.logits(images), images);
      OnnxRuntimeClassifier.of(classifier).close();
    } catch (InvalidInputException e) {
      // As an audit without gradients loads it.
      OnnxRuntimeClassifier runtime =
          shape == null
              ? OnnxRuntimeClassifier.of(model, trial.preprocessing())
              : OnnxRuntimeClassifier.forImages(model, shape, trial.preprocessing());
      runtime.close();
    }
  }

  /**
   * Ends the process when it takes too much memory or time, or when its parent has ended, whatever
   * its other threads do.
   *
   * @return how many bytes it may hold, to be changed
   */
  private static AtomicLong watch(long millis, long bytes) {
    AtomicLong most = new AtomicLong(bytes);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    Thread watch =
        new Thread(
            () -> {
              while (System.nanoTime() < end) {
                if (Engine.residentBytes() > most.get()) {
                  Runtime.getRuntime().halt(OUT_OF_MEMORY);
                }
                try {
                  TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  return;
                }
              }
              Runtime.getRuntime().halt(OUT_OF_TIME);
            },
            "limits");
    watch.setDaemon(true);
    watch.start();
    return most;
  }
}
