package io.foolproof.study.figure;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.fitted.Fitted;
import io.foolproof.defense.fitted.FittedFile;
import io.foolproof.defense.fitted.FittedModels;
import io.foolproof.defense.fitted.HullVote;
import io.foolproof.defense.layer.LayeredDefense;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Training;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyNet;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Models that are chosen well instead of being large, and one that learns nothing at all. */
public final class EducatedGuesses implements Figure<EducatedGuesses.Found> {
  private static final String HAND_DRAWN = "templates";
  private static final String THRESHOLD = "threshold:level=0.5";
  private static final double DIMMED = 0.4;
  private static final long UNKNOWN = -1;

  private static final List<String> QUICK =
      List.of(
          HAND_DRAWN,
          "means",
          "ridge",
          "lda",
          "qda",
          "synthesis",
          "tangent:points=300",
          "neighbours:points=2000");

  /**
   * What it computes.
   *
   * @param guesses those that are fitted, from the fewest learned numbers to the most, then the
   *     nets that were trained, the model that the story is about last
   * @param leftOut models that cannot be fitted to these images, each with the reason
   * @param attacks the settings of the attacks that looked for the closest adversarial examples
   * @param costs what a thresholding layer costs on images that are not as those it was made for;
   *     empty where the model was given, and not trained here
   */
  public record Found(
      List<Guess> guesses, List<String> leftOut, List<String> attacks, List<Cost> costs) {
    /** Copies the lists. */
    public Found {
      guesses = List.copyOf(guesses);
      leftOut = List.copyOf(leftOut);
      attacks = List.copyOf(attacks);
      costs = List.copyOf(costs);
    }
  }

  /**
   * A model.
   *
   * @param name as in the catalogue of fitted models, or the network's
   * @param summary what decides, in a line
   * @param learned how many numbers are learned from images; of models that keep images, their
   *     pixels; -1 where the model does not tell
   * @param trained whether it is a network that was trained by gradients
   * @param errors misclassified test images
   * @param attacked correctly classified test images that were attacked
   * @param l2 the median of the L2 distances of the closest adversarial examples that were found,
   *     of pixels in [0, 1]; infinite where most images were not fooled, NaN where none was
   *     attacked
   * @param linf the same in L-inf
   */
  public record Guess(
      String name,
      String summary,
      long learned,
      boolean trained,
      Proportion errors,
      int attacked,
      double l2,
      double linf) {}

  /**
   * Changed test images, classified by a net and by the same net behind a thresholding layer.
   *
   * @param images {@code as they are}, {@code dim} (all pixels times 0.4) or {@code inverted}
   *     (black and white exchanged)
   * @param plain images that the net misclassifies
   * @param threshold images that it misclassifies behind the layer
   */
  public record Cost(String images, Proportion plain, Proportion threshold) {}

  @Override
  public int number() {
    return 16;
  }

  @Override
  public String title() {
    return "Educated guesses";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    boolean quick = plan.extent() == Extent.QUICK;
    Attack attack = Attacks.parse(quick ? "fmn:steps=100" : "closest:by=apgd-t");
    List<Guess> guesses = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (Fitted fitted : fitted(plan.extent())) {
      String name = Settings.name(fitted.getClass());
      if (!plan.areDigits() && name.equals(HAND_DRAWN)) {
        leftOut.add(name + ": made for other images");
        continue;
      }
      try {
        Made made = Made.of(fitted, workshop);
        guesses.add(guess(made, fitted.summary(), false, attack, workshop));
      } catch (InvalidInputException e) {
        leftOut.add(name + ": " + e.getMessage());
      }
    }
    guesses.sort(Comparator.comparingLong(Guess::learned));
    Made tiny = new Made("tiny", workshop.net(tiny(plan.extent())), UNKNOWN);
    guesses.add(guess(tiny, Architecture.TINY.summary(), true, attack, workshop));
    DifferentiableClassifier model = workshop.model();
    boolean isGiven = plan.model() != null;
    guesses.add(
        guess(
            new Made(isGiven ? model.name() : Architecture.CNN.id(), model, UNKNOWN),
            isGiven ? "the model of this study" : Architecture.CNN.summary(),
            true,
            attack,
            workshop));
    return new Found(guesses, leftOut, List.of(attack.settings()), costs(workshop));
  }

