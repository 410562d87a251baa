package io.foolproof.attack.transfer;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Settings;
import io.foolproof.attack.Surrogates;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotASetting;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.Ensemble;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.StraightThrough;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Locale;

/**
 * Backward pass differentiable approximation: answers are the model's own, gradients those of
 * something close to it that has some.
 *
 * <p>Athalye, Carlini, Wagner: Obfuscated gradients give a false sense of security, 2018, arXiv
 * 1802.00420, section 4.1.
 *
 * @param pass where gradients come from
 * @param surrogates what they are taken of where that is another model
 */
public record Bpda(@Named("bpda") Pass pass, @NotASetting Surrogates surrogates)
    implements GradientSource {
  private static final Bpda STANDARD = new Bpda(Pass.IDENTITY, Surrogates.NONE);

  /** Where gradients come from. */
  enum Pass {
    /**
     * The model, whose flat steps pass gradients on unchanged, as do those that clip an image in
     * front of its weights.
     */
    IDENTITY,
    /** The model, whose flat steps pass gradients where a value is from -1 to 1. */
    HARDTANH,
    /** The surrogate models, for a model that has no gradient at all. */
    SURROGATE;

    /** As it is written on the command line: identity, hardtanh, surrogate. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The attack as it is, or with the backward pass that its settings ask for. */
  public static Attack through(Attack attack, Settings settings) {
    return settings.gives(STANDARD) ? new Redirected(attack, settings.read(STANDARD)) : attack;
  }

  @Override
  public String settings() {
    return "bpda=" + pass;
  }

  @Override
  public GradientSource withSurrogates(Surrogates others) {
    return new Bpda(pass, others);
  }

  @Override
  public DifferentiableClassifier of(Classifier model) {
    return switch (pass) {
      case SURROGATE -> new Substitute(model, surrogates.ensemble(settings(), model));
      case HARDTANH -> straight(model, StraightThrough.HARD_TANH);
      case IDENTITY -> straight(model, StraightThrough.IDENTITY);
    };
  }

  @Override
  public boolean suits(Classifier model) {
    return switch (pass) {
      case SURROGATE -> true;
      case HARDTANH -> hides(model, StraightThrough.HARD_TANH);
      case IDENTITY -> hides(model, StraightThrough.IDENTITY);
    };
  }

  private static boolean hides(Classifier model, StraightThrough backward) {
    return model instanceof OnnxClassifier onnx && onnx.hides(backward);
  }

  private DifferentiableClassifier straight(Classifier model, StraightThrough backward) {
    if (model instanceof OnnxClassifier onnx) {
      return onnx.with(backward);
    }
    throw new InvalidInputException(
        settings()
            + " changes how steps of an ONNX graph pass gradients on, which "
            + model.name()
            + " does not show: give bpda=surrogate and a surrogate model");
  }

  /** A model's answers with another's gradients. */
  private record Substitute(Classifier model, Ensemble backward)
      implements ForwardingClassifier, DifferentiableClassifier {
    @Override
    public Tensor logits(Tensor images) {
      try (Scope scope = Scope.open()) {
        Tensor answer = model.logits(images.detach()).detach();
        Tensor other = backward.logits(images);
        // The difference is zero to the last bit, so that the answer is the model's.
        return scope.keep(answer.add(other.sub(other.detach())));
      }
    }

    @Override
    public Classifier drawing(RandomStream from) {
      Classifier drawing = model.drawing(from);
      return drawing == model ? this : new Substitute(drawing, backward);
    }
  }
}
