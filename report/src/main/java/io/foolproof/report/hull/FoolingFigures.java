package io.foolproof.report.hull;

import io.foolproof.audit.hull.FoolingFinding.Fooled;
import io.foolproof.audit.hull.FoolingResult;
import java.util.List;

/**
 * The figures that sum up where fooling takes images: medians over the fooled queries that have a
 * control.
 *
 * @param medianChange the Euclidean length of the change, the same for the attack and for noise
 * @param medianClean distance of the clean image to the hull
 * @param medianAdversarial distance of the adversarial image
 * @param medianNoise distance of the noisy image
 */
record FoolingFigures(
    double medianChange, double medianClean, double medianAdversarial, double medianNoise) {

  static FoolingFigures of(FoolingResult result) {
    List<Fooled> compared = result.compared();
    return new FoolingFigures(
        HullFigures.median(compared.stream().mapToDouble(Fooled::change)),
        HullFigures.median(compared.stream().mapToDouble(Fooled::cleanDistance)),
        HullFigures.median(
            compared.stream().mapToDouble(one -> one.adversarial().hull().distance())),
        HullFigures.median(
            compared.stream().mapToDouble(one -> FoolingResult.noise(one).hull().distance())));
  }
}
