package io.foolproof.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class WorkersTest {
  /** A tenth of what one leaked tensor a step would take. */
  private static final long MOST_KILOBYTES = 32 * 1024;

  @Test
  void resultsComeInTheOrderOfTheBatches() {
    try (Workers workers = new Workers(3)) {
      List<String> results = workers.map(10, 4, (from, to) -> from + "-" + to);
      assertThat(results).containsExactly("0-4", "4-8", "8-10");
    }
  }

  @Test
  void whatIsNotABatchForEveryWorkerIsSharedOut() {
    try (Workers workers = new Workers(2)) {
      assertThat(workers.mapShared(21, 4, (from, to) -> from + "-" + to))
          .containsExactly("0-4", "4-8", "8-12", "12-16", "16-19", "19-21");
      assertThat(workers.mapShared(3, 4, (from, to) -> from + "-" + to))
          .containsExactly("0-2", "2-3");
      assertThat(workers.mapShared(16, 4, (from, to) -> to - from)).containsExactly(4, 4, 4, 4);
      assertThat(workers.mapShared(0, 4, (from, to) -> to - from)).isEmpty();
    }
  }

  @Test
  void theFirstFailureIsThrownAndWhatHasNotBegunIsDropped() {
    AtomicInteger begun = new AtomicInteger();
    try (Workers workers = new Workers(1)) {
      assertThatThrownBy(
              () ->
                  workers.map(
                      100,
                      1,
                      (from, to) -> {
                        begun.incrementAndGet();
                        throw new InvalidInputException("sample " + from);
                      }))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("sample 0");
      assertThat(begun.get()).isEqualTo(1);
    }
  }

  /**
   * Each step makes and frees what an attack step on 16 small images does. A leak shows in every
   * round; what the virtual machine itself takes for a while shows in one.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void twentyThousandAttackStepsKeepTheResidentSetFlat() {
    try (Workers workers = new Workers(2)) {
      workers.map(4, 2, (from, to) -> steps(5_000));
      long growth = Long.MAX_VALUE;
      for (int round = 0; round < 4 && growth > MOST_KILOBYTES; round++) {
        long before = residentKilobytes();
        workers.map(4, 2, (from, to) -> steps(10_000));
        growth = residentKilobytes() - before;
      }
      assertThat(growth).isLessThanOrEqualTo(MOST_KILOBYTES);
    }
  }

  private static int steps(int count) {
    Tensor weight = Tensor.full(0.01, DType.FLOAT32, 10, 784);
    Tensor labels = Tensor.arange(10);
    try (Scope attack = Scope.open()) {
      Tensor x = Tensor.full(0.5, DType.FLOAT32, 10, 784);
      for (int i = 0; i < count; i++) {
        try (Scope step = Scope.open()) {
          Tensor at = x.variable();
          Tensor loss = Nn.crossEntropy(Nn.linear(at, weight, null), labels);
          x = step.replace(x, x.add(Gradients.of(loss, at).sign().mul(0.01)).clamp(0, 1));
        }
      }
    }
    return count;
  }

  /** After a collection, which gives the heap's free pages back: what is left to grow is native. */
  private static long residentKilobytes() {
    System.gc();
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
