package io.foolproof.audit.smooth;

import io.foolproof.certify.smooth.Smoothing.Certificate;

/**
 * What is known of an image.
 *
 * @param place of the image in the study
 * @param index of the image in its data set
 * @param label its correct class
 * @param plain what the model says of the image without noise; -1 where that is not finite
 * @param certificate of the smoothed model
 */
public record Smoothed(int place, long index, int label, int plain, Certificate certificate) {

  /** Whether the smoothed model is certified to give the correct class within a radius. */
  public boolean isCertified(double radius) {
    return certificate.certified()
        && certificate.candidate() == label
        && certificate.radius() >= radius;
  }

  /** Whether nothing is certified of the smoothed model here. */
  public boolean abstains() {
    return !certificate.certified();
  }
}
