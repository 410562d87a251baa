package io.foolproof.attack;

import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.attack.setting.Positive;
import io.foolproof.attack.setting.Probability;
import java.lang.annotation.Annotation;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/**
 * What the value of a setting has to be.
 *
 * @param holds false for NaN
 * @param wanted what a message asks for
 */
record Bound(DoublePredicate holds, String wanted) {

  /** The bound that an annotation sets; null where it sets none. */
  static @Nullable Bound of(Annotation annotation) {
    if (annotation instanceof AtLeast least) {
      return new Bound(value -> value >= least.value(), least.value() + " or more");
    }
    if (annotation instanceof Positive) {
      return new Bound(value -> value > 0 && Double.isFinite(value), "a positive number");
    }
    if (annotation instanceof NotNegative) {
      return new Bound(
          value -> value >= 0 && Double.isFinite(value), "a number that is not negative");
    }
    if (annotation instanceof Fraction fraction) {
      return fraction.orZero()
          ? new Bound(value -> value >= 0 && value < 1, "a fraction from 0 to less than 1")
          : new Bound(value -> value > 0 && value < 1, "a number between 0 and 1");
    }
    if (annotation instanceof Probability) {
      return new Bound(value -> value >= 0 && value <= 1, "a probability from 0 to 1");
    }
    return null;
  }
}
