package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Tensor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A budget of 10 images, and searches that send 6 each at most. */
class AllowanceTest {
  /** Only its budget is asked for. */
  private record Metered(AtomicLong left) implements Classifier {
    @Override
    public String name() {
      return "metered";
    }

    @Override
    public InputSpec input() {
      return InputSpec.unit(1, 1, 1);
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public Tensor logits(Tensor images) {
      throw new UnsupportedOperationException("nothing is sent here");
    }

    @Override
    public long queriesLeft() {
      return left.get();
    }
  }

  private final AtomicLong left = new AtomicLong(10);
  private final Allowance allowance = new Allowance(new Metered(left));
  private final CountDownLatch second = new CountDownLatch(1);

  private Thread beginSecond() {
    Thread thread =
        new Thread(
            () -> {
              try (Allowance.Promise promise = allowance.begin(6)) {
                promise.sent(1);
                second.countDown();
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void aSearchWaitsWhereWhatIsPromisedToOthersLeavesTooLittle() throws InterruptedException {
    Allowance.Promise first = allowance.begin(6);
    left.addAndGet(-2);
    first.sent(2);
    Thread waiting = beginSecond();
    assertThat(second.await(300, TimeUnit.MILLISECONDS)).isFalse();
    // It ends without having sent all that it might have: 8 are left, and none is promised.
    first.close();
    assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
    waiting.join();
  }

  @Test
  void searchesThatFitTogetherRunSideBySide() throws InterruptedException {
    try (Allowance.Promise first = allowance.begin(4)) {
      assertThat(first).isNotNull();
      Thread running = beginSecond();
      assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
      running.join();
    }
  }

  @Test
  void theLastOneBeginsWithWhateverIsLeft() {
    left.set(3);
    try (Allowance.Promise last = allowance.begin(6)) {
      assertThat(last).isNotNull();
    }
  }
}
