package io.foolproof.attack.transfer;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Settings;
import io.foolproof.attack.Viewed;
import io.foolproof.attack.search.Expectation;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.Draw;
import io.foolproof.transform.Range;
import io.foolproof.transform.Rotation;
import io.foolproof.transform.Scale;
import io.foolproof.transform.Shift;
import io.foolproof.transform.Transformation;
import io.foolproof.transform.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Expectation over transformation: what an attack sees is the mean over many draws, of the model's
 * own randomness and of how an image may be changed before the model sees it, by a camera or by
 * being turned, shifted and scaled.
 *
 * <p>Athalye, Engstrom, Ilyas, Kwok: Synthesizing robust adversarial examples, 2017, arXiv
 * 1707.07397, section 2.1. Attacks within epsilon climb the mean of the draws' losses, and their
 * gradients are added as they are drawn; to all others the mean is that of the logarithms of the
 * probabilities.
 *
 * <p>Every evaluation of a sample has draws of its own, named by the seed, the sample, the attack
 * and how often it was evaluated before: what is found depends on nothing else. Success ends no
 * search, since what just fools the mean fools half of the draws, and is judged by draws that no
 * step has seen.
 *
 * @param draws how many draws to take the mean of
 * @param view how images are seen; {@code none} for as they are
 * @param angle how far an image may be turned to either side, in degrees
 * @param shift how far it may be shifted in each direction, in pixels
 * @param scale by which fraction it may grow or shrink
 */
public record Eot(
    @Named("eot") @AtLeast(1) int draws,
    @Named("eot-view") View view,
    @Named("eot-angle") @NotNegative double angle,
    @Named("eot-shift") @NotNegative double shift,
    @Named("eot-scale") @Fraction(orZero = true) double scale)
    implements GradientSource {
  private static final Eot STANDARD = new Eot(20, View.NONE, 0, 0, 0);

  /** Checks the settings. */
  public Eot {
    Settings.check(Eot.class, draws, view, angle, shift, scale);
  }

  /** The attack as it is, or over the draws that its settings ask for. */
  public static Attack over(Attack attack, Settings settings) {
    return settings.gives(STANDARD) ? new Redirected(attack, settings.read(STANDARD)) : attack;
  }

  private boolean transforms() {
    return !view.equals(View.NONE) || angle > 0 || shift > 0 || scale > 0;
  }

  @Override
  public String settings() {
    return "eot="
        + draws
        + (view.equals(View.NONE) ? "" : ":eot-view=" + view)
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
    if (transforms()) {
      Viewed.requireImages(model, settings());
    }
    View seen = transforms() ? seen(model.input()) : View.NONE;
    return new Mean(differentiable, draws, seen, new RandomStream(0, 0, "eot", 0));
  }

  /** The short settings, which are about the flat image, and then the view. */
  private View seen(InputSpec input) {
    List<Transformation> all = new ArrayList<>();
    if (angle > 0) {
      all.add(new Rotation(Range.around(Math.min(angle, 180))));
    }
    if (scale > 0) {
      all.add(new Scale(new Range(1 - scale, 1 + scale)));
    }
    if (shift > 0) {
      long[] shape = input.shape();
      all.add(new Shift(ofSide(shape[2]), ofSide(shape[1])));
    }
    all.addAll(view.transformations());
    return View.of(all.toArray(Transformation[]::new));
  }

  private Range ofSide(long pixels) {
    return Range.around(Math.min(1, shift / pixels));
  }

  /**
   * The mean of a model's draws.
   *
   * @param seen how images are seen
   * @param stream of draws that belong to no sample
   */
  private record Mean(DifferentiableClassifier model, int draws, View seen, RandomStream stream)
      implements ForwardingClassifier, Expectation {
    @Override
    public boolean drawsAtRandom() {
      return transforms() || model.drawsAtRandom();
    }

    private boolean transforms() {
      return !seen.equals(View.NONE);
    }

    @Override
    public Mean drawing(RandomStream from) {
      DifferentiableClassifier own = (DifferentiableClassifier) model.drawing(from.spawn());
      return new Mean(own, draws, seen, from);
    }

    @Override
    public Tensor logits(Tensor images) {
      try (Scope scope = Scope.open()) {
        Tensor sum = null;
        for (int i = 0; i < draws; i++) {
          Tensor draw = draw(streams((int) images.size(0))).logits(images);
          Tensor logs = Nn.logSoftmax(draw, 1);
          sum = sum == null ? logs : sum.add(logs);
        }
        return scope.keep(Objects.requireNonNull(sum).div(draws));
      }
    }

    @Override
    public List<RandomStream> streams(int images) {
      synchronized (stream) {
        return IntStream.range(0, images).mapToObj(i -> stream.spawn()).toList();
      }
    }

    @Override
    public DifferentiableClassifier draw(List<RandomStream> streams) {
      long[] keys = streams.stream().mapToLong(RandomStream::nextLong).toArray();
      return new OneDraw(model, seen, keys);
    }

    @Override
    public boolean drawsForEachImage() {
      return model.drawsAtRandom() ? model.drawing(stream) != model : transforms();
    }

    /** Whether another is the same, wherever both draw their random numbers from. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Mean that
          && model.equals(that.model)
          && draws == that.draws
          && seen.equals(that.seen);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * model.hashCode() + draws) + seen.hashCode();
    }
  }

  /**
   * One draw, the same at every call.
   *
   * @param keys of the random numbers of each image
   */
  private record OneDraw(DifferentiableClassifier model, View seen, long[] keys)
      implements ForwardingClassifier, DifferentiableClassifier {
    @Override
    public Tensor logits(Tensor images) {
      Classifier own =
          model.drawsAtRandom() && keys.length > 0
              ? model.drawing(stream(keys[0], "model"))
              : model;
      if (seen.equals(View.NONE)) {
        return own.logits(images);
      }
      Draw draw = new Draw(Arrays.stream(keys).mapToObj(key -> stream(key, "view")).toList());
      return own.logits(Viewed.seen(images, input(), seen, draw));
    }

    private static RandomStream stream(long key, String purpose) {
      return new RandomStream(key, 0, purpose, 0);
    }
  }
}
