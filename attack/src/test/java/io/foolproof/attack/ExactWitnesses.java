package io.foolproof.attack;

import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.InputSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Adversarial examples of every attack, but those that learn from other images, in every norm,
 * checked anew in exact rational arithmetic, which shares no code with the checks of the program:
 * inside the box, no farther from the clean image than epsilon, and misclassified by a linear model
 * whose logits are computed exactly.
 *
 * <p>By the rule of {@link NormBounded} a norm is computed in double precision, so the exact norm
 * may exceed epsilon by what rounding may take off: nothing of a difference that a double holds,
 * and half a unit in the last place for each addition. A model that computes in 32 bits may call a
 * sample misclassified whose exact margin is within the rounding errors of its sums.
 */
public final class ExactWitnesses {
  private static final BigDecimal DOUBLE = new BigDecimal(Math.ulp(1.0));
  private static final BigDecimal FLOAT = new BigDecimal(Math.ulp(1f));

  /** How far an interpolated value may be from the exact one, of values in [0, 1]. */
  private static final BigDecimal INTERPOLATED = new BigDecimal(Math.ulp(1f));

  private ExactWitnesses() {}

  /**
   * Attacks linear models with all attacks that need no other images.
   *
   * @param count how many images each attack attacks in each norm
   * @return how many adversarial examples were checked, by attack and norm
   * @throws AssertionError with the first that does not hold
   */
  public static Map<String, Integer> check(int count) {
    Map<String, Integer> checked = new LinkedHashMap<>();
    for (Arguments arguments : LinearAttackTest.attacksAndNorms().toList()) {
      Attack attack = (Attack) arguments.get()[0];
      check(attack, (Norm) arguments.get()[1], count, checked);
    }
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(1, 6, 5), 3, 11);
    for (String moving : List.of("spatial", "stadv:steps=30")) {
      Samples samples = samples(model, count);
      check(Attacks.parse(moving), model, samples, ThreatModel.flow(1), checked);
    }
    return checked;
  }

  private static void check(Attack attack, Norm norm, int count, Map<String, Integer> checked) {
    LinearClassifier model = LinearAttackTest.modelFor(attack);
    Samples samples = LinearAttackTest.samples(model, count);
    double[] distances = new double[count];
    for (int i = 0; i < count; i++) {
      distances[i] = model.distance(samples.images()[i], samples.labels()[i], norm);
    }
    Arrays.sort(distances);
    // Within it, some samples can be fooled just so, others with room to spare, a few not at all.
    double epsilon = distances[2 * count / 3] * LinearAttackTest.reach(attack);
    check(attack, model, samples, ThreatModel.untargeted(norm, epsilon), checked);
  }

  /** Images of noise, as the labels have it that the model gives. */
  private static Samples samples(LinearClassifier model, int count) {
    Samples grey =
        LinearAttackTest.samples(LinearAttackTest.modelFor(Attacks.parse("fgsm")), count);
    int elements = model.input().elements();
    List<float[]> images = new ArrayList<>();
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      float[] source = grey.images()[i];
      float[] image = new float[elements];
      for (int j = 0; j < elements; j++) {
        image[j] = Math.max(0, Math.min(1, 0.5f + 8 * (source[j % source.length] - 0.5f)));
      }
      images.add(image);
      labels[i] = model.predict(image);
    }
    return new Samples(images.toArray(float[][]::new), labels, grey.indices());
  }

  private static void check(
      Attack attack,
      LinearClassifier model,
      Samples samples,
      ThreatModel threat,
      Map<String, Integer> checked) {
    List<AttackResult> results = attack.run(model, samples, threat, 1);
    int fooled = 0;
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).status() == AttackResult.Status.FOOLED) {
        fooled++;
        String objection =
            objection(model, threat, samples.images()[i], samples.labels()[i], results.get(i));
        if (objection != null) {
          throw new AssertionError(
              "%s, %s %s, sample %d: %s"
                  .formatted(attack.settings(), threat.symbol(), threat.epsilon(), i, objection));
        }
      }
    }
    checked.put(attack.name() + " " + threat.symbol(), fooled);
  }

  /** What is wrong with a claimed adversarial example; null where it holds. */
  static @Nullable String objection(
      LinearClassifier model, ThreatModel threat, float[] clean, int label, AttackResult claimed) {
    float[] image = claimed.image();
    BigDecimal low = new BigDecimal(model.input().low());
    BigDecimal high = new BigDecimal(model.input().high());
    for (float value : image) {
      if (!Float.isFinite(value)
          || exact(value).compareTo(low) < 0
          || exact(value).compareTo(high) > 0) {
        return "the value " + value + " is outside the box";
      }
    }
    if (!(threat instanceof NormBounded bounded)) {
      Flow flow = claimed.flow();
      String objection =
          flow == null ? "it has no flow" : objection(flow, threat.epsilon(), clean, image);
      return objection == null ? misclassified(model, label, image) : objection;
    }
    if (!isWithin(bounded, model.input(), clean, image)) {
      return "it is farther than epsilon";
    }
    return misclassified(model, label, image);
  }

  private static BigDecimal exact(double value) {
    return new BigDecimal(value);
  }

  private static boolean isWithin(
      NormBounded threat, InputSpec input, float[] clean, float[] image) {
    int n = clean.length;
    long[] shape = input.shape();
    int plane = shape.length == 3 ? n / (int) shape[0] : n;
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal squares = BigDecimal.ZERO;
    BigDecimal largest = BigDecimal.ZERO;
    int changed = 0;
    boolean[] pixels = new boolean[plane];
    for (int i = 0; i < n; i++) {
      BigDecimal difference = exact(image[i]).subtract(exact(clean[i])).abs();
      sum = sum.add(difference);
      squares = squares.add(difference.multiply(difference));
      largest = largest.max(difference);
      if (difference.signum() != 0) {
        changed++;
        pixels[i % plane] = true;
      }
    }
    BigDecimal epsilon = exact(threat.epsilon());
    BigDecimal rounding = BigDecimal.ONE.add(DOUBLE.multiply(exact(n + 2)));
    return switch (threat.norm()) {
      case LINF -> exact(largest.doubleValue()).compareTo(epsilon) <= 0;
      case L1 -> sum.compareTo(epsilon.multiply(rounding)) <= 0;
      case L2 -> squares.compareTo(epsilon.multiply(epsilon).multiply(rounding.pow(2))) <= 0;
      case L0 -> exact(changed).compareTo(epsilon) <= 0;
      case L0_PIXELS -> {
        int count = 0;
        for (boolean pixel : pixels) {
          count += pixel ? 1 : 0;
        }
        yield exact(count).compareTo(epsilon) <= 0;
      }
    };
  }

  private static @Nullable String misclassified(LinearClassifier model, int label, float[] image) {
    int rival = -1;
    BigDecimal margin = BigDecimal.ZERO;
    for (int k = 0; k < model.classes(); k++) {
      BigDecimal lead = logit(model, label, image).subtract(logit(model, k, image));
      if (k != label && (rival < 0 || lead.compareTo(margin) < 0)) {
        rival = k;
        margin = lead;
      }
    }
    BigDecimal rounding =
        FLOAT.multiply(exact(image.length + 1)).multiply(size(model, label, image));
    rounding =
        rounding.add(FLOAT.multiply(exact(image.length + 1)).multiply(size(model, rival, image)));
    return margin.compareTo(rounding) <= 0
        ? null
        : "it is correctly classified, by a margin of " + margin.doubleValue();
  }

  private static BigDecimal logit(LinearClassifier model, int k, float[] image) {
    BigDecimal sum = exact(model.bias(k));
    for (int i = 0; i < image.length; i++) {
      sum = sum.add(exact(model.weight(k, i)).multiply(exact(image[i])));
    }
    return sum;
  }

  /** The sum of the absolute values of the terms of a logit. */
  private static BigDecimal size(LinearClassifier model, int k, float[] image) {
    BigDecimal sum = exact(model.bias(k)).abs();
    for (int i = 0; i < image.length; i++) {
      sum = sum.add(exact(model.weight(k, i)).multiply(exact(image[i])).abs());
    }
    return sum;
  }

  /** Whether each pixel was moved by no more than epsilon, and the image is the bilinear one. */
  private static @Nullable String objection(
      Flow flow, double epsilon, float[] clean, float[] image) {
    BigDecimal most = exact(epsilon).pow(2).multiply(BigDecimal.ONE.add(DOUBLE.multiply(exact(4))));
    int plane = flow.height() * flow.width();
    for (int pixel = 0; pixel < plane; pixel++) {
      BigDecimal across = exact(flow.across()[pixel]);
      BigDecimal down = exact(flow.down()[pixel]);
      if (across.pow(2).add(down.pow(2)).compareTo(most) > 0) {
        return "pixel " + pixel + " was moved farther than epsilon";
      }
      int row = pixel / flow.width();
      int column = pixel % flow.width();
      BigDecimal y = exact(row).add(down);
      BigDecimal x = exact(column).add(across);
      for (int at = pixel; at < image.length; at += plane) {
        BigDecimal wanted =
            interpolated(flow, Arrays.copyOfRange(clean, at - pixel, at - pixel + plane), y, x);
        if (wanted.subtract(exact(image[at])).abs().compareTo(INTERPOLATED) > 0) {
          return "pixel " + pixel + " has not the value at the place that it was moved from";
        }
      }
    }
    return null;
  }

  /** Each of the pixels around a place counts by how near it is; outside, all is black. */
  private static BigDecimal interpolated(Flow flow, float[] plane, BigDecimal y, BigDecimal x) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int row = 0; row < flow.height(); row++) {
      BigDecimal near = BigDecimal.ONE.subtract(y.subtract(exact(row)).abs());
      for (int column = 0; column < flow.width() && near.signum() > 0; column++) {
        BigDecimal beside = BigDecimal.ONE.subtract(x.subtract(exact(column)).abs());
        if (beside.signum() > 0) {
          sum = sum.add(near.multiply(beside).multiply(exact(plane[row * flow.width() + column])));
        }
      }
    }
    return sum;
  }
}
