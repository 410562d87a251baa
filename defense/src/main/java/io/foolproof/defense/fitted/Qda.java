package io.foolproof.defense.fitted;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Probability;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Whitening;
import io.foolproof.model.OnnxGraph;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.Workers;

/**
 * Quadratic discriminant analysis: a Gaussian of its own for each class, in the space of the
 * leading principal components, with shrunken covariances.
 *
 * <p>Friedman: Regularized discriminant analysis, Journal of the American Statistical Association
 * 84, 1989, with one of its two parameters.
 *
 * @param components how many principal components
 * @param shrinkage how far covariances are drawn towards a multiple of the identity, 0 to 1
 */
@Named("qda")
public record Qda(@AtLeast(1) int components, @Probability double shrinkage)
    implements FittedGraph {
  /** Checks the settings. */
  public Qda {
    Settings.check(Qda.class, components, shrinkage);
  }

  /** In 40 components. */
  public static Qda standard() {
    return new Qda(40, 0.05);
  }

  @Override
  public String summary() {
    return "a Gaussian for each class in the leading principal components";
  }

  @Override
  public String source() {
    return "Friedman 1989";
  }

  /** log prior - log det L - |z|^2 / 2, where L z is the difference to the mean. */
  @Override
  public String write(OnnxGraph graph, ImageSet training, Workers workers) {
    Gaussians gaussians = Gaussians.of(training, components, workers);
    int k = gaussians.components();
    int d = training.pixels();
    int classes = gaussians.classes();
    float[] basis = new float[k * d];
    float[] origin = new float[k];
    for (int a = 0; a < k; a++) {
      double shift = 0;
      for (int j = 0; j < d; j++) {
        basis[a * d + j] = (float) gaussians.basis()[a][j];
        shift -= gaussians.basis()[a][j] * gaussians.centre()[j];
      }
      origin[a] = (float) shift;
    }
    float[] whitening = new float[classes * k * k];
    float[] offsets = new float[classes * k];
    float[] constants = new float[classes];
    for (int label = 0; label < classes; label++) {
      double[][] inverse =
          Whitening.of(
              Gaussians.covariance(
                  gaussians.scatters()[label], gaussians.counts()[label], shrinkage));
      double logDeterminant = 0;
      for (int a = 0; a < k; a++) {
        logDeterminant -= Math.log(inverse[a][a]);
        double offset = 0;
        for (int b = 0; b <= a; b++) {
          whitening[(label * k + a) * k + b] = (float) inverse[a][b];
          offset -= inverse[a][b] * gaussians.means()[label][b];
        }
        offsets[label * k + a] = (float) offset;
      }
      constants[label] = (float) (Math.log(gaussians.priors()[label]) - logDeterminant);
    }
    OnnxWriter writer = graph.writer();
    String space =
        writer.affine(graph.pixels(), graph.weight(basis, k, d), graph.weight(origin, k));
    String white =
        writer.affine(
            space,
            graph.weight(whitening, offsets.length, k),
            graph.weight(offsets, offsets.length));
    String grouped = writer.reshape(white, -1, classes, k);
    String sums = writer.sum(writer.apply("Mul", grouped, grouped), 2);
    String halves = writer.mul(writer.reshape(sums, -1, classes), -0.5);
    return writer.apply("Add", halves, graph.weight(constants, classes));
  }
}
