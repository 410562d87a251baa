package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** A plain model, ways to hide its gradients, and audits of them. */
final class MaskedModels {
  static final InputSpec INPUT = InputSpec.unit(1, 6, 5);
  static final LinearClassifier PLAIN = LinearClassifier.random(INPUT, 3, 11);
  static final double EPSILON = 0.05;

  private MaskedModels() {}

  /** A model of three classes, with the gradients that its operators have. */
  record Masked(UnaryOperator<Tensor> function) implements DifferentiableClassifier {

    /** The plain model with something before or behind it. */
    Masked(UnaryOperator<Tensor> before, UnaryOperator<Tensor> behind) {
      this(x -> behind.apply(PLAIN.logits(before.apply(x))));
    }

    @Override
    public String name() {
      return "masked";
    }

    @Override
    public Origin origin() {
      return new Origin(name(), "0", List.of());
    }

    @Override
    public InputSpec input() {
      return INPUT;
    }

    @Override
    public int classes() {
      return 3;
    }

    @Override
    public Tensor logits(Tensor images) {
      return function.apply(images);
    }
  }

  /** Grey noise, labelled by the plain model. */
  static ImageSet data() {
    int count = 60;
    float[] pixels = new float[count * INPUT.elements()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      int from = i * INPUT.elements();
      new RandomStream(5, i, "images", 0).fillUniform(pixels, from, from + 30, 0.3f, 0.7f);
      labels[i] = PLAIN.predict(Arrays.copyOfRange(pixels, from, from + 30));
    }
    return ImageSet.ofPixels(
        "grey", new ImageShape(1, 6, 5), pixels, labels, List.of("a", "b", "c"));
  }

  /** The values of x, with its gradient multiplied. */
  static Tensor steered(Tensor x, Tensor factor) {
    return x.detach().add(x.sub(x.detach()).mul(factor));
  }

  /** Its gradient points the other way. */
  static Masked backwards() {
    return new Masked(x -> steered(x, x.detach().mul(0).sub(1)), y -> y);
  }

  /** A gradient that is mostly noise, anew at every point. */
  static Masked withNoiseInTheGradient() {
    return new Masked(
        x -> {
          float[] factor = x.detach().toFloats();
          int d = INPUT.elements();
          for (int row = 0; row < factor.length / d; row++) {
            long point = Arrays.hashCode(Arrays.copyOfRange(factor, row * d, (row + 1) * d));
            RandomStream stream = new RandomStream(3, point, "noise", 0);
            stream.fillGaussian(factor, row * d, (row + 1) * d);
            for (int i = row * d; i < (row + 1) * d; i++) {
              factor[i] += 0.1f;
            }
          }
          return steered(x, Tensor.of(factor, x.shape()));
        },
        y -> y);
  }

  /** Audits a model, with these attacks in turn. */
  static AuditResult audit(Classifier model, ImageSet data, double epsilon, String... attacks) {
    return Audit.of(model, data)
        .against(ThreatModel.linf(epsilon))
        .with(Arrays.stream(attacks).map(Attacks::parse).toArray(Attack[]::new))
        .seed(7)
        .workers(2)
        .run();
  }

  /** Ids of the signs that fired. */
  static List<String> fired(AuditResult result) {
    return result.warnings().stream().map(Diagnostic::id).toList();
  }

  /** A sign of an audit, fired or not. */
  static Diagnostic sign(AuditResult result, Sign sign) {
    return result.diagnostics().stream()
        .filter(diagnostic -> diagnostic.id().equals(sign.id()))
        .findFirst()
        .orElseThrow();
  }
}