  /** In the quick study those that keep images keep fewer, and the slowest is left out. */
  private static List<Fitted> fitted(Extent extent) {
    return extent == Extent.QUICK
        ? QUICK.stream().map(FittedModels::parse).toList()
        : FittedModels.all();
  }

  /** A small net that was trained, the one that the page computes with. */
  static StudyNet tiny(Extent extent) {
    return new StudyNet(
        "own-drawing", Architecture.TINY, Training.plain(), new Length.Epochs(extent.of(3, 20)));
  }

  /**
   * A model, and how many numbers it has learned.
   *
   * @param learned {@link #UNKNOWN} where the model's weights tell
   */
  record Made(String name, DifferentiableClassifier model, long learned) {
    static Made of(Fitted fitted, Workshop workshop) {
      StudyPlan plan = workshop.plan();
      String name = Settings.name(fitted.getClass());
      FittedModels.Result result =
          FittedModels.fit(fitted, plan.training(), plan.validation(), workshop.workers());
      return new Made(
          name,
          fitted instanceof HullVote
              ? FittedFile.parse(result.file(), name).classifier()
              : OnnxClassifier.of(OnnxModel.of(result.file(), name)),
          result.learned());
    }

    long numbers() {
      return learned == UNKNOWN && model instanceof OnnxClassifier graph
          ? graph.parameters().values().stream().mapToLong(Tensor::elements).sum()
          : learned;
    }
  }

  private Guess guess(
      Made made, String summary, boolean trained, Attack attack, Workshop workshop) {
    return workshop.part(
        this, made.name(), Guess.class, own -> measured(made, summary, trained, attack, workshop));
  }

  private static Guess measured(
      Made made, String summary, boolean trained, Attack attack, Workshop workshop) {
    StudyPlan plan = workshop.plan();
    Subject subject = Subject.of(made.model(), workshop);
    ImageSet test = plan.test().first(Math.min(plan.test().size(), plan.extent().of(500, 10_000)));
    ImageSet attacked = subject.correct(test, plan.extent().of(24, 100));
    return new Guess(
        made.name(),
        summary,
        made.numbers(),
        trained,
        subject.errors(test),
        attacked.size(),
        closest(subject, attacked, attack, Norm.L2),
        closest(subject, attacked, attack, Norm.LINF));
  }

  private static double closest(Subject subject, ImageSet images, Attack attack, Norm norm) {
    double unbounded = norm == Norm.L2 ? Math.sqrt(images.pixels()) : 1;
    ThreatModel threat = ThreatModel.untargeted(norm, unbounded);
    return Medians.of(subject.distances(subject.attacked(attack, images, threat), images, threat));
  }

  // ---- What a thresholding layer costs

  private static List<Cost> costs(Workshop workshop) {
    if (workshop.plan().model() != null || !(workshop.model() instanceof OnnxClassifier graph)) {
      return List.of();
    }
    StudyPlan plan = workshop.plan();
    ImageSet test = plan.test().first(Math.min(plan.test().size(), plan.extent().of(1000, 10_000)));
    OnnxModel behind = LayeredDefense.parse(List.of(THRESHOLD)).in(graph.model());
    Subject plain = Subject.of(graph, workshop);
    Subject threshold = Subject.of(OnnxClassifier.of(behind), workshop);
    List<Cost> costs = new ArrayList<>();
    for (Change change : Change.values()) {
      float[][] images = Subject.pixels(test);
      for (float[] image : images) {
        for (int p = 0; p < image.length; p++) {
          image[p] = (float) change.of.applyAsDouble(image[p]);
        }
      }
      costs.add(
          new Cost(change.word, errors(plain, images, test), errors(threshold, images, test)));
    }
    return costs;
  }

  private static Proportion errors(Subject subject, float[][] images, ImageSet test) {
    int[] predictions = subject.predictions(images);
    long wrong =
        IntStream.range(0, images.length).filter(i -> predictions[i] != test.label(i)).count();
    return Subject.proportion(wrong, images.length);
  }

  /** What is done to images. */
  private enum Change {
    NONE("as they are", x -> x),
    DIM("dim", x -> DIMMED * x),
    INVERTED("inverted", x -> 1 - x);

    private final String word;

    @SuppressWarnings("ImmutableEnumChecker") // A function of a number.
    private final DoubleUnaryOperator of;

    Change(String word, DoubleUnaryOperator of) {
      this.word = word;
      this.of = of;
    }
  }
}
