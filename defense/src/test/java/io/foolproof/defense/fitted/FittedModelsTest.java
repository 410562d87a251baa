package io.foolproof.defense.fitted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.defense.Accuracy;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/** What fitted models say, held against what their definitions say. */
@Tag("slow")
class FittedModelsTest {
  private static final ImageSet TRAINING = GeneratedDigits.standard().training(400);
  private static final ImageSet TEST = GeneratedDigits.standard().test(100);

  private static OnnxClassifier fit(String how) {
    try (Workers workers = new Workers()) {
      Fitted fitted = FittedModels.parse(how);
      return OnnxClassifier.of(
          OnnxModel.of(FittedModels.fit(fitted, TRAINING, TEST, workers).file(), how));
    }
  }

  private static double[][] logits(OnnxClassifier model, ImageSet images) {
    try (Scope scope = Scope.open()) {
      Tensor all = images.tensor(IntStream.range(0, images.size()).toArray());
      double[] values =
          model.logits(all.reshape(model.input().batchShape(images.size()))).toDoubles();
      int classes = values.length / images.size();
      return IntStream.range(0, images.size())
          .mapToObj(i -> Arrays.copyOfRange(values, i * classes, (i + 1) * classes))
          .toArray(double[][]::new);
    }
  }

  /** Differences of scores are those of the definition, up to one scale for all. */
  private static void assertScores(String how, java.util.function.Function<float[], double[]> by) {
    double[][] found = logits(fit(how), TEST);
    double scale = 0;
    for (int i = 0; i < TEST.size(); i++) {
      double[] expected = by.apply(TEST.pixels(i));
      for (int c = 1; c < expected.length; c++) {
        double wanted = expected[c] - expected[0];
        double got = found[i][c] - found[i][0];
        scale = scale == 0 ? got / wanted : scale;
        assertThat(got).isCloseTo(scale * wanted, within(2e-3 * Math.abs(scale)));
      }
    }
    assertThat(scale).isPositive();
  }

  private static double squared(float[] a, float[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += ((double) a[j] - b[j]) * ((double) a[j] - b[j]);
    }
    return sum;
  }

  private static double[] perClass(java.util.function.IntFunction<Double> of) {
    return IntStream.range(0, 10).mapToDouble(of::apply).toArray();
  }

  @Test
  void neighboursScoreByTheMeanSquaredDistanceOfTheNearest() {
    assertScores(
        "neighbours:k=3:points=1000",
        x ->
            perClass(
                label ->
                    -IntStream.range(0, TRAINING.size())
                        .filter(i -> TRAINING.label(i) == label)
                        .mapToDouble(i -> squared(x, TRAINING.pixels(i)))
                        .sorted()
                        .limit(3)
                        .average()
                        .orElseThrow()));
  }

  @Test
  void meansScoreByTheSquaredDistanceOfTheMean() {
    Prototypes means = ClassMeans.of(TRAINING);
    assertScores("means", x -> perClass(label -> -squared(x, means.pixels()[label])));
  }

  /** By least squares on tangents that are not orthonormal but for their own QR. */
  @Test
  void tangentDistanceIsThatToThePlaneOfTheTangents() {
    Prototypes kept = Prototypes.drawn(TRAINING, 20, 0);
    int per = kept.perClass()[0];
    assertScores(
        "tangent:points=20",
        x ->
            perClass(
                label ->
                    IntStream.range(label * per, (label + 1) * per)
                        .mapToDouble(i -> -toPlane(x, kept.pixels()[i]))
                        .max()
                        .orElseThrow()));
  }

  private static double toPlane(float[] x, float[] p) {
    float[][] tangents = Tangents.of(p, 28, 28);
    R064Store basis = R064Store.FACTORY.make(x.length, tangents.length);
    R064Store away = R064Store.FACTORY.make(x.length, 1);
    for (int j = 0; j < x.length; j++) {
      away.set(j, 0, (double) x[j] - p[j]);
      for (int k = 0; k < tangents.length; k++) {
        // Mixed, so that the basis is no longer orthonormal.
        basis.set(j, k, tangents[k][j] + (k > 0 ? 0.5 * tangents[k - 1][j] : 0));
      }
    }
    QR<Double> qr = QR.R064.make(basis);
    qr.decompose(basis);
    MatrixStore<Double> left = away.subtract(basis.multiply(qr.getSolution(away)));
    return left.transpose().multiply(left).doubleValue(0);
  }

