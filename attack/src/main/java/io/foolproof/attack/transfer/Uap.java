package io.foolproof.attack.transfer;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Goal;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Ball;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.search.Evaluator;
import io.foolproof.attack.search.InputGradient;
import io.foolproof.attack.search.Pursuit;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotASetting;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One perturbation for all images: made once from images that are not attacked, then added to each
 * that is. The reported rate is therefore that on images it was not made from.
 *
 * <p>Moosavi-Dezfooli, Fawzi, Fawzi, Frossard: Universal adversarial perturbations, 2016, arXiv
 * 1610.08401; made by the stochastic gradients of Shafahi, Najibi, Xu, Dickerson, Davis, Goldstein:
 * Universal adversarial training, 2018, arXiv 1811.11304, algorithm 1: steps along the gradient of
 * a batch's cross-entropy, which is cut off at beta so that no image outweighs the others, each
 * followed by a projection onto the norm's ball. Steps shrink linearly to nothing.
 *
 * <p>Evaluations are counted of the attacked sample alone, which is one. Those that made the
 * perturbation, {@code epochs} gradients of each of the other images, are no part of them.
 *
 * @param epochs number of times that each of the other images is used
 * @param batch images in a step
 * @param relativeStep the length of the first step as a fraction of epsilon
 * @param beta where the loss of an image is cut off
 * @param others the images to learn from
 */
