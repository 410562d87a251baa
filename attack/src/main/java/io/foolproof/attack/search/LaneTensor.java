package io.foolproof.attack.search;

import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;

/** A tensor with a row for each lane, [lanes, ...]: state of a loop that its {@link Lanes} hold. */
public final class LaneTensor implements Lanes.Held {
  private Tensor value;

  LaneTensor(Tensor value) {
    this.value = value;
  }

  /** The rows of the lanes that there are now. */
  public Tensor get() {
    return value;
  }

  /**
   * Goes on with another tensor, which outlives the turn that made it, as {@link Scope#replace}.
   *
   * @param turn the scope of the turn that ends
   * @param next [lanes, ...]
   */
  public void set(Scope turn, Tensor next) {
    value = turn.replace(value, next);
  }

  @Override
  public void select(int[] rows) {
    try (Scope turn = Scope.open()) {
      set(turn, value.rows(rows));
    }
  }
}
