package io.foolproof.audit;

import static io.foolproof.audit.MaskedModels.EPSILON;
import static io.foolproof.audit.MaskedModels.PLAIN;
import static io.foolproof.audit.MaskedModels.fired;
import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ScoresOnly;
import io.foolproof.attack.Surrogates;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.MaskedModels.Masked;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that hide their gradients in the known ways: each must be found out. */
@Tag("slow")
class DiagnosisTest {

  @TempDir Path folder;

  private AuditResult audit(Classifier model, String attacks) throws IOException {
    return audit(model, attacks, Surrogates.NONE);
  }

  private AuditResult audit(Classifier model, String attacks, Surrogates surrogates)
      throws IOException {
    return audit(model, attacks, surrogates, EPSILON);
  }

  private AuditResult audit(Classifier model, String attacks, Surrogates surrogates, double epsilon)
      throws IOException {
    return Audit.of(model, MaskedModels.data())
        .against(ThreatModel.linf(epsilon))
        .with(Arrays.stream(attacks.split(",")).map(Attacks::parse).toArray(Attack[]::new))
        .surrogates(surrogates)
        .seed(7)
        .journal(Files.createTempDirectory(folder, "audit").resolve("journal"))
        .workers(2)
        .run();
  }

  @Test
  void nothingIsWrongWithAPlainModel() throws IOException {
    AuditResult result = audit(PLAIN, "pgd");
    assertThat(fired(result)).isEmpty();
    assertThat(result.diagnostics())
        .hasSize(15)
        .allMatch(d -> d.sentence().endsWith("."))
        .allMatch(d -> d.state() != Diagnostic.State.FIRED)
        .allMatch(d -> d.figure().isEmpty() == (d.state() == Diagnostic.State.NOT_MEASURED))
        .filteredOn(d -> d.state() == Diagnostic.State.NOT_MEASURED)
        .extracting(Diagnostic::id)
        .containsExactly("transfer-beats-white-box", "differing-runtimes");
    assertThat(result.diagnostics().get(2).series()).hasSize(3);
    assertThat(result.randomness()).isNull();
  }

  @Test
  void roundedInputsAreFoundOut() throws IOException {
    AuditResult result =
        audit(new Masked(x -> x.mul(8).add(0.5).floor().div(8), y -> y), "pgd:steps=10");
    assertThat(fired(result))
        .contains("vanishing-gradients", "quantised-answers", "black-box-beats-white-box");
  }

  @Test
  void gradientsThatAreNotFiniteInManyComponentsAreFoundOut() throws IOException {
    UnaryOperator<Tensor> infinite = x -> x.add(x.sub(x.detach()).sqrt());
    UnaryOperator<Tensor> nan = x -> x.add(x.sub(x.detach()).mul(0).sqrt());
    assertThat(fired(audit(new Masked(infinite, y -> y), "fgsm"))).contains("vanishing-gradients");
    assertThat(fired(audit(new Masked(nan, y -> y), "fgsm"))).contains("vanishing-gradients");
    UnaryOperator<Tensor> once =
        x -> {
          Tensor first = x.slice(2, 0, 1, 1).slice(3, 0, 1, 1);
          return x.add(
              Nn.pad(
                  first.sub(first.detach()).sqrt(),
                  new long[] {0, 4, 0, 5},
                  Nn.PadMode.CONSTANT,
                  0));
        };
    assertThat(fired(audit(new Masked(once, y -> y), "fgsm")))
        .doesNotContain("vanishing-gradients");
  }

  @Test
  void logitsThatSaturateTheLossAreFoundOut() throws IOException {
    AuditResult result = audit(new Masked(x -> x, y -> y.mul(1e4)), "pgd:steps=10");
    assertThat(fired(result)).contains("saturated-loss", "vanishing-gradients");
    assertThat(audit(new Masked(x -> x, y -> y.mul(2)), "pgd").warnings()).isEmpty();
  }

