package io.foolproof.study.figure;

import io.foolproof.study.Figure;
import java.util.List;

/** The catalogue: all figures, in the order in which the story tells them. */
public final class Figures {
  private Figures() {}

  /** All of them. */
  public static List<Figure<?>> all() {
    return List.of(
        new Digit(),
        new Patterns(),
        new Polynomials(),
        new FewAndMany(),
        new Learning(),
        new Boundary(),
        new InsideByDimension(),
        new Generalises(),
        new Walk(),
        new NoBrainer(),
        new AccuracyAgainstEpsilon(),
        new Landscape(),
        new OnPaper(),
        new RidgeByHand(),
        new Flattened(),
        new EducatedGuesses(),
        new HardToOptimise(),
        new Averaging(),
        new Frontier(),
        new OwnDigit());
  }
}
