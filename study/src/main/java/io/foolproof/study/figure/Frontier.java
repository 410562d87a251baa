package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import io.foolproof.study.Estimate;
import java.util.List;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** What defenses cost, and what they give. */
public final class Frontier implements Figure<Frontier.Found> {
  /**
   * What it computes.
   *
   * @param epsilon L-inf, of pixels in [0, 1]
   * @param suite the attacks, as an audit takes them
   * @param points measured here
   * @param published by others, for the same data and epsilon; empty for data of which there are
   *     none
   */
  public record Found(double epsilon, String suite, List<Point> points, List<Hollow> published) {
    /** Copies the lists. */
    public Found {
      points = List.copyOf(points);
      published = List.copyOf(published);
    }
  }

  /**
   * A defense.
   *
   * @param name what it is called, such as {@code ridge}
   * @param family {@code none}, {@code flat}, {@code small}, {@code noisy} or {@code adversarial}
   * @param summary what it is, in a line
   * @param attacks those that judged it, their settings
   * @param clean test images that are misclassified without any attack
   * @param robust the fraction of attacked test images that are misclassified or were fooled
   */
  public record Point(
      String name,
      String family,
      String summary,
      String attacks,
      Proportion clean,
      Estimate robust) {}

  /**
   * A published defense.
   *
   * @param clean error, a fraction
   * @param robust error after AutoAttack, a fraction
   * @param source the paper
   */
  public record Hollow(String name, double clean, double robust, String source) {}

  @Override
  public int number() {
    return 19;
  }

  @Override
  public String title() {
    return "The frontier";
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