  @Test
  void tangentsAreOrthonormalAndFollowAShift() {
    double[] smooth = new Blur(1.5).of(TRAINING.pixels(3), 28, 28);
    float[] image = new float[smooth.length];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) smooth[i];
    }
    float[][] tangents = Tangents.of(image, 28, 28);
    for (int a = 0; a < tangents.length; a++) {
      for (int b = 0; b <= a; b++) {
        assertThat(Rows.dot(tangents[a], tangents[b])).isCloseTo(a == b ? 1 : 0, within(1e-6));
      }
    }
    float[] shifted = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      shifted[i] = i % 28 < 27 ? 0.8f * image[i] + 0.2f * image[i + 1] : image[i];
    }
    assertThat(toPlane(shifted, image)).isLessThan(0.1 * squared(shifted, image));
  }

  @Test
  void gaussiansScoreByTheirDensities() {
    try (Workers workers = new Workers()) {
      int k = 5;
      Gaussians gaussians = Gaussians.of(TRAINING, k, workers);
      assertScores("qda:components=5:shrinkage=0.1", x -> densities(gaussians, x, k, 0.1));
    }
  }

  /** The best code by a search, as in the paper. */
  @Test
  void synthesisScoresByTheBestCodeOfEachClass() {
    Synthesis synthesis = new Synthesis(4);
    try (Workers workers = new Workers()) {
      java.util.List<Synthesis.Decoder> decoders = synthesis.decoders(TRAINING, workers);
      double noise = synthesis.noise(decoders, TRAINING);
      assertThat(noise).isBetween(0.005, 0.1);
      assertScores(
          "synthesis:codes=4", x -> perClass(label -> bestCode(decoders.get(label), x, noise)));
    }
  }

  /** By descent on |x - m - W z|^2 / 2s + |z|^2 / 2, with the curvature along each direction. */
  private static double bestCode(Synthesis.Decoder decoder, float[] x, double noise) {
    int codes = decoder.variances().length;
    double[] weight = new double[codes];
    double[] code = new double[codes];
    for (int k = 0; k < codes; k++) {
      weight[k] = Math.sqrt(Math.max(0, decoder.variances()[k] - noise));
    }
    double[] left = new double[x.length];
    for (int step = 0; step < 3; step++) {
      left(decoder, x, weight, code, left);
      for (int k = 0; k < codes; k++) {
        double slope = code[k];
        for (int j = 0; j < x.length; j++) {
          slope -= left[j] * weight[k] * decoder.directions()[k][j] / noise;
        }
        code[k] -= slope / (1 + weight[k] * weight[k] / noise);
      }
    }
    left(decoder, x, weight, code, left);
    double cost = 0;
    for (double value : left) {
      cost += value * value / noise;
    }
    for (double value : code) {
      cost += value * value;
    }
    return -cost / 2 - decoder.logDeterminant(noise) / 2;
  }

  private static void left(
      Synthesis.Decoder decoder, float[] x, double[] weight, double[] code, double[] left) {
    for (int j = 0; j < x.length; j++) {
      left[j] = x[j] - decoder.mean()[j];
      for (int k = 0; k < code.length; k++) {
        left[j] -= code[k] * weight[k] * decoder.directions()[k][j];
      }
    }
  }

  private static double[] densities(Gaussians gaussians, float[] x, int k, double shrinkage) {
    return perClass(
        label -> {
          R064Store covariance =
              Gaussians.covariance(
                  gaussians.scatters()[label], gaussians.counts()[label], shrinkage);
          R064Store away = R064Store.FACTORY.make(k, 1);
          for (int a = 0; a < k; a++) {
            double coordinate = 0;
            for (int j = 0; j < x.length; j++) {
              coordinate += gaussians.basis()[a][j] * (x[j] - gaussians.centre()[j]);
            }
            away.set(a, 0, coordinate - gaussians.means()[label][a]);
          }
          org.ojalgo.matrix.decomposition.LU<Double> lu =
              org.ojalgo.matrix.decomposition.LU.R064.make(covariance);
          lu.decompose(covariance);
          double distance = away.transpose().multiply(lu.getSolution(away)).doubleValue(0);
          return Math.log(gaussians.priors()[label])
              - 0.5 * Math.log(lu.getDeterminant())
              - 0.5 * distance;
        });
  }

  /** One covariance makes Gaussians linear, and what is linear is no worse than the means. */
  @Test
  void ldaIsLinearAndBetterThanMeans() {
    OnnxClassifier lda = fit("lda");
    float[][] points = {TEST.pixels(0), TEST.pixels(1), new float[784]};
    for (int j = 0; j < 784; j++) {
      points[2][j] = (points[0][j] + points[1][j]) / 2;
    }
    double[][] of = logits(lda, ImageSet.of(points, new int[3], new ImageShape(1, 28, 28)));
    for (int c = 0; c < 10; c++) {
      assertThat(of[2][c]).isCloseTo((of[0][c] + of[1][c]) / 2, within(1e-4));
    }
    try (Workers workers = new Workers()) {
      assertThat(Accuracy.of(lda, TEST, workers))
          .isGreaterThan(Accuracy.of(fit("means"), TEST, workers));
    }
  }

  @Test
  void templatesReadDigitsWithoutHavingSeenAny() {
    try (Workers workers = new Workers()) {
      assertThat(Accuracy.of(fit("templates"), TEST, workers)).isGreaterThan(0.7);
      Fitted templates = FittedModels.parse("templates");
      assertThat(FittedModels.fit(templates, TRAINING, TEST, workers).learned()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "templates",
        "means",
        "ridge",
        "lda",
        "qda",
        "synthesis:codes=5",
        "tangent:points=50",
        "neighbours:k=2"
      })
  void onnxRuntimeSaysTheSameAndGradientsAreThoseOfDifferences(String how) {
    OnnxClassifier model = fit(how);
    double[][] ours = logits(model, TEST.first(20));
    try (OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(model);
        Scope scope = Scope.open()) {
      Tensor images = TEST.first(20).tensor(IntStream.range(0, 20).toArray());
      double[] theirs = runtime.logits(images).toDoubles();
      for (int i = 0; i < theirs.length; i++) {
        assertThat(ours[i / 10][i % 10]).isCloseTo(theirs[i], within(1e-4));
      }
      Tensor x = images.rows(0, 1).mul(0.9).add(0.05).variable();
      Tensor score = model.logits(x).slice(1, TEST.label(0), TEST.label(0) + 1, 1).sum();
      double[] gradient = Gradients.of(score, x).toDoubles();
      double step = 1e-2;
      for (int j = 200; j < 600; j += 37) {
        double above = at(model, j, step);
        double below = at(model, j, -step);
        double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
        assertThat(gradient[j]).isCloseTo((above - below) / (2 * step), within(0.02 * largest));
      }
    }
  }

  private static double at(OnnxClassifier model, int pixel, double step) {
    float[] image = TEST.pixels(0);
    for (int j = 0; j < image.length; j++) {
      image[j] = image[j] * 0.9f + 0.05f;
    }
    image[pixel] += (float) step;
    ImageSet one = ImageSet.of(new float[][] {image}, new int[1], new ImageShape(1, 28, 28));
    return logits(model, one)[0][TEST.label(0)];
  }

  @Test
  void refusalsSayWhatThereIs() {
    assertThatThrownBy(() -> FittedModels.parse("svm"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "'svm' is no model to fit: give one of templates, means, ridge, lda, qda, synthesis,"
                + " tangent, hull, neighbours");
    assertThatThrownBy(() -> FittedModels.parse("neighbours:k=0"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("k");
    try (Workers workers = new Workers()) {
      Fitted many = FittedModels.parse("lda:components=785");
      assertThatThrownBy(() -> FittedModels.fit(many, TRAINING, TEST, workers))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("785 principal components of 784 dimensions");
    }
    ImageSet colour =
        ImageSet.of(new float[][] {new float[3 * 16]}, new int[1], new ImageShape(3, 4, 4));
    try (Workers workers = new Workers()) {
      assertThatThrownBy(
              () -> FittedModels.fit(FittedModels.parse("tangent"), colour, colour, workers))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("3 channels");
      ImageSet few =
          TRAINING.select(
              IntStream.range(0, TRAINING.size()).filter(i -> TRAINING.label(i) != 4).toArray());
      assertThatThrownBy(() -> FittedModels.fit(FittedModels.parse("means"), few, few, workers))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("no image of class 4");
    }
  }
}
