package io.foolproof.model.remote;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when somebody waits. */
final class TestTicks implements Ticks {
  private final AtomicLong now = new AtomicLong();
  private final List<Long> waits = new CopyOnWriteArrayList<>();

  @Override
  public long nanos() {
    return now.get();
  }

  @Override
  public void sleep(long nanos) {
    if (nanos > 0) {
      waits.add(nanos);
      now.addAndGet(nanos);
    }
  }

  /** How long anybody waited, in seconds. */
  List<Double> waits() {
    return waits.stream().map(nanos -> nanos / 1e9).toList();
  }
}
