package io.foolproof.attack.transfer;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Settings;
import io.foolproof.attack.search.Unending;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Expectation over transformation: what an attack sees is the mean over many draws, of the model's
 * own randomness and of how an image may be turned, shifted and scaled before the model sees it.
 * Losses, gradients and success are all of the mean, never of one draw.
 *
 * <p>Athalye, Engstrom, Ilyas, Kwok: Synthesizing robust adversarial examples, 2017, arXiv
 * 1707.07397, section 2.1. The mean is that of the logarithms of the probabilities, so that the
 * cross-entropy is the mean of the draws' cross-entropies but for a term that is the same for all
 * classes.
 *
 * <p>The transformations are drawn anew at every step, evenly from what is allowed, by the image's
 * own random numbers: what is found depends on nothing but the image, the settings and the seed.
 * All draws of a step are in memory at once. Success ends no search, since what just fools the mean
 * fools half of the draws.
 *
 * @param draws how many draws to take the mean of
 * @param angle how far an image may be turned to either side, in degrees
 * @param shift how far it may be shifted in each direction, in pixels
 * @param scale by which fraction it may grow or shrink
 */
public record Eot(
    @Named("eot") @AtLeast(1) int draws,
    @Named("eot-angle") @NotNegative double angle,
    @Named("eot-shift") @NotNegative double shift,
    @Named("eot-scale") @Fraction(orZero = true) double scale)
    implements GradientSource {
  private static final Eot STANDARD = new Eot(20, 0, 0, 0);

  /** Checks the settings. */
  public Eot {
    Settings.check(Eot.class, draws, angle, shift, scale);
  }

  /** The attack as it is, or over the draws that its settings ask for. */
  public static Attack over(Attack attack, Settings settings) {
    return settings.gives(STANDARD) ? new Redirected(attack, settings.read(STANDARD)) : attack;
  }

  @Override
  public boolean drawsForEachSample() {
    return transforms();
  }

  private boolean transforms() {
    return angle > 0 || shift > 0 || scale > 0;
  }

  @Override
  public String settings() {
    return "eot="
        + draws
        + (angle > 0 ? ":eot-angle=" + angle : "")
        + (shift > 0 ? ":eot-shift=" + shift : "")
        + (scale > 0 ? ":eot-scale=" + scale : "");
  }

  @Override
  public DifferentiableClassifier of(Classifier model) {
    if (!(model instanceof DifferentiableClassifier differentiable)) {
      throw new InvalidInputException(
          settings() + " takes the mean of gradients, which " + model.name() + " does not give");
    }
    if (transforms() && model.input().shape().length != 3) {
      throw new InvalidInputException(
          String.format(
              "%s: images with rows and columns [C, H, W] wanted, %s takes %s",
              settings(), model.name(), model.input()));
    }
    return new Mean(differentiable, this, new RandomStream(0, 0, "eot", 0));
  }

  /** Where a draw reads the image: [H * W * 2], places from -1 to 1. */
  private float[] grid(RandomStream stream, int height, int width) {
    double turn = Math.toRadians(angle * (2 * stream.nextDouble() - 1));
    double right = shift * (2 * stream.nextDouble() - 1);
    double down = shift * (2 * stream.nextDouble() - 1);
    double size = 1 + scale * (2 * stream.nextDouble() - 1);
    double middleX = (width - 1) / 2.0;
    double middleY = (height - 1) / 2.0;
    float[] grid = new float[height * width * 2];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double x = (column - middleX - right) / size;
        double y = (row - middleY - down) / size;
        int at = 2 * (row * width + column);
        grid[at] = (float) ((x * Math.cos(turn) + y * Math.sin(turn)) / Math.max(middleX, 0.5));
        grid[at + 1] = (float) ((y * Math.cos(turn) - x * Math.sin(turn)) / Math.max(middleY, 0.5));
      }
    }
    return grid;
  }

  /**
   * The mean of a model's draws.
   *
   * @param stream of the transformations
   */
  private record Mean(DifferentiableClassifier model, Eot eot, RandomStream stream)
      implements ForwardingClassifier, Unending {
    @Override
    public int draws() {
      return eot.draws;
    }

    @Override
    public boolean drawsAtRandom() {
      return eot.transforms() || model.drawsAtRandom();
    }

    @Override
    public Mean drawing(RandomStream from) {
      return new Mean((DifferentiableClassifier) model.drawing(from.spawn()), eot, from);
    }

    @Override
    public Tensor logits(Tensor images) {
      try (Scope scope = Scope.open()) {
        Tensor sum = null;
        for (Tensor draw : eachDraw(images)) {
          Tensor logs = Nn.logSoftmax(draw, 1);
          sum = sum == null ? logs : sum.add(logs);
        }
        return scope.keep(Objects.requireNonNull(sum).div(eot.draws));
      }
    }

    @Override
    public Tensor draw(Tensor images) {
      try (Scope scope = Scope.open()) {
        return scope.keep(model.logits(seen(images)));
      }
    }

    /** The answers of each draw, [N, classes]. */
    private List<Tensor> eachDraw(Tensor images) {
      Stream<Tensor> copies = IntStream.range(0, eot.draws).mapToObj(draw -> seen(images));
      return drawsForEachCopy()
          ? model.logits(Tensor.concat(copies.toList(), 0)).split(images.size(0))
          : copies.map(model::logits).toList();
    }

    /**
     * Whether all draws can be evaluated in one batch. A model of a program's own may draw one
     * number for a whole batch.
     */
    private boolean drawsForEachCopy() {
      return model.drawsAtRandom() ? model.drawing(stream) != model : eot.transforms();
    }

    /** What the model sees in a draw. Outside an image is what is darkest. */
    private Tensor seen(Tensor images) {
      if (!eot.transforms()) {
        return images;
      }
      long[] shape = images.shape();
      float[] grid = eot.grid(stream, (int) shape[2], (int) shape[3]);
      Tensor places =
          Tensor.of(grid, 1, shape[2], shape[3], 2).expand(shape[0], shape[2], shape[3], 2);
      double low = input().low();
      Tensor moved = Nn.gridSample(images.sub(low), places.to(images.dtype())).add(low);
      return moved.clamp(low, input().high());
    }

    /** Whether another is the same, wherever both draw their random numbers from. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Mean that && model.equals(that.model) && eot.equals(that.eot);
    }

    @Override
    public int hashCode() {
      return 31 * model.hashCode() + eot.hashCode();
    }
  }
}
