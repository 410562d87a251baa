package io.foolproof.defense.training;

import io.foolproof.attack.Objective;
import io.foolproof.attack.search.Ball;
import io.foolproof.attack.search.Draws;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * The attack on training images: steps of steepest ascent within epsilon, as in {@link
 * io.foolproof.attack.gradient.Pgd}, but always all of them. What is trained on is where the last
 * one leads, whether or not it fools: stopping at the first success would train on the weakest
 * examples that fool.
 *
 * @param steps how many
 * @param relativeStep their length, as a fraction of epsilon
 * @param start where they begin
 */
public record InnerAttack(int steps, double relativeStep, Start start) {

  /** Where an attack begins. */
  public enum Start {
    /** At the image. */
    IMAGE,
    /** At a point drawn uniformly from the ball, and moved into the box. */
    BALL,
    /**
     * At a point drawn uniformly from the ball, whether or not it is in the box, as in the code of
     * Wong, Rice and Kolter. Of black pixels a draw that is moved into the box leaves half where
     * they are, and a net trained with one step from there resists nothing.
     */
    BEYOND_BOX,
    /** At the image, shifted by normal noise of deviation 0.001, as in TRADES. */
    NOISE
  }

  private static final double NOISE = 0.001;

  /** Checks the numbers. */
  public InnerAttack {
    if (steps < 1 || !(relativeStep > 0) || Double.isInfinite(relativeStep)) {
      throw new InvalidInputException(
          "an attack on training images takes 1 step or more of a positive length; found "
              + steps
              + " steps of "
              + relativeStep
              + " epsilon");
    }
  }

  /**
   * Attacks some images.
   *
   * @param net under weights that are no variables
   * @param ball the points allowed around each image
   * @param climbed what it makes large
   * @param streams random numbers, one stream an image
   * @return [N, shape...], without history, in the caller's scope
   */
  Tensor attack(
      DifferentiableClassifier net,
      Tensor images,
      Tensor labels,
      Ball ball,
      Objective climbed,
      List<RandomStream> streams,
      double epsilon) {
    try (Scope scope = Scope.open()) {
      Tensor x =
          switch (start) {
            case IMAGE -> images;
            case BALL -> ball.random(streams);
            case BEYOND_BOX -> ball.randomBeyondBox(streams);
            case NOISE ->
                ball.project(images.add(Draws.gaussian(streams, images.shape()).mul(NOISE)));
          };
      for (int step = 0; step < steps; step++) {
        try (Scope turn = Scope.open()) {
          Tensor at = x.variable();
          Tensor gradient = Gradients.of(climbed.of(net.logits(at), labels), at);
          Tensor ascent = ball.steepest(x, Draws.withDirection(gradient, streams));
          x = turn.replace(x, ball.project(x.add(ascent.mul(relativeStep * epsilon))));
        }
      }
      return scope.keep(x);
    }
  }
}