  /**
   * Other noise each time an image is seen. It is that of the image, told by its plain logits, and
   * of how often it was seen: the order in which threads see images changes nothing.
   */
  private static Masked noisy() {
    Map<Integer, AtomicInteger> seen = new ConcurrentHashMap<>();
    return new Masked(
        x -> x,
        y -> {
          float[] logits = y.detach().toFloats();
          float[] noise = new float[logits.length];
          for (int from = 0; from < noise.length; from += 3) {
            int image = Arrays.hashCode(Arrays.copyOfRange(logits, from, from + 3));
            int draw = seen.computeIfAbsent(image, key -> new AtomicInteger()).incrementAndGet();
            new RandomStream(3, image, "noise", draw).fillGaussian(noise, from, from + 3);
          }
          return y.add(Tensor.of(noise, y.shape()).mul(0.3));
        });
  }

  /** What one draw calls fooled is not, unless most draws agree. */
  @Test
  void aWitnessAgainstChanceHoldsInMostDraws() throws IOException {
    AuditResult single = audit(noisy(), "pgd:steps=10");
    AuditResult mean = audit(noisy(), "pgd:steps=10:eot=20");
    double better = randomness(single).mean() - randomness(mean).mean();
    assertThat(better).isGreaterThan(-0.05);
    for (SampleVerdict sample : mean.samples()) {
      SampleVerdict.Witness witness = sample.witness();
      if (witness != null) {
        int draws = 41;
        float[][] copies = new float[draws][];
        Arrays.fill(copies, witness.image());
        long fooled =
            Arrays.stream(Replay.ask(noisy(), copies))
                .filter(answer -> answer.prediction() != sample.label())
                .count();
        // Significantly more than half of 101 draws, seen again in 41 others.
        assertThat(fooled).isGreaterThan(draws / 4);
      }
    }
  }

  @Test
  void examplesOfOtherModelsThatGradientsMissAreFoundOut() throws IOException {
    UnaryOperator<Tensor> rounded = x -> x.mul(8).add(0.5).floor().div(8);
    Surrogates plain = new Surrogates(List.of(PLAIN));
    AuditResult masked = audit(new Masked(rounded, y -> y), "pgd:steps=10", plain);
    assertThat(fired(masked)).contains("transfer-beats-white-box");
    assertThat(fired(audit(PLAIN, "pgd", plain))).isEmpty();
  }

  private static Randomness randomness(AuditResult result) {
    return Objects.requireNonNull(result.randomness());
  }

  @Test
  void answersAtRandomAreFoundOutAndJudgedOverDraws() throws IOException {
    AuditResult result = audit(noisy(), "pgd:steps=10");
    assertThat(fired(result)).contains("differing-answers");
    Randomness randomness = randomness(result);
    Randomness.Interval draws = randomness.overDraws();
    assertThat(randomness.mean()).isBetween(draws.low(), draws.high());
    assertThat(draws.high() - draws.low()).isBetween(0.001, 0.1);
    // Single draws flatter: a witness that once fooled need not fool again.
    assertThat(randomness.mean()).isBetween(0.1, 0.95);
  }

  @Test
  void gradientsThatLeadBackAreFoundOut() throws IOException {
    AuditResult result =
        audit(MaskedModels.backwards(), "pgd:steps=10,square:queries=100", Surrogates.NONE, 0.2);
    assertThat(fired(result))
        .contains("noise-as-good", "black-box-beats-white-box", "unbounded-survivors");
    // Beyond the probes, what the audit's own attacks say counts as well.
    int after = result.attacks().get(1).fooled();
    assertThat(after).isGreaterThan(5);
    assertThat(result.diagnostics().get(0).figure()).endsWith("; " + after + " of all 60");
    assertThat(fired(audit(PLAIN, "pgd:steps=10,square:queries=100", Surrogates.NONE, 0.2)))
        .isEmpty();
  }

