package io.foolproof.model.remote;

/**
 * The images that may be sent to a classifier are used up. Thrown before the one too many is sent.
 */
public final class QueryBudgetExhausted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long budget;
  private final long used;

  QueryBudgetExhausted(String where, long budget, long used, long wanted) {
    super(
        "%s: the query budget of %d images is exhausted: %d are used, %d more are wanted; raise the budget (--query-budget) or attack fewer samples"
            .formatted(where, budget, used, wanted));
    this.budget = budget;
    this.used = used;
  }

  /** The most images that may be sent. */
  public long budget() {
    return budget;
  }

  /** Images sent, or about to be. */
  public long used() {
    return used;
  }
}
