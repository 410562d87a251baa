package io.foolproof.audit.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrontierTest {
  private static final ThreatModel NEAR = ThreatModel.linf(0.1);

  /** One value each: ten below a half, ten above; the first of each class is near the middle. */
  private static ImageSet images(double nearest) {
    float[][] values = new float[20][1];
    int[] labels = new int[20];
    for (int i = 0; i < 20; i++) {
      labels[i] = i % 2;
      double away = i < 2 ? nearest : 0.3;
      values[i][0] = (float) (labels[i] == 0 ? 0.5 - away : 0.5 + away);
    }
    return ImageSet.of(values, labels, new ImageShape(1, 1, 1));
  }

  private static Classifier above(double threshold) {
    return Classifier.of(
        "above " + threshold,
        InputSpec.unit(1, 1, 1),
        2,
        batch ->
            Arrays.stream(batch)
                .map(x -> new float[] {0, (float) (10 * (x[0] - threshold))})
                .toArray(float[][]::new));
  }

  private static Frontier.Entry entry(String name, double threshold, ImageSet images) {
    AuditResult result =
        Audit.of(above(threshold), images)
            .against(NEAR)
            .with(Attacks.parse("noise:draws=1"), Attacks.parse("square:queries=200"))
            .run();
    return new Frontier.Entry(name, result);
  }

  @Test
  void errorsAreThoseOfTheAuditsAndTheBetterDominates() {
    ImageSet images = images(0.05);
    Frontier.Entry middle = entry("middle", 0.5, images);
    Frontier.Entry aside = entry("aside", 0.25, images);
    assertThat(middle.cleanError()).isZero();
    assertThat(middle.robustError()).isCloseTo(0.1, within(1e-12));
    assertThat(middle.decidedBy()).isNotEmpty();
    assertThat(aside.cleanError()).isCloseTo(0.05, within(1e-12));
    assertThat(aside.robustError()).isCloseTo(0.5, within(1e-12));
    Frontier frontier = new Frontier(List.of(middle, aside));
    assertThat(frontier.isDominated(aside)).isTrue();
    assertThat(frontier.isDominated(middle)).isFalse();
  }

  @Test
  void whatIsInDoubtDominatesNothing() {
    ImageSet images = images(0.05);
    Frontier.Entry middle = entry("middle", 0.5, images);
    Frontier.Entry aside = entry("aside", 0.25, images);
    AuditResult found = middle.result();
    Diagnostic sign = sign("sign");
    AuditResult doubtful = withSigns(found, List.of(sign));
    Frontier.Entry entry = new Frontier.Entry("middle", doubtful);
    assertThat(entry.doubts()).containsExactly(sign);
    assertThat(new Frontier(List.of(middle, aside)).isDominated(aside)).isTrue();
    assertThat(new Frontier(List.of(entry, aside)).isDominated(aside)).isFalse();
  }

  private static AuditResult withSigns(AuditResult found, List<Diagnostic> signs) {
    return new AuditResult(
        found.subject(),
        found.threat(),
        found.seed(),
        found.data(),
        found.samples(),
        found.attacks(),
        found.curve(),
        signs,
        found.randomness(),
        found.replayedBy(),
        found.searched(),
        null);
  }

  private static Diagnostic sign(String id) {
    return new Diagnostic(id, id, Diagnostic.State.FIRED, "1", "It fired.", List.of());
  }

  /** Where nothing is left, no more can fall. */
  @Test
  void whatFellAltogetherIsNotInDoubtBecauseMoreMightFall() {
    Classifier wrong =
        Classifier.of(
            "wrong",
            InputSpec.unit(1, 1, 1),
            2,
            batch ->
                Arrays.stream(batch)
                    .map(x -> new float[] {10 * (x[0] - 0.5f), 0})
                    .toArray(float[][]::new));
    AuditResult found =
        Audit.of(wrong, images(0.05)).against(NEAR).with(Attacks.parse("noise:draws=1")).run();
    assertThat(new Frontier.Entry("none", found).robustError()).isEqualTo(1);
    List<Diagnostic> signs = List.of(sign("vanishing-gradients"), sign("at-chance"));
    AuditResult doubtful = withSigns(found, signs);
    assertThat(new Frontier.Entry("none", doubtful).doubts()).containsExactly(signs.get(1));
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    Frontier.Entry one = entry("one", 0.5, images(0.05));
    assertThatThrownBy(() -> new Frontier(List.of(one, one)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("two models are called 'one'");
    Frontier.Entry others = entry("others", 0.5, images(0.04));
    assertThatThrownBy(() -> new Frontier(List.of(one, others)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'others' was audited on other images");
    assertThatThrownBy(() -> new Frontier(List.of())).isInstanceOf(InvalidInputException.class);
  }
}