@Named("uap")
public record Uap(
    @AtLeast(1) int epochs,
    @AtLeast(1) int batch,
    @Named("step") @Positive double relativeStep,
    @Positive double beta,
    @NotASetting OtherImages others)
    implements Attack {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "one perturbation for all images, computed from others",
          "Moosavi-Dezfooli et al. 2016, arXiv 1610.08401, and Shafahi et al. 2018, arXiv"
              + " 1811.11304",
          "1 query, after 10 gradients for each of the other images");

  /** Checks the settings. */
  public Uap {
    Settings.check(Uap.class, epochs, batch, relativeStep, beta, others);
  }

  /** With the default settings, and no images to learn from yet. */
  public static Uap standard() {
    return new Uap(10, 50, 0.2, 9, new OtherImages(ImagePool.NONE));
  }

  /** The other images are part of what a result depends on. */
  @Override
  public String identity() {
    ImagePool pool = others.pool();
    return settings() + " from " + pool + " " + Integer.toHexString(pool.hashCode());
  }

  @Override
  public Set<Norm> norms() {
    return Norm.withBalls();
  }

  @Override
  public Uap withOthers(Supplier<ImagePool> images) {
    return new Uap(epochs, batch, relativeStep, beta, new OtherImages(images.get()));
  }

  @Override
  public void requireApplicable(Classifier model, ThreatModel threat) {
    Attack.super.requireApplicable(model, threat);
    requireOthers(model);
  }

  private void requireOthers(Classifier model) {
    if (others.pool().images().length == 0) {
      throw new InvalidInputException(
          "uap makes its perturbation from images that are not attacked, and there are none:"
              + " attack fewer of them, or give data with a training split");
    }
    int found = others.pool().images()[0].length;
    if (found != model.input().elements()) {
      throw new InvalidInputException(
          "uap makes its perturbation from images of "
              + found
              + " values, but "
              + model.name()
              + " takes "
              + model.input().elements());
    }
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    Evaluator.requireGradients(model, name());
    requireOthers(model);
    Pursuit pursuit = new Pursuit(model, samples, threat, seed, name());
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      Tensor delta = Tensor.of(perturbation(model, threat, seed), model.input().batchShape(1));
      pursuit.look(lanes, lanes.ball().project(lanes.images().add(delta)));
    }
    return pursuit.results();
  }

  /** The perturbation, which is made when it is asked for first. */
  float[] perturbation(Classifier model, ThreatModel threat, long seed) {
    return others.perturbation(new Purpose(settings(), model, threat, seed), this::make);
  }

  private float[] make(Purpose purpose) {
    RandomStream stream = new RandomStream(purpose.seed(), 0, name() + " model", 0);
    Classifier model = purpose.model().drawing(stream);
    ThreatModel threat = purpose.threat();
    int[] order = IntStream.range(0, others.pool().images().length).toArray();
    int batches = (order.length + batch - 1) / batch;
    try (Scope scope = Scope.open()) {
      Tensor delta = Tensor.zeros(DType.FLOAT32, model.input().batchShape(1));
      Ball ball = Ball.around(delta, NormBounded.require(threat), changes(model.input()));
      for (int epoch = 0; epoch < epochs; epoch++) {
        new RandomStream(purpose.seed(), 0, name(), epoch).shuffle(order);
        for (int step = 0; step < batches; step++) {
          double done = (epoch + (double) step / batches) / epochs;
          double alpha = relativeStep * threat.epsilon() * (1 - done);
          int from = step * batch;
          int to = Math.min(order.length, from + batch);
          try (Scope turn = Scope.open()) {
            Tensor gradient =
                gradient(model, threat.goal(), delta, Arrays.copyOfRange(order, from, to));
            double largest = gradient.abs().max(false, Rows.valueDims(gradient)).item();
            // None where the loss of every image is beyond beta.
            if (largest > 0 && Double.isFinite(largest)) {
              Tensor ascent = ball.steepest(delta, gradient).mul(alpha);
              delta = turn.replace(delta, ball.project(delta.add(ascent)));
            }
          }
        }
      }
      return delta.toFloats();
    }
  }

  /** How the clipped losses of a batch rise together with the one perturbation of all. */
  private Tensor gradient(Classifier model, Goal goal, Tensor delta, int[] places) {
    InputSpec input = model.input();
    float[][] rows =
        IntStream.of(places).mapToObj(i -> others.pool().images()[i]).toArray(float[][]::new);
    Tensor images = Rows.stack(rows, input.batchShape(rows.length));
    Tensor labels =
        Tensor.ofInts(IntStream.of(places).map(i -> others.pool().labels()[i]).toArray());
    Tensor variable = delta.detach().variable();
    // What the box cuts off counts for nothing, neither here nor in the gradient.
    Tensor shown = images.add(variable).clamp(input.low(), input.high());
    InputGradient at = new InputGradient(model, shown.detach());
    Tensor losses = goal.crossEntropy(at.logits(), labels);
    Tensor ofImages = at.of(List.of(losses.clamp(Double.NEGATIVE_INFINITY, beta))).get(0);
    Tensor usable = Tensor.where(ofImages.isNan(), Tensor.zeros(DType.FLOAT32), ofImages);
    return Gradients.of(shown.mul(usable), variable);
  }

  /** The box that differences of images are in. */
  private static InputSpec changes(InputSpec input) {
    double span = input.high() - input.low();
    return new InputSpec(input.shape(), -span, span);
  }

  /** All that a perturbation depends on, besides the images that it is made from. */
  private record Purpose(String settings, Classifier model, ThreatModel threat, long seed) {}

  /** Images to learn from, with the perturbations last made from them: that takes long. */
  static final class OtherImages {
    /** An audit asks for one epsilon after another; each perturbation is as large as an image. */
    private static final int MOST_KEPT = 8;

    private final ImagePool pool;

    /** Guarded by this: a thread that comes while one is made waits for it. */
    private final Map<Purpose, float[]> made =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Purpose, float[]> eldest) {
            return size() > MOST_KEPT;
          }
        };

    OtherImages(ImagePool pool) {
      this.pool = pool;
    }

    ImagePool pool() {
      return pool;
    }

    private synchronized float[] perturbation(Purpose purpose, Function<Purpose, float[]> maker) {
      return made.computeIfAbsent(purpose, maker);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof OtherImages that && pool.equals(that.pool);
    }

    @Override
    public int hashCode() {
      return pool.hashCode();
    }

    @Override
    public String toString() {
      return pool.toString();
    }
  }
}
