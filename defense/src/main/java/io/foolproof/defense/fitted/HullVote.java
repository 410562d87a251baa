package io.foolproof.defense.fitted;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.data.ImageSet;

/**
 * The nearest convex hull of the training images of a class: an image may be any mixture of them.
 *
 * <p>Nalbantov, Groenen, Bioch: Nearest convex hull classification, 2006. The nearest point of a
 * hull is found by a search (Wolfe 1976), so that this is no graph of operators: it is kept in a
 * {@link FittedFile}, and Foolproof alone runs it. The gradient of the squared distance is 2 (x -
 * nearest): Danskin's theorem.
 *
 * @param points how many training images span the hulls, of all classes together
 */
@Named("hull")
public record HullVote(@AtLeast(1) int points) implements Fitted {
  /** Checks the settings. */
  public HullVote {
    Settings.check(HullVote.class, points);
  }

  /** Of 2,000 images. */
  public static HullVote standard() {
    return new HullVote(2_000);
  }

  @Override
  public String summary() {
    return "the nearest convex hull of the training images of a class";
  }

  @Override
  public String source() {
    return "Nalbantov, Groenen, Bioch 2006";
  }

  /** The images that span the hulls, with scores that are not scaled. */
  HullModel fit(ImageSet training) {
    return new HullModel(points, training.shape(), Prototypes.drawn(training, points, 0), 1);
  }
}
