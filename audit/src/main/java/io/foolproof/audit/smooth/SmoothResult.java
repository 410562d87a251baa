package io.foolproof.audit.smooth;

import io.foolproof.audit.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Certificates of images.
 *
 * @param plan the study
 * @param images one for each image, in their order
 */
public record SmoothResult(SmoothPlan plan, List<Smoothed> images) {

  /** Copies the list. */
  public SmoothResult {
    images = List.copyOf(images);
  }

  /**
   * Certified accuracy: the images that are certified to have the correct class within a radius.
   */
  public Proportion certified(double radius) {
    return of(image -> image.isCertified(radius));
  }

  /** Images of which nothing is certified. */
  public Proportion abstained() {
    return of(Smoothed::abstains);
  }

  /** Images that are certified to have a wrong class. */
  public Proportion wrong() {
    return of(image -> !image.abstains() && image.certificate().candidate() != image.label());
  }

  /** Images that the model without noise classifies correctly. */
  public Proportion plain() {
    return of(image -> image.plain() == image.label());
  }

  private Proportion of(Predicate<Smoothed> property) {
    return new Proportion((int) images.stream().filter(property).count(), images.size());
  }

  /** All draws of the study, without those that selected classes. */
  public long draws() {
    return images.stream().mapToLong(image -> image.certificate().draws()).sum();
  }

  /**
   * The radii that figures are given for: the one that was asked for, or multiples of half of
   * sigma, as far as draws can show any.
   */
  public List<Double> radii() {
    Double asked = plan.radius();
    if (asked != null) {
      return List.of(asked);
    }
    List<Double> radii = new ArrayList<>();
    double step = plan.smoothing().noise().sigma() / 2;
    for (int k = 0; k * step <= plan.smoothing().largestRadius(); k++) {
      radii.add(k * step);
    }
    return radii;
  }

  /**
   * Whether the model loses more than half of its correct images under the noise: it was probably
   * not trained with it.
   */
  public boolean isHardlySmoothable() {
    long kept =
        images.stream()
            .filter(image -> image.plain() == image.label())
            .filter(image -> image.certificate().candidate() == image.label())
            .count();
    return 2 * kept < plain().count();
  }
}
