package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Loss;
import io.foolproof.attack.Samples;
import io.foolproof.attack.closest.Nearer;
import io.foolproof.attack.gradient.Apgd;
import io.foolproof.audit.proof.ProofFinding;
import io.foolproof.audit.proof.ProofPlan;
import io.foolproof.audit.proof.ProofSearch;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.RandomStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Proves what it can before attacks run. What is proved is not attacked, but for some samples that
 * are drawn at random: one success there, or of any attack besides, means that proofs are wrong.
 */
final class ProofStage {
  /** The fraction of the proved samples that is attacked all the same, and the fewest. */
  private static final double CONTROLS = 0.02;

  private static final int FEWEST_CONTROLS = 20;
  private static final int STEPS = 50;

  private final AuditPlan plan;
  private final ProofPlan settings;
  private final Stages stages;
  private final Witnesses witnesses;
  private final ProofSearch proofs;

  /** By place. */
  private final Map<Integer, ProofFinding> found = new TreeMap<>();

  private final Set<Integer> controls = new TreeSet<>();

  ProofStage(AuditPlan plan, Stages stages, Witnesses witnesses, ProofSearch proofs) {
    this.plan = plan;
    this.settings = Objects.requireNonNull(plan.proofs(), "an audit with proofs");
    this.stages = stages;
    this.witnesses = witnesses;
    this.proofs = proofs;
  }

  /** Tries to prove the samples at some places. */
  void run(int[] places) {
    stages.each("proofs", places, proofs::find, found::put);
    int[] proved = places(this::isProved);
    int count = Math.max(FEWEST_CONTROLS, (int) Math.ceil(CONTROLS * proved.length));
    IntStream.of(proved)
        .boxed()
        .sorted(Comparator.comparingLong(this::drawn))
        .limit(count)
        .forEach(controls::add);
    replayWitnesses();
  }

  private long drawn(int place) {
    return new RandomStream(plan.seed(), plan.data().index(place), "attacked though proved", 0)
        .nextLong();
  }

  /** What the search met on its way counts when it holds as what attacks find does. */
  private void replayWitnesses() {
    int[] fooled = places(place -> witness(place) != null);
    Attack by =
        plan.model() instanceof DifferentiableClassifier
            ? new Apgd(STEPS, 1, Loss.MARGIN)
            : new Nearer(List.of(plan.threat().epsilon()));
    stages.attack(
        "witnesses of the search for proofs",
        "replay of witnesses",
        by,
        plan.threat(),
        fooled,
        this::fromWitnesses,
        (place, finding) -> witnesses.remember(place, finding, by));
  }

  private Samples fromWitnesses(int[] places) {
    Samples samples = stages.samples(places);
    float[][] starts =
        IntStream.of(places)
            .mapToObj(place -> Objects.requireNonNull(witness(place), "of those with one"))
            .toArray(float[][]::new);
    return samples.within(IntStream.range(0, places.length).toArray(), samples.epsilons(), starts);
  }

  private float @Nullable [] witness(int place) {
    ProofFinding finding = found.get(place);
    return finding == null ? null : finding.witness();
  }

  private int[] places(IntPredicate wanted) {
    return found.keySet().stream().mapToInt(Integer::intValue).filter(wanted).toArray();
  }

  private boolean isProved(int place) {
    ProofFinding finding = found.get(place);
    return finding != null && finding.proved();
  }

  /** Whether a sample needs no attack: it is proved, and not among those drawn. */
  boolean isSpared(int place) {
    return isProved(place) && !controls.contains(place);
  }

  /** The places of samples that are proved and were fooled; to be asked once attacks are over. */
  private int[] contradicted() {
    return places(place -> isProved(place) && witnesses.fooled(place));
  }

  /** Whether a sample is proved, and nothing contradicts any proof. */
  boolean counts(int place) {
    return isProved(place) && contradicted().length == 0;
  }

  /** What it came to; keeps the adversarial images that contradict proofs beside these. */
  Proofs summary() {
    int[] contradicted = contradicted();
    for (int place : contradicted) {
      SampleVerdict.Witness witness = Objects.requireNonNull(witnesses.witness(place), "fooled");
      proofs.keepWitness(plan.data().index(place), witness.image());
    }
    return new Proofs(
        settings.seconds(),
        found.size(),
        places(this::isProved).length,
        places(place -> witness(place) != null).length,
        controls.size(),
        Arrays.stream(contradicted).mapToObj(plan.data()::index).toList(),
        found.values().stream()
            .map(ProofFinding::margin)
            .filter(Objects::nonNull)
            .min(Double::compare)
            .orElse(null),
        found.values().stream().mapToDouble(ProofFinding::seconds).sum());
  }

  /** The sign that a proof is wrong, or that what fooled the model is no success. */
  static Diagnostic sign(Proofs proofs) {
    List<Long> wrong = proofs.contradicted();
    return Sign.PROOF_CONTRADICTED.of(
        !wrong.isEmpty(),
        wrong.isEmpty() ? "none of " + proofs.proved() : wrong.size() + " of " + proofs.proved(),
        wrong.isEmpty()
            ? "No attack fooled a sample that is proved; %d of these were attacked all the same."
                .formatted(proofs.controls())
            : ("Samples %s are proved and were fooled all the same: nothing counts as proved. Both"
                    + " sides are kept among the proofs. This is an error of the program, or of the"
                    + " machine.")
                .formatted(wrong));
  }
}
