package io.foolproof.report.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.audit.Progress;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.study.Extent;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.figure.OwnDigit;
import io.foolproof.study.run.Study;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.NativeArray;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;

/** The page's script, run by a JavaScript engine, against the net that it is given. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class StudyScriptTest {
  private static final int DIGITS = 100;
  private static final int CLASSES = 10;

  private final ImageSet digits = GeneratedDigits.standard().test(DIGITS);
  private OwnDigit.Found found;
  private OnnxClassifier net;
  private Context engine;
  private Scriptable page;

  @BeforeAll
  void start(@TempDir Path folder) {
    GeneratedDigits generated = GeneratedDigits.standard();
    StudyPlan plan =
        new StudyPlan(generated.training(2000), generated.test(100), digits, null, Extent.QUICK, 3);
    found =
        Study.run(plan, Set.of(20), folder, true, () -> {}, Progress.none())
            .found(OwnDigit.Found.class)
            .orElseThrow();
    net = OnnxClassifier.load(folder.resolve("models").resolve("own-drawing.onnx"));
    engine = Context.enter();
    engine.setLanguageVersion(Context.VERSION_ECMASCRIPT);
    page = engine.initStandardObjects();
    evaluate(StudyScript.text());
    put("data", StudyScript.net(found, digits.classNames()));
    evaluate("data = JSON.parse(data); net = study.net(data.layers, data.parameters, 28, 28);");
  }

  @AfterAll
  void stop() {
    if (engine != null) {
      Context.exit();
      net.close();
    }
  }

  @Test
  void logitsAndGradientsAreTheNets() {
    float[] expected = logits(net, digits);
    double largest = 0;
    for (int i = 0; i < DIGITS; i++) {
      double[] weights = new double[CLASSES];
      weights[digits.label(i)] = -1;
      weights[(digits.label(i) + 1) % CLASSES] = 1;
      put("image", array(digits.pixels(i)));
      put("weights", array(weights));
      double[] logits = numbers(evaluate("answer = net(image); answer.logits"));
      for (int c = 0; c < CLASSES; c++) {
        assertThat(logits[c]).isCloseTo(expected[i * CLASSES + c], within(1e-4));
        largest = Math.max(largest, Math.abs(logits[c]));
      }
      double[] gradient = numbers(evaluate("answer.gradient(weights)"));
      float[] expectedGradient = gradient(digits.pixels(i), weights);
      for (int p = 0; p < gradient.length; p++) {
        assertThat(gradient[p]).isCloseTo(expectedGradient[p], within(1e-3));
      }
    }
    assertThat(largest).as("a trained net tells digits apart").isGreaterThan(2);
  }

  @Test
  void theWalkIsTheOneOfTheStillPicture() {
    put("image", array(found.example()));
    double[] walked =
        numbers(
            evaluate(
                "first = study.largest(net(image).logits); steps = 0;"
                    + "while (steps < data.mostSteps && study.largest(net(image).logits) === first)"
                    + " { image = study.step(net, image, first, data.step); steps++; } image"));
    assertThat(((Number) evaluate("steps")).intValue()).isEqualTo(found.steps());
    for (int p = 0; p < walked.length; p++) {
      assertThat(walked[p]).isCloseTo(found.fooled()[p], within(1e-3));
    }
    assertThat(found.wasFooled()).isTrue();
  }

  /** Half as large and in a corner, or twice as large: centred, it is the same drawing. */
  @Test
  void drawingsAreCentredAsTrainingImagesAre() {
    int side = 280;
    float[] digit = digits.pixels(0);
    double[] large = centred(drawn(digit, side, 10, 0, 0), side);
    double[] small = centred(drawn(digit, side, 5, 130, 20), side);
    for (int p = 0; p < large.length; p++) {
      assertThat(small[p]).isCloseTo(large[p], within(0.35));
    }
    assertThat(centreOfMass(large)[0]).isCloseTo(14, within(0.3));
    assertThat(centreOfMass(large)[1]).isCloseTo(14, within(0.3));
    assertThat(longerSide(large)).isBetween(19, 22);
    assertThat(centred(new double[side * side], side)).containsOnly(0);
  }

  @Test
  void isSmall() {
    assertThat(StudyScript.text().getBytes(StandardCharsets.UTF_8).length).isLessThan(25_000);
  }

  private double[] centred(double[] ink, int side) {
    put("ink", array(ink));
    return numbers(evaluate("study.centred(ink, " + side + ")"));
  }

  private static double[] drawn(float[] digit, int side, int scale, int left, int top) {
    double[] ink = new double[side * side];
    for (int y = 0; y < 28 * scale; y++) {
      for (int x = 0; x < 28 * scale; x++) {
        ink[(y + top) * side + x + left] = digit[y / scale * 28 + x / scale];
      }
    }
    return ink;
  }

  private static double[] centreOfMass(double[] image) {
    double mass = 0;
    double x = 0;
    double y = 0;
    for (int p = 0; p < image.length; p++) {
      mass += image[p];
      x += image[p] * (p % 28 + 0.5);
      y += image[p] * (Math.floorDiv(p, 28) + 0.5);
    }
    return new double[] {x / mass, y / mass};
  }

  private static int longerSide(double[] image) {
    int left = 28;
    int right = 0;
    int top = 28;
    int bottom = 0;
    for (int p = 0; p < image.length; p++) {
      if (image[p] > 0.05) {
        left = Math.min(left, p % 28);
        right = Math.max(right, p % 28);
        top = Math.min(top, p / 28);
        bottom = Math.max(bottom, p / 28);
      }
    }
    return Math.max(right - left, bottom - top) + 1;
  }

  private static float[] logits(OnnxClassifier net, ImageSet images) {
    try (Scope scope = Scope.open()) {
      float[] pixels = new float[images.size() * images.pixels()];
      for (int i = 0; i < images.size(); i++) {
        images.copyPixels(i, pixels, i * images.pixels());
      }
      return net.logits(Tensor.of(pixels, net.input().batchShape(images.size()))).toFloats();
    }
  }

  private float[] gradient(float[] image, double[] weights) {
    try (Scope scope = Scope.open()) {
      Tensor at = Tensor.of(image, net.input().batchShape(1)).variable();
      float[] weighted = new float[CLASSES];
      for (int c = 0; c < CLASSES; c++) {
        weighted[c] = (float) weights[c];
      }
      return Gradients.of(net.logits(at).mul(Tensor.of(weighted, 1, CLASSES)).sum(), at).toFloats();
    }
  }

  private void put(String name, Object value) {
    ScriptableObject.putProperty(page, name, value);
  }

  private Object evaluate(String script) {
    return engine.evaluateString(page, script, "study.js", 1, null);
  }

  private Object array(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return array(doubles);
  }

  private Object array(double[] values) {
    Object[] boxed = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return engine.newArray(page, boxed);
  }

  private double[] numbers(Object array) {
    put("result", array);
    NativeArray plain = (NativeArray) evaluate("Array.from(result)");
    double[] values = new double[(int) plain.getLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((Number) plain.get(i)).doubleValue();
    }
    return values;
  }
}
