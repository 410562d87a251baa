package io.foolproof.defense.fitted;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Probability;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxGraph;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * Linear discriminant analysis: Gaussians of one covariance, in the space of the leading principal
 * components. The result is a linear classifier of pixels.
 *
 * <p>Fisher: The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936;
 * Rao 1948 for several classes.
 *
 * @param components how many principal components
 * @param shrinkage how far the covariance is drawn towards a multiple of the identity, 0 to 1
 */
@Named("lda")
public record Lda(@AtLeast(1) int components, @Probability double shrinkage)
    implements FittedGraph {
  /** Checks the settings. */
  public Lda {
    Settings.check(Lda.class, components, shrinkage);
  }

  /** In 50 components. */
  public static Lda standard() {
    return new Lda(50, 0.01);
  }

  @Override
  public String summary() {
    return "Gaussians of one covariance in the leading principal components; linear";
  }

  @Override
  public String source() {
    return "Fisher 1936";
  }

  @Override
  public String write(OnnxGraph graph, ImageSet training, Workers workers) {
    Gaussians gaussians = Gaussians.of(training, components, workers);
    R064Store within = R064Store.FACTORY.make(gaussians.components(), gaussians.components());
    Arrays.stream(gaussians.scatters()).forEach(scatter -> within.modifyMatching(ADD, scatter));
    Cholesky<Double> factor = Cholesky.R064.make(within);
    factor.decompose(Gaussians.covariance(within, training.size(), shrinkage));
    int d = training.pixels();
    double[][] weights = new double[gaussians.classes()][d];
    double[] biases = new double[gaussians.classes()];
    for (int label = 0; label < biases.length; label++) {
      double[] mean = gaussians.means()[label];
      MatrixStore<Double> direction = factor.getSolution(R064Store.FACTORY.column(mean));
      double bias = Math.log(gaussians.priors()[label]);
      for (int k = 0; k < mean.length; k++) {
        bias -= mean[k] * direction.doubleValue(k) / 2;
      }
      for (int j = 0; j < d; j++) {
        for (int k = 0; k < mean.length; k++) {
          weights[label][j] += gaussians.basis()[k][j] * direction.doubleValue(k);
        }
        bias -= weights[label][j] * gaussians.centre()[j];
      }
      biases[label] = bias;
    }
    return new LinearModel(weights, biases).write(graph);
  }

  private static final org.ojalgo.function.BinaryFunction<Double> ADD =
      org.ojalgo.function.constant.PrimitiveMath.ADD;
}