  /** Along the gradient, the loss grows for less than a step; beyond it, against the gradient. */
  @ParameterizedTest
  @CsvSource({"2, 64, 1, 0", "3, 32, 2, 0.5", "1.5, 32, 0.5, 0", "2, 100, 1, 0.5"})
  void gradientsOfASawtoothAreFoundOut(double climb, double steps, double fall, double shift)
      throws IOException {
    UnaryOperator<Tensor> sawtooth =
        x -> x.mul(steps).add(shift).floor().mul(climb / steps).sub(x.mul(fall));
    AuditResult result = audit(new Masked(sawtooth, y -> y), "apgd:steps=10");
    assertThat(fired(result)).contains("backward-gradients");
    assertThat(result.gate(0).passed()).isFalse();
  }

  /** In the other norms too, and not where a gradient points where it should. */
  @ParameterizedTest
  @CsvSource({"l2, 0.3", "l1, 1.5", "linf, 0.05", "linf, 0.3"})
  void gradientsAreFollowedInEveryNorm(String norm, double epsilon) {
    NormBounded threat = ThreatModel.untargeted(Norm.parse(norm), epsilon);
    ImageSet data = MaskedModels.data();
    Samples probes = Samples.of(data, Spread.over(data.size(), 60).toArray());
    assertThat(new Probing(PLAIN, probes, threat.goal()).backwardGradients(threat).state())
        .isEqualTo(Diagnostic.State.QUIET);
    Probing backwards = new Probing(MaskedModels.backwards(), probes, threat.goal());
    assertThat(backwards.backwardGradients(threat).figure()).isEqualTo("60 of 60");
  }

  /** Right at the clean images and wrong everywhere else: a single step does better than many. */
  @Test
  void gradientsThatLeadBackOnTheWayAreFoundOut() throws IOException {
    Set<Float> clean = new HashSet<>();
    ImageSet data = MaskedModels.data();
    for (int i = 0; i < data.size(); i++) {
      clean.add(data.pixels(i)[0]);
    }
    Masked model =
        new Masked(
            x -> {
              float[] first = x.detach().flatten(1).slice(1, 0, 1, 1).toFloats();
              float[] factor = new float[first.length];
              for (int i = 0; i < factor.length; i++) {
                factor[i] = clean.contains(first[i]) ? 1 : -1;
              }
              return MaskedModels.steered(x, Tensor.of(factor, factor.length, 1, 1, 1));
            },
            y -> y);
    assertThat(fired(audit(model, "pgd:steps=10"))).contains("one-step-beats-many");
  }

  /** Longer attacks find more and more. */
  @Test
  void attacksThatAreTooShortAreFoundOut() throws IOException {
    assertThat(fired(audit(MaskedModels.withNoiseInTheGradient(), "pgd:steps=10")))
        .contains("not-converged");
  }

  /** What any short attack fools within epsilon is fooled, whichever attacks the audit ran. */
  @Test
  void whatAnyPartOfTheRunFoolsIsFooled() throws IOException {
    AuditResult result =
        audit(MaskedModels.withNoiseInTheGradient(), "noise:draws=1", Surrogates.NONE, 0.1);
    // All stages but the one without a bound.
    Set<Long> fooled = inJournal("attack .*|diagnosis .* at 0[.]1|noise .*|curve .*");
    assertThat(result.samples())
        .filteredOn(sample -> sample.verdict() == Verdict.FOOLED)
        .extracting(SampleVerdict::index)
        .containsExactlyInAnyOrderElementsOf(fooled)
        .hasSizeGreaterThan(10);
    assertAgreesEverywhere(result);
  }

