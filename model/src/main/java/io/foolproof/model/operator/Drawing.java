package io.foolproof.model.operator;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An operator whose results are drawn at random. By itself it draws anew at every call, as other
 * runtimes do, whatever its attribute seed says; with streams it draws from those, the same again
 * from the same streams.
 */
public interface Drawing extends Operator {

  /**
   * This operator with its random numbers from streams, one for each row of a batch: where the
   * first dimension of a result is a multiple of the rows, each row's part comes from the row's
   * stream; all others come from the first stream, and are the same for all rows.
   */
  Operator from(List<RandomStream> rows);

  /**
   * Whether it draws at all.
   *
   * @param known the value of an input where it is a constant; null where it is not known
   */
  default boolean draws(IntFunction<@Nullable Tensor> known) {
    return true;
  }

  @Override
  default List<Tensor> apply(Inputs inputs) {
    return from(List.of(fresh())).apply(inputs);
  }

  /** Random numbers that nobody has drawn, and nobody can draw again. */
  static RandomStream fresh() {
    ThreadLocalRandom chance = ThreadLocalRandom.current();
    return new RandomStream(chance.nextLong(), chance.nextLong(), "operator", 0);
  }

  /** An operator with one output that always draws. */
  static Drawing single(BiFunction<Inputs, List<RandomStream>, Tensor> computation) {
    return rows -> inputs -> List.of(computation.apply(inputs, rows));
  }
}
