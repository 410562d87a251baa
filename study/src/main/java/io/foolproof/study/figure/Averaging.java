package io.foolproof.study.figure;

import io.foolproof.study.Estimate;
import java.util.List;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** Noise in front of a network, and what averaging over many queries makes of it. */
public final class Averaging implements Figure<Averaging.Found> {
  /**
   * What it computes.
   *
   * @param sigma the standard deviation of the noise in front of the net, of pixels in [0, 1]
   * @param draws n: how many noisy gradients were averaged
   * @param gradients the cosine of the mean of n noisy gradients with the gradient of the net
   *     without noise
   * @param scores the cosine of the mean of n slopes with the same gradient, each slope taken from
   *     the scores of two noisy queries
   * @param epsilon of the attacks, L-inf, of pixels in [0, 1]
   * @param attacks those that follow gradients first, by ascending number of draws, then those that
   *     need scores alone
   */
  public record Found(
      double sigma,
      int[] draws,
      List<Cosine> gradients,
      List<Cosine> scores,
      double epsilon,
      List<Attacked> attacks) {
    /** Copies the lists. */
    public Found {
      gradients = List.copyOf(gradients);
      scores = List.copyOf(scores);
      attacks = List.copyOf(attacks);
    }
  }

  /**
   * Cosines of some images.
   *
   * @param low the lower quartile
   * @param median the median over the images
   * @param high the upper quartile
   */
  public record Cosine(double low, double median, double high) {}

  /**
   * What an attack leaves of the noisy net.
   *
   * @param knows {@code gradients} or {@code scores}
   * @param draws how many draws each step is the mean of
   * @param attack its settings
   * @param spent the mean number of gradients, or of queries, that an image took
   * @param remaining the mean over images of the fraction of fresh draws that are correctly
   *     classified, with its interval over images and draws
   */
  public record Attacked(
      String knows, int draws, String attack, double spent, Estimate remaining) {}

  @Override
  public int number() {
    return 18;
  }

  @Override
  public String title() {
    return "Averaging over queries";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    throw new UnsupportedOperationException("not computed yet");
  }
}
