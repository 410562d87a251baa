package io.foolproof.model.remote;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the images that are sent, and refuses what would be too many. Safe from any thread. */
final class QueryBudget {
  private final String where;
  private final long most;
  private final AtomicLong used = new AtomicLong();

  QueryBudget(String where, long most) {
    this.where = where;
    this.most = most;
  }

  /**
   * Sets images aside, all or none of them.
   *
   * @throws QueryBudgetExhausted when fewer are left
   */
  void take(int images) {
    used.accumulateAndGet(
        images,
        (before, wanted) -> {
          require(before, wanted);
          return before + wanted;
        });
  }

  /**
   * Checks that so many are left, and takes none.
   *
   * @throws QueryBudgetExhausted when fewer are left
   */
  void require(long images) {
    require(used.get(), images);
  }

  private void require(long before, long wanted) {
    if (wanted > most - before) {
      throw new QueryBudgetExhausted(where, most, before, wanted);
    }
  }

  long left() {
    return most - used.get();
  }

  /** Images that were set aside and never sent. */
  void giveBack(int images) {
    used.addAndGet(-images);
  }

  long used() {
    return used.get();
  }
}
