package io.foolproof.defense.fitted;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxGraph;
import io.foolproof.tensor.Workers;

/**
 * Linear least squares with a penalty on the slope, solved in closed form: {@link RidgeRegression}.
 *
 * @param weight of the penalty; 0 for least squares
 */
@Named("ridge")
public record Ridge(@NotNegative double weight) implements FittedGraph {
  /** Checks the settings. */
  public Ridge {
    Settings.check(Ridge.class, weight);
  }

  /** With a weight that tells little from least squares on 50,000 digits. */
  public static Ridge standard() {
    return new Ridge(1000);
  }

  @Override
  public String summary() {
    return "least squares with a penalty on the slope; linear";
  }

  @Override
  public String source() {
    return "Hoerl, Kennard 1970";
  }

  @Override
  public String write(OnnxGraph graph, ImageSet training, Workers workers) {
    return RidgeRegression.of(training, workers).model(weight).write(graph);
  }
}
