package io.foolproof.certify;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Loss;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.gradient.Apgd;
import io.foolproof.certify.net.Net;
import io.foolproof.certify.property.Ball;
import io.foolproof.certify.property.Property;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an input for which a case of a property happens, by projected gradient steps, whose
 * size adapts, from many random points of the box.
 *
 * <p>The box becomes [0, 1]^n, and the property a classifier: class 0 is that nothing happens, with
 * logit 0, and each case is a class, whose logit is how far the outputs are inside its constraint
 * that is nearest to being broken.
 */
final class Attacker {
  private static final int STARTS = Workers.MICRO_BATCH;

  /** How much of a ball is searched: a point has to be in it exactly. */
  private static final double SHRUNK = 1 - 1e-6;

  private final Net net;
  private final List<Property.Unsafe> cases;
  private final float[] low;
  private final float[] high;
  private final long seed;

  /** The ball that inputs lie in; images are inputs then, and otherwise points of [0, 1]^n. */
  private final @Nullable Ball ball;

  /**
   * On cases that share a box.
   *
   * @param seed of the random starts
   */
  Attacker(Net net, List<Property.Unsafe> cases, long seed) {
    this.net = net;
    this.cases = cases;
    this.seed = seed;
    this.ball = cases.get(0).ball();
    int n = net.inputs();
    low = new float[n];
    high = new float[n];
    for (int i = 0; i < n; i++) {
      float least = cases.get(0).low()[i].floatValue();
      float most = cases.get(0).high()[i].floatValue();
      while (Float.isFinite(least) && !cases.get(0).isHighEnough(i, least)) {
        least = Math.nextUp(least);
      }
      while (Float.isFinite(most) && !cases.get(0).isLowEnough(i, most)) {
        most = Math.nextDown(most);
      }
      low[i] = least;
      high[i] = most;
    }
  }

  /**
   * Inputs, the best of every start, for one of the cases; empty where no 32-bit input exists.
   *
   * @param starts inputs to start from, besides random ones
   */
  List<float[]> best(int which, int steps, List<float[]> starts) {
    for (int i = 0; i < low.length; i++) {
      if (!(low[i] <= high[i])) {
        return List.of();
      }
    }
    float[][] centres = new float[STARTS][net.inputs()];
    for (float[] centre : centres) {
      for (int i = 0; i < centre.length; i++) {
        centre[i] = ball == null ? 0.5f : ball.centre()[i].floatValue();
      }
    }
    long[] indices = new long[STARTS];
    Arrays.setAll(indices, i -> i);
    double[] unbounded = new double[STARTS];
    Arrays.fill(unbounded, Double.POSITIVE_INFINITY);
    float[][] begin = centres.clone();
    for (int i = 0; i < Math.min(STARTS, starts.size()); i++) {
      begin[i] = fromBox(starts.get(i));
    }
    Samples samples = new Samples(centres, new int[STARTS], indices, unbounded, begin);
    NormBounded threat = threat().withGoal(new Goal.Targeted(which + 1));
    Apgd attack = new Apgd(steps, 1, Loss.MARGIN);
    List<float[]> points = new ArrayList<>();
    for (AttackResult result : attack.run(new Margins(), samples, threat, seed)) {
      points.add(toBox(result.image()));
    }
    return points;
  }

  private NormBounded threat() {
    if (ball == null) {
      return ThreatModel.linf(0.5);
    }
    double radius = ball.radius().doubleValue() * SHRUNK;
    return ball.isEuclidean() ? ThreatModel.l2(radius) : ThreatModel.l1(radius);
  }

  private float[] fromBox(float[] x) {
    if (ball != null) {
      return x;
    }
    float[] image = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      image[i] = high[i] > low[i] ? (x[i] - low[i]) / (high[i] - low[i]) : 0.5f;
      image[i] = Math.max(0, Math.min(1, image[i]));
    }
    return image;
  }

  private float[] toBox(float[] image) {
    float[] x = new float[image.length];
    for (int i = 0; i < x.length; i++) {
      double inBox = low[i] + (double) image[i] * ((double) high[i] - low[i]);
      float value = ball == null ? (float) inBox : image[i];
      x[i] = Math.max(low[i], Math.min(high[i], value));
    }
    return x;
  }

  /** An input of the box that is next to a point. */
  float @Nullable [] nearest(float[] point) {
    float[] x = new float[point.length];
    for (int i = 0; i < x.length; i++) {
      if (!(low[i] <= high[i])) {
        return null;
      }
      float inBall = ball == null ? point[i] : (float) shrunk(point[i], ball.centre()[i]);
      x[i] = Math.max(low[i], Math.min(high[i], inBall));
    }
    return x;
  }

  /** A little nearer to the centre, since a point has to be in the ball exactly. */
  private static double shrunk(double x, BigDecimal centre) {
    double c = centre.doubleValue();
    return c + (x - c) * SHRUNK;
  }

  /** The property as a classifier of points of [0, 1]^n. */
  private final class Margins implements DifferentiableClassifier {
    private final Tensor offset = Tensor.of(low, 1, low.length);
    private final Tensor scale = Tensor.of(high, 1, high.length).sub(offset);
    private final List<Tensor> rows = new ArrayList<>();
    private final List<Tensor> limits = new ArrayList<>();

    Margins() {
      for (Property.Unsafe one : cases) {
        int count = one.constraints().size();
        double[] row = new double[count * net.outputs()];
        double[] limit = new double[count];
        for (int i = 0; i < count; i++) {
          Property.Constraint constraint = one.constraints().get(i);
          System.arraycopy(constraint.row(), 0, row, i * net.outputs(), net.outputs());
          limit[i] = constraint.highestLimit();
        }
        rows.add(Tensor.of(row, count, net.outputs()).to(DType.FLOAT32).transpose(0, 1));
        limits.add(Tensor.of(limit, 1, count).to(DType.FLOAT32));
      }
    }

    @Override
    public String name() {
      return "property";
    }

    @Override
    public InputSpec input() {
      if (ball == null) {
        return InputSpec.unit(net.inputs());
      }
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < low.length; i++) {
        least = Math.min(least, low[i]);
        most = Math.max(most, high[i]);
      }
      return new InputSpec(
          new long[] {net.inputs()}, least, Math.max(most, Math.nextUp((float) least)));
    }

    @Override
    public int classes() {
      return 1 + cases.size();
    }

    @Override
    public Tensor logits(Tensor images) {
      Tensor outputs = net.apply(ball == null ? images.mul(scale).add(offset) : images);
      List<Tensor> logits = new ArrayList<>();
      logits.add(Tensor.zeros(DType.FLOAT32, images.size(0), 1));
      for (int i = 0; i < rows.size(); i++) {
        Tensor excess = outputs.matmul(rows.get(i)).sub(limits.get(i));
        logits.add(excess.max(true, 1).neg());
      }
      return Tensor.concat(logits, 1);
    }
  }
}
