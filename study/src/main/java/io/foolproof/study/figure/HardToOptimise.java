package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.training.Optimiser;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The same network, trained with a hard threshold, with one whose gradient is passed straight
 * through, and with a smooth one.
 */
public final class HardToOptimise implements Figure<HardToOptimise.Found> {
  private static final int HIDDEN = 64;
  private static final int STRETCHES = 20;
  private static final int BATCH = 128;
  private static final int JUDGED = 5000;
  private static final double RATE = 3e-3;

  /** Pixels are centred, so that a unit's first threshold is in the midst of the images. */
  private static final double MIDDLE = 0.5;

  /** How steep the smooth unit is. */
  private static final double SHARPNESS = 4;

  /**
   * What it computes.
   *
   * @param hidden thresholds of the network's hidden layer
   * @param steps after how many steps the loss is given, the same for all
   * @param trainings {@code hard}, {@code straight-through} and {@code smooth}, in this order
   */
  public record Found(int hidden, int[] steps, List<Trained> trainings) {
    /** Copies the list. */
    public Found {
      trainings = List.copyOf(trainings);
    }
  }

  /**
   * One training.
   *
   * @param name {@code hard}, {@code straight-through} or {@code smooth}
   * @param loss the cross-entropy in nats of the batches up to each of the steps since the one
   *     before
   * @param finalLoss the cross-entropy of training images after the last step
   * @param training misclassified training images of those
   */
  public record Trained(String name, double[] loss, double finalLoss, Proportion training) {}

  @Override
  public int number() {
    return 17;
  }

  @Override
  public String title() {
    return "Hard to optimise";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    int stretch = plan.extent().of(50, 500);
    int[] steps = IntStream.rangeClosed(1, STRETCHES).map(k -> k * stretch).toArray();
    Kind[] kinds = Kind.values();
    List<Trained> trainings =
        workshop
            .workers()
            .map(kinds.length, 1, (from, to) -> new Descent(plan, kinds[from]).trained(stretch));
    return new Found(HIDDEN, steps, trainings);
  }

  /** What a hidden unit makes of its sum. */
  private enum Kind {
    /** 0 or 1, flat on both sides: no gradient passes. */
    HARD("hard") {
      @Override
      Tensor unit(Tensor sums) {
        return step(sums);
      }
    },
    /** 0 or 1, with the gradient of a ramp. */
    STRAIGHT_THROUGH("straight-through") {
      @Override
      Tensor unit(Tensor sums) {
        Tensor ramp = sums.mul(0.25).clamp(-0.5, 0.5);
        return step(sums).add(ramp.sub(ramp.detach()));
      }
    },
    /** The logistic function, whose slope at 0 is that of the ramp. */
    SMOOTH("smooth") {
      @Override
      Tensor unit(Tensor sums) {
        return sums.sigmoid();
      }
    };

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    abstract Tensor unit(Tensor sums);

    static Tensor step(Tensor sums) {
      return sums.gt(0).to(DType.FLOAT32);
    }
  }

  /** Training of one kind of net; all begin with the same weights and see the same batches. */
  private static final class Descent {
    private final ImageSet images;
    private final Kind kind;
    private final long[][] shapes;
    private final float[][] weights;
    private final float[][][] memories;
    private final Optimiser optimiser = new Optimiser.Adam();
    private final RandomStream batches;

    Descent(StudyPlan plan, Kind kind) {
      this.images = plan.training();
      this.kind = kind;
      this.shapes =
          new long[][] {
            {HIDDEN, images.pixels()}, {HIDDEN}, {images.classes(), HIDDEN}, {images.classes()}
          };
      this.batches = new RandomStream(plan.seed(), 0, "batches of a threshold net", 0);
      this.weights = new float[shapes.length][];
      this.memories = new float[shapes.length][][];
      for (int k = 0; k < shapes.length; k++) {
        int size = (int) Arrays.stream(shapes[k]).reduce(1, (a, b) -> a * b);
        weights[k] = new float[size];
        memories[k] = new float[optimiser.memories()][size];
        if (shapes[k].length == 2) {
          RandomStream random = new RandomStream(plan.seed(), k, "threshold net", 0);
          random.fillGaussian(weights[k], 0, size);
          for (int i = 0; i < size; i++) {
            weights[k][i] /= (float) Math.sqrt((double) shapes[k][1]);
          }
        }
      }
    }

    Trained trained(int stretch) {
      double[] losses = new double[STRETCHES];
      for (int step = 0; step < STRETCHES * stretch; step++) {
        losses[step / stretch] += step(step + 1) / stretch;
      }
      int judged = Math.min(JUDGED, images.size());
      int[] places = IntStream.range(0, judged).toArray();
      try (Scope scope = Scope.open()) {
        List<Tensor> constants =
            IntStream.range(0, shapes.length)
                .mapToObj(k -> Tensor.of(weights[k], shapes[k]))
                .toList();
        Tensor logits = logits(places, constants);
        long[] predictions = logits.argmax(1).toLongs();
        long wrong = IntStream.of(places).filter(i -> predictions[i] != images.label(i)).count();
        return new Trained(
            kind.word,
            losses,
            Nn.crossEntropy(logits, labels(places)).mean().item(),
            Subject.proportion(wrong, judged));
      }
    }

    /** One step of Adam on a random batch; its loss. */
    private double step(int number) {
      int[] places = IntStream.range(0, BATCH).map(i -> batches.nextInt(images.size())).toArray();
      try (Scope scope = Scope.open()) {
        List<Tensor> variables =
            IntStream.range(0, shapes.length)
                .mapToObj(k -> Tensor.of(weights[k], shapes[k]).variable())
                .toList();
        Tensor loss = Nn.crossEntropy(logits(places, variables), labels(places)).mean();
        List<Tensor> gradients = Gradients.of(loss, variables);
        for (int k = 0; k < weights.length; k++) {
          float[] gradient = gradients.get(k).toFloats();
          optimiser.step(weights[k], weights[k], gradient, memories[k], number, RATE);
        }
        return loss.item();
      }
    }

    private Tensor labels(int[] places) {
      return Tensor.ofInts(IntStream.of(places).map(images::label).toArray());
    }

    private Tensor logits(int[] places, List<Tensor> layers) {
      Tensor pixels = images.tensor(places).reshape(places.length, images.pixels());
      Tensor sums = Nn.linear(pixels.sub(MIDDLE), layers.get(0), layers.get(1));
      return Nn.linear(kind.unit(sums.mul(SHARPNESS)), layers.get(2), layers.get(3));
    }
  }
}
