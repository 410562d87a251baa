package io.foolproof.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class MemoryLimitTest {

  @Test
  void theSystemIsAskedSeldomAndAboutLargeTensorsAlways() {
    AtomicLong asked = new AtomicLong();
    MemoryLimit limit = new MemoryLimit(10, asked::incrementAndGet, () -> {});
    for (int tensor = 0; tensor < 128; tensor++) {
      limit.check(1000);
    }
    assertThat(asked).hasValue(2);
    limit.check(1L << 22);
    limit.check(1L << 22);
    assertThat(asked).hasValue(4);
  }

  /** Set before the binding reads it, or every allocation asks the system again. */
  @Test
  void theBindingsOwnCheckIsOff() {
    assertThat(Tensor.of(new float[1], 1).elements()).isOne();
    assertThat(Pointer.maxPhysicalBytes()).isZero();
  }

  @Test
  void whatIsUnreachableIsCollectedBeforeItIsTooMuch() {
    AtomicLong held = new AtomicLong(14);
    MemoryLimit limit = new MemoryLimit(10, held::get, () -> held.addAndGet(-3));
    limit.check(1L << 22);
    assertThat(held).hasValue(8);
  }

  @Test
  void whatStaysTooMuchIsRefusedInOneLine() {
    MemoryLimit limit = new MemoryLimit(3L << 20, () -> 5L << 20, () -> {});
    assertThatThrownBy(() -> limit.check(1L << 22))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("the process holds 5 MB of memory and may hold 3");
  }
}