  /** Indices of the samples that stages with such a name fooled, as the journal has them. */
  private Set<Long> inJournal(String stages) throws IOException {
    Pattern line =
        Pattern.compile("\"stage\":\"(?:" + stages + ")\",\"index\":(\\d+),\"outcome\":\"FOOLED");
    Set<Long> fooled = new HashSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      Path journal = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      for (String text : Files.readAllLines(journal)) {
        Matcher matcher = line.matcher(text);
        if (matcher.find()) {
          fooled.add(Long.valueOf(matcher.group(1)));
        }
      }
    }
    return fooled;
  }

  /** Headline, last attack, end of the curve and verdicts name one figure; witnesses are real. */
  private static void assertAgreesEverywhere(AuditResult result) {
    Proportion robust = result.robustAccuracy();
    AttackSummary last = result.attacks().get(result.attacks().size() - 1);
    assertThat(last.robustAccuracy()).isEqualTo(robust);
    assertThat(result.curve().get(result.curve().size() - 1).robustAccuracy()).isEqualTo(robust);
    int fooled = result.attacks().stream().mapToInt(AttackSummary::fooled).sum();
    assertThat(result.count(Verdict.FOOLED).count()).isEqualTo(fooled);
    for (SampleVerdict sample : result.samples()) {
      assertThat(sample.witness() != null).isEqualTo(sample.verdict() == Verdict.FOOLED);
      if (sample.witness() != null) {
        assertThat(sample.witness().distances().linf())
            .isLessThanOrEqualTo(result.threat().epsilon());
      }
    }
  }

  /** That the audit's own attacks were too weak stays a warning: others were not tried again. */
  @Test
  void attacksThatAreTooWeakAreFoundOut() throws IOException {
    AuditResult result = audit(PLAIN, "noise:draws=1");
    AttackSummary own = result.attacks().get(0);
    AttackSummary added = result.attacks().get(1);
    assertThat(own.fooled()).isLessThan(20);
    assertThat(added.name()).isEqualTo("diagnosis");
    assertThat(added.settings()).startsWith("diagnosis (apgd:steps=10");
    assertThat(added.tried()).isEqualTo(60 - own.fooled());
    assertThat(added.fooled()).isGreaterThan(20);
    Diagnostic sign =
        result.warnings().stream().filter(d -> d.id().equals("left-too-many")).findFirst().get();
    assertThat(sign.figure()).isEqualTo(added.fooled() + " of 60");
    assertAgreesEverywhere(result);
  }

  /** Where the audit's own attacks find all, nothing is added to them. */
  @Test
  void strongAttacksHaveNothingAdded() throws IOException {
    AuditResult result = audit(PLAIN, "pgd");
    assertThat(result.attacks()).hasSize(1);
    assertAgreesEverywhere(result);
  }

  /** Random noise beside the curve is a control; but what it fools is fooled. */
  @Test
  void whatTheControlFoolsIsFooled() throws IOException {
    AuditResult result = audit(new ScoresOnly(PLAIN), "square:queries=1", Surrogates.NONE, 0.2);
    AttackSummary added = result.attacks().get(1);
    assertThat(added.settings()).isEqualTo("diagnosis (noise:kind=uniform:draws=3)");
    assertThat(added.fooled()).isPositive();
    assertThat(result.samples())
        .filteredOn(s -> s.witness() != null && s.witness().attack().equals("noise"))
        .hasSizeGreaterThanOrEqualTo(added.fooled());
    assertThat(fired(result)).contains("left-too-many");
    assertAgreesEverywhere(result);
  }

  /** Every sample is left, whatever the model. */
  @Test
  void anEpsilonThatAllowsNothingIsASign() throws IOException {
    String sign = "nothing-may-change";
    assertThat(fired(audit(PLAIN, "fgsm", Surrogates.NONE, 0))).contains(sign);
    assertThat(fired(audit(PLAIN, "fgsm", Surrogates.NONE, 0.001))).doesNotContain(sign);
    AuditResult result =
        Audit.of(PLAIN, MaskedModels.data())
            .against(new NormBounded(Norm.LINF, 0.001, new Goal.Untargeted(), 256))
            .with(Attacks.parse("fgsm"))
            .workers(2)
            .run();
    assertThat(result.cleanAccuracy().count()).isPositive();
    assertThat(fired(result)).contains(sign);
    assertThat(new Gate(0, Set.of()).judge(result).passed()).isFalse();
  }

  /** Without gradients to compare with, a search of some queries looks as one of thousands. */
  @Test
  void someQueriesWithoutGradientsAreNoAttack() throws IOException {
    String sign = "few-queries";
    Classifier scores = new ScoresOnly(PLAIN);
    assertThat(fired(audit(scores, "noise,square:queries=99", Surrogates.NONE, 0.1)))
        .contains(sign);
    assertThat(fired(audit(scores, "noise", Surrogates.NONE, 0.1))).contains(sign);
    assertThat(fired(audit(scores, "noise,square:queries=100", Surrogates.NONE, 0.1)))
        .doesNotContain(sign);
    // Its gradients are followed by the probes, whatever the audit's attacks do.
    assertThat(fired(audit(PLAIN, "square:queries=20", Surrogates.NONE, 0.1))).doesNotContain(sign);
    // There is nothing left of which anything would have to be said.
    assertThat(fired(audit(scores, "noise:draws=50,square:queries=99", Surrogates.NONE, 1)))
        .doesNotContain(sign);
  }

  private static int bestFor(AttackSummary attack) {
    return Objects.requireNonNull(attack.closest()).bestFor();
  }

  /**
   * Of minimal-norm attacks too: what is missed within epsilon is fooled, and closest by others.
   */
  @Test
  void whatMinimalNormAttacksMissIsFooled() throws IOException {
    AuditResult result =
        Audit.of(MaskedModels.withNoiseInTheGradient(), MaskedModels.data())
            .against(ThreatModel.linf(0.1))
            .with(Attacks.parse("deepfool:steps=1"))
            .extent(AuditPlan.Extent.CLOSEST)
            .workers(2)
            .run();
    AttackSummary own = result.attacks().get(0);
    AttackSummary added = result.attacks().get(1);
    assertThat(added.fooled()).isPositive();
    assertThat(bestFor(own) + bestFor(added))
        .isEqualTo(
            (int) result.samples().stream().filter(sample -> sample.witness() != null).count());
    assertThat(added.robustAccuracy()).isEqualTo(result.robustAccuracy());
  }

  @Test
  void withoutGradientsAnswersAtRandomAreJudgedOverDrawsToo() throws IOException {
    AuditResult result = audit(new ScoresOnly(noisy()), "square:queries=50");
    Randomness randomness = randomness(result);
    assertThat(result.headlineAccuracy()).isEqualTo(randomness.mean());
    assertThat(randomness.overDraws().high()).isGreaterThan(randomness.overDraws().low());
  }

  /** The first images of a set that is sorted by class are of one class. */
  @Test
  void someOfManyAreFromAllOver() {
    assertThat(Spread.over(1000, 4)).containsExactly(0, 250, 500, 750);
    assertThat(Spread.over(3, 60)).containsExactly(0, 1, 2);
  }

  /** A gradient that points anywhere but where it should: noise does as well. */
  @Test
  void gradientsThatMisleadAreFoundOut() throws IOException {
    UnaryOperator<Tensor> misleading =
        x -> {
          float[] other = new float[(int) x.elements()];
          new RandomStream(3, 1, "mislead", 0).fillGaussian(other, 0, other.length);
          // The values of x, with the gradient of something else.
          return x.detach().add(x.sub(x.detach()).mul(Tensor.of(other, x.shape())));
        };
    assertThat(fired(audit(new Masked(misleading, y -> y), "pgd:steps=10")))
        .contains("black-box-beats-white-box");
  }

  @Test
  void withoutGradientsWhatNeedsThemIsNotMeasured() throws IOException {
    AuditResult result = audit(new ScoresOnly(PLAIN), "square:queries=500");
    assertThat(
            result.diagnostics().stream()
                .collect(Collectors.groupingBy(Diagnostic::state, Collectors.counting())))
        .containsEntry(Diagnostic.State.NOT_MEASURED, 11L)
        .containsEntry(Diagnostic.State.QUIET, 4L);
  }
}
