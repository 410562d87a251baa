package io.foolproof.attack;

import org.jspecify.annotations.Nullable;

/**
 * What an attack found for one sample.
 *
 * @param status how it ended
 * @param image the best point seen: where the sample was fooled, or else came closest to it; the
 *     clean image when nothing could be evaluated. Of a randomised model, the one of a few best
 *     that fools most of some fresh draws.
 * @param margin how far that point is from being fooled, in logits: negative when it is fooled. Of
 *     a randomised model, the median over these draws.
 * @param forwards how often the model was evaluated on this sample
 * @param backwards how many gradients were taken on this sample
 * @param flow what bends the clean image into this one, where the attack moves pixels; null of
 *     others
 */
public record AttackResult(
    Status status,
    float[] image,
    double margin,
    long forwards,
    long backwards,
    @Nullable Flow flow) {

  /** Of an attack that moves no pixels. */
  public AttackResult(Status status, float[] image, double margin, long forwards, long backwards) {
    this(status, image, margin, forwards, backwards, null);
  }

  /** The same with a flow. */
  public AttackResult withFlow(@Nullable Flow other) {
    return new AttackResult(status, image, margin, forwards, backwards, other);
  }

  /** The same of an attack that success does not end: fooled where the margin says so. */
  public AttackResult asFound() {
    boolean fooled = status == Status.STANDING && margin < 0;
    return new AttackResult(
        fooled ? Status.FOOLED : status, image, margin, forwards, backwards, flow);
  }

  /** How an attack on one sample ended. */
  public enum Status {
    /** An adversarial example was found. */
    FOOLED,
    /** None was found, which proves nothing. */
    STANDING,
    /** The model answered with something that is not a number. */
    NOT_A_NUMBER
  }
}
