package io.foolproof.study.figure;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Proportion;
import io.foolproof.data.EqualNormNoise;
import io.foolproof.data.ImageSet;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Timing;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** How little it takes to fool the classifier: gradients and milliseconds. */
public final class NoBrainer implements Figure<NoBrainer.Found> {
  private static final String ATTACK = "pgd";
  private static final double EPSILON = 0.2;
  private static final int TIMED = 25;
  private static final double NANOS_IN_MILLISECOND = 1e6;

  /**
   * What it computes.
   *
   * @param attack its settings
   * @param epsilon L-inf, of pixels in [0, 1]
   * @param fooled of the test images that are correctly classified and were attacked, those that
   *     were fooled; 0 of 1 where none is correctly classified
   * @param gradients how many gradients each fooled image took, ascending
   * @param noise of the same images, those that are misclassified after a random change as large in
   *     L2 as the attack's
   * @param oneGradient what one gradient takes for an image alone
   * @param whiteBox attacks of the catalogue that follow the model's gradients
   * @param scores attacks of the catalogue that need the scores of all classes alone
   * @param labels attacks of the catalogue that need the predicted class alone
   */
  public record Found(
      String attack,
      double epsilon,
      Proportion fooled,
      int[] gradients,
      Proportion noise,
      Timing oneGradient,
      int whiteBox,
      int scores,
      int labels) {}

  @Override
  public int number() {
    return 10;
  }

  @Override
  public String title() {
    return "A no-brainer";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    Subject subject = Subject.of(workshop);
    ImageSet images = subject.correct(plan.test(), plan.extent().of(500, 10_000));
    Attack attack = Attacks.parse(ATTACK);
    List<AttackResult> results = subject.attacked(attack, images, ThreatModel.linf(EPSILON));
    int[] gradients =
        results.stream()
            .filter(Subject::isFooled)
            .mapToInt(result -> Math.toIntExact(result.backwards()))
            .sorted()
            .toArray();
    return new Found(
        attack.settings(),
        EPSILON,
        Subject.proportion(gradients.length, images.size()),
        gradients,
        Subject.proportion(fooledByNoise(subject, images, results), images.size()),
        new Timing(milliseconds(subject)),
        catalogued(Knowledge.WHITE_BOX),
        catalogued(Knowledge.SCORES),
        catalogued(Knowledge.LABELS));
  }

  private static long fooledByNoise(Subject subject, ImageSet images, List<AttackResult> results) {
    long seed = subject.workshop().plan().seed();
    float[][] noisy = Subject.pixels(images);
    for (int i = 0; i < noisy.length; i++) {
      float[] clean = noisy[i];
      noisy[i] =
          EqualNormNoise.of(clean, results.get(i).image(), false, seed, images.index(i))
              .orElse(clean);
    }
    int[] predictions = subject.predictions(noisy);
    return IntStream.range(0, noisy.length).filter(i -> predictions[i] != images.label(i)).count();
  }

  /** The median time of one gradient of one image, on one core. */
  private static double milliseconds(Subject subject) {
    ImageSet test = subject.workshop().plan().test();
    double[] times =
        subject
            .workshop()
            .workers()
            .map(1, 1, (from, to) -> times(subject, test.pixels(0), test.label(0)))
            .get(0);
    return Medians.of(times);
  }

  private static double[] times(Subject subject, float[] image, int label) {
    double[] times = new double[TIMED];
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      try (Scope scope = Scope.open()) {
        Tensor x = subject.batch(new float[][] {image}, 0, 1).variable();
        Gradients.of(Nn.crossEntropy(subject.model().logits(x), Tensor.ofInts(label)), x)
            .toFloats();
      }
      times[i] = (System.nanoTime() - start) / NANOS_IN_MILLISECOND;
    }
    return times;
  }

  private static int catalogued(Knowledge knowledge) {
    return (int)
        Attacks.all().stream().filter(entry -> entry.standard().knowledge() == knowledge).count();
  }
}
