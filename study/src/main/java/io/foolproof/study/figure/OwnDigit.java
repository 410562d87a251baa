package io.foolproof.study.figure;

import static java.util.Objects.requireNonNull;

import io.foolproof.data.ImageSet;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Training;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.operator.Node;
import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyNet;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A net small enough for a page, and what becomes of an image that follows its gradient. */
public final class OwnDigit implements Figure<OwnDigit.Found> {
  /** The length of a step, in L2. */
  public static final double STEP = 0.1;

  /** After so many steps without another class, the walk ends. */
  public static final int MOST_STEPS = 200;

  /**
   * What it computes.
   *
   * @param layers of the net, in order; between two of them is max(x, 0)
   * @param parameters of all layers, kernels [outputs, inputs, size, size] before biases, as 32-bit
   *     floating-point numbers, little-endian, in Base64
   * @param weights how many these are
   * @param tests test images that the net was shown
   * @param correct of these, the correctly classified
   * @param example a test image that the net classifies correctly, [H, W]
   * @param label of the example
   * @param before the probabilities of its classes
   * @param fooled what the walk from the example ended at, [H, W]
   * @param after the probabilities of its classes
   * @param steps of the walk, each {@link #STEP} long before pixels are clipped to [0, 1]
   * @param distance from the example, in L2
   */
  public record Found(
      List<Layer> layers,
      String parameters,
      int weights,
      int tests,
      int correct,
      float[] example,
      int label,
      double[] before,
      float[] fooled,
      double[] after,
      int steps,
      double distance) {
    /** Copies the list. */
    public Found {
      layers = List.copyOf(layers);
    }

    /** Whether the walk led to another class. */
    public boolean wasFooled() {
      return largest(after) != label;
    }
  }

  /**
   * A convolution. A fully connected layer is one, too: its window is as large as its input.
   *
   * @param outputs channels
   * @param size of the window, along both sides
   * @param stride how far the window moves
   * @param padding zeros on every side
   */
  public record Layer(int outputs, int size, int stride, int padding) {}

  /** Where a walk along the gradient ended. */
  private record End(float[] image, double[] logits, int steps) {}

  /** The net: fewer than 5,000 weights, so that a page can hold it. */
  static StudyNet net(Extent extent) {
    return new StudyNet(
        "own-drawing", Architecture.TINY, Training.plain(), new Length.Epochs(extent.of(3, 20)));
  }

  @Override
  public int number() {
    return 20;
  }

  @Override
  public String title() {
    return "Your own drawing";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public String unfit(StudyPlan plan) {
    return plan.areDigitSized()
        ? ""
        : "drawings are grey images of 28 x 28 pixels, and these have %d x %d and %d channels"
            .formatted(
                plan.training().height(), plan.training().width(), plan.training().channels());
  }

  @Override
  public Found compute(Workshop workshop) {
    OnnxClassifier net = workshop.net(net(workshop.plan().extent()));
    ImageSet test = workshop.plan().test();
    double accuracy = Accuracy.of(net, test, workshop.workers());
    int place = firstCorrect(net, test);
    float[] example = test.pixels(place);
    End start = walk(net, example, 0);
    End end = walk(net, example, MOST_STEPS);
    List<Float> parameters = new ArrayList<>();
    List<Layer> layers = layers(net, parameters);
    return new Found(
        layers,
        inBase64(parameters),
        parameters.size(),
        test.size(),
        (int) Math.round(accuracy * test.size()),
        example,
        largest(start.logits()),
        softmax(start.logits()),
        end.image(),
        softmax(end.logits()),
        end.steps(),
        distance(example, end.image()));
  }

  private static int firstCorrect(OnnxClassifier net, ImageSet images) {
    for (int i = 0; i < images.size(); i++) {
      if (largest(walk(net, images.pixels(i), 0).logits()) == images.label(i)) {
        return i;
      }
    }
    return 0;
  }

  /**
   * Follows the gradient of the runner-up's logit less that of the first class, in steps of equal
   * length, until another class is first.
   */
  private static End walk(DifferentiableClassifier net, float[] from, int mostSteps) {
    float[] image = from.clone();
    int first = -1;
    for (int step = 0; ; step++) {
      try (Scope scope = Scope.open()) {
        Tensor at = Tensor.of(image, net.input().batchShape(1)).variable();
        Tensor logits = net.logits(at);
        double[] scores = logits.toDoubles();
        first = first < 0 ? largest(scores) : first;
        if (largest(scores) != first || step == mostSteps) {
          return new End(image, scores, step);
        }
        Tensor lead =
            logits
                .gather(1, Tensor.of(new long[] {runnerUp(scores, first)}, 1, 1))
                .sub(logits.gather(1, Tensor.of(new long[] {first}, 1, 1)));
        float[] gradient = Gradients.of(lead.sum(), at).toFloats();
        image = stepped(image, gradient);
      }
    }
  }

  private static float[] stepped(float[] image, float[] gradient) {
    double length = distance(gradient, new float[gradient.length]);
    float[] next = image.clone();
    for (int i = 0; i < next.length && length > 0; i++) {
      next[i] = (float) Math.max(0, Math.min(1, image[i] + STEP * gradient[i] / length));
    }
    return next;
  }

  private static List<Layer> layers(OnnxClassifier net, List<Float> parameters) {
    List<Layer> layers = new ArrayList<>();
    OnnxModel model = net.model();
    for (Node node : model.nodes()) {
      boolean convolution = node.type().equals("Conv");
      if (convolution || node.type().equals("Gemm")) {
        Tensor kernel = requireNonNull(model.initialisers().get(node.inputs().get(1)));
        Tensor bias = requireNonNull(model.initialisers().get(node.inputs().get(2)));
        layers.add(
            new Layer(
                (int) kernel.size(0),
                convolution ? (int) kernel.size(2) : side(net, node),
                convolution ? (int) requireNonNull(node.attributes().integers("strides"))[0] : 1,
                convolution ? (int) requireNonNull(node.attributes().integers("pads"))[0] : 0));
        addAll(parameters, kernel);
        addAll(parameters, bias);
      }
    }
    return layers;
  }

  /** The height of what a fully connected layer was given, before it was flattened. */
  private static int side(OnnxClassifier net, Node dense) {
    try (Scope scope = Scope.open()) {
      Node flatten =
          net.model().nodes().stream()
              .filter(node -> node.outputs().contains(dense.inputs().get(0)))
              .findFirst()
              .orElseThrow();
      Tensor image = Tensor.of(new float[net.input().elements()], net.input().batchShape(1));
      return (int) net.activation(flatten.inputs().get(0), image).size(2);
    }
  }

  private static void addAll(List<Float> parameters, Tensor values) {
    for (float value : values.toFloats()) {
      parameters.add(value);
    }
  }

  private static String inBase64(List<Float> values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.size() * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(bytes::putFloat);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static double[] softmax(double[] logits) {
    return Nn.softmax(Tensor.of(logits, 1, logits.length), 1).toDoubles();
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  private static int runnerUp(double[] scores, int first) {
    double[] others = scores.clone();
    others[first] = Double.NEGATIVE_INFINITY;
    return largest(others);
  }

  private static int largest(double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }
}
