package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Features;
import io.foolproof.attack.Fit;
import io.foolproof.attack.Goal;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Surrogates;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.journal.Answers;
import io.foolproof.audit.journal.Journal;
import io.foolproof.audit.journal.OtherWorkException;
import io.foolproof.audit.journal.Shard;
import io.foolproof.audit.proof.CheckedProofs;
import io.foolproof.audit.proof.ImageProofs;
import io.foolproof.audit.proof.ProofPlan;
import io.foolproof.certify.property.Robustness;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxValue;
import io.foolproof.model.Origin;
import io.foolproof.model.Preprocessed;
import io.foolproof.model.Preprocessing;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import io.foolproof.transform.View;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way in: an audit of a classifier on images, which attacks every image and replays every
 * success.
 *
 * <pre>{@code
 * AuditResult result =
 *     Audit.of(model, images).against(ThreatModel.linf(0.1)).with(Suite.FAST).run();
 * }</pre>
 *
 * <p>What the attacker may do and what to attack with must be given; all else has a default. Each
 * setting is given once: a second time, and settings that contradict each other, are refused at
 * once.
 *
 * <p>What makes the figures honest needs no setting. A model that comes from an ONNX file is run by
 * ONNX Runtime too, from the bytes that were read, and what fools only one of the two is no
 * success; attacks that need no gradients run on ONNX Runtime alone, as a service would. Suites
 * leave out what a model's answers do not suffice for. Attacks that start from images of other
 * classes are given some of the attacked set, and those that learn from images never learn from an
 * attacked one.
 *
 * <p>An audit is not safe for use by several threads; several audits may run at the same time, each
 * on a thread of its own, and find the same as one after the other.
 */
public final class Audit {
  /** How many queries an image may cost the attacks of the suite black-box, unless it is said. */
  public static final int USUAL_QUERIES = 5000;

  /** The folder of certificates, beside the journal. */
  public static final String PROOFS = "proofs";

  private AuditedModel model;
  private final ImageSet images;
  private @Nullable ThreatModel threat;
  private @Nullable Suite suite;
  private Suite.@Nullable Choice choice;
  private @Nullable Integer queries;
  private @Nullable Surrogates surrogates;
  private @Nullable Supplier<ImageSet> others;
  private @Nullable List<Classifier> runtimes;
  private @Nullable Long seed;
  private AuditPlan.@Nullable Extent extent;
  private @Nullable Path journal;
  private boolean fresh;
  private boolean freshIfOther;
  private Runnable begin = () -> {};
  private @Nullable Consumer<Map<String, String>> check;
  private @Nullable Progress progress;
  private @Nullable Double proving;
  private @Nullable View view;
  private @Nullable Integer workers;
  private @Nullable Integer batch;

  private Audit(AuditedModel model, ImageSet images) {
    this.model = model;
    this.images = images;
  }

  /**
   * An audit of a classifier.
   *
   * @param model what to attack; stays open. Where its box is not [0, 1], pixels are scaled to it
   *     before it sees them: an attacker's epsilon is that of the images, whatever the box
   * @param images to attack
   * @throws InvalidInputException when the model does not take such images
   */
  public static Audit of(Classifier model, ImageSet images) {
    Classifier fitted = Preprocessed.forImages(model, images.shape());
    Fit.require(fitted, images);
    return new Audit(new AuditedModel.Loaded(fitted), images);
  }

  /**
   * An audit of the model in an ONNX file, which is loaded when the audit runs, and only by the
   * runtimes that its attacks need.
   *
   * @param preprocessing what the file leaves to be done to images before it takes them
   * @param images to attack
   */
  public static Audit of(OnnxModel file, Preprocessing preprocessing, ImageSet images) {
    return new Audit(new AuditedModel.Unloaded(file, images.shape(), preprocessing), images);
  }

  /**
   * An audit of a classifier of the rows of a table. The threat model is that of the features:
   * {@link Features#threat}.
   *
   * @param model takes rows, each value in its own unit; stays open
   * @param features what attacks may change
   * @param points of these features: {@link Features#points}, or some of them
   * @throws InvalidInputException when the model does not take such rows
   */
  public static Audit of(Classifier model, Features features, ImageSet points) {
    Fit.require(features.ofPoints(model), points);
    return new Audit(new AuditedModel.OfRows(new AuditedModel.Loaded(model), features), points);
  }

  /** As {@link #of(Classifier, Features, ImageSet)}, of the model in an ONNX file. */
  public static Audit of(OnnxModel file, Features features, ImageSet points) {
    List<OnnxValue> inputs = file.inputs();
    List<OnnxValue.Size> sizes = inputs.size() == 1 ? inputs.get(0).shape() : null;
    if (sizes != null && sizes.size() == 2 && sizes.get(1).isFixed()) {
      features.requireAsMany(file.name(), sizes.get(1).value());
    }
    AuditedModel model = new AuditedModel.Unloaded(file, points.shape(), Preprocessing.NONE);
    return new Audit(new AuditedModel.OfRows(model, features), points);
  }

  // ---- Settings

  /**
   * What the attacker may do.
   *
   * @throws InvalidInputException when its target is no class of the model or that of an image, or
   *     an attack that was given has no version for it
   */
  public Audit against(ThreatModel allowed) {
    requireFirst("the threat model", threat == null ? null : text(threat), text(allowed));
    Classifier loaded = model.loaded();
    if (loaded != null) {
      Fit.requireGoal(loaded, images, allowed.goal());
    }
    threat = allowed;
    requireConsistent();
    return this;
  }

  /** Attacks with those of a suite that suit the threat model and the classifier. */
  public Audit with(Suite chosen) {
    requireFirst("what to attack with", suite == null ? choice : suite, chosen);
    suite = chosen;
    requireConsistent();
    return this;
  }

  /** Attacks with what a text named: {@link Suite#parse}. */
  public Audit with(Suite.Choice chosen) {
    requireFirst("what to attack with", suite == null ? choice : suite, chosen);
    if (chosen.attacks().isEmpty()) {
      throw new InvalidInputException("no attack is given: give one or more, or a suite");
    }
    choice = chosen;
    requireConsistent();
    return this;
  }

  /** Attacks in this order; each sees only what those before it have not fooled. */
  public Audit with(Attack... attacks) {
    return with(Suite.Choice.of(attacks));
  }

  /**
   * How many queries an image may cost all attacks of the suite {@link Suite#BLACK_BOX} together;
   * {@value #USUAL_QUERIES} unless this is given.
   */
  public Audit queries(int most) {
    requireFirst("the number of queries", queries, most);
    requireAtLeastOne("the number of queries", most);
    queries = most;
    requireConsistent();
    return this;
  }

  /** Models of the attacker's own for the same task; none unless this is given. */
  public Audit surrogates(DifferentiableClassifier... models) {
    return surrogates(new Surrogates(List.of(models)));
  }

  /** As {@link #surrogates(DifferentiableClassifier...)}. */
  public Audit surrogates(Surrogates models) {
    requireOnce("surrogates", surrogates);
    surrogates = models;
    return this;
  }

  /**
   * More images of the same kind, for attacks that learn from some. Whatever has the pixels of an
   * attacked image is left out.
   */
  public Audit learningFrom(ImageSet set) {
    return learningFrom(() -> set);
  }

  /** As {@link #learningFrom(ImageSet)}, of images that are read only if an attack wants them. */
  public Audit learningFrom(Supplier<ImageSet> set) {
    requireOnce("learningFrom", others);
    others = set;
    return this;
  }

  /**
   * Other implementations of the same model: what does not fool every one of them is no success. A
   * model from an ONNX file is replayed by ONNX Runtime in any case.
   */
  public Audit replayingOn(Classifier... others) {
    requireOnce("replayingOn", runtimes);
    runtimes = List.of(others);
    return this;
  }

  /**
   * How a camera sees images before the model does; as they are unless this is given. The model is
   * randomised for that: each verdict is of fresh draws.
   *
   * @throws InvalidInputException when the model takes no images with rows and columns
   */
  public Audit seenThrough(View seen) {
    requireFirst("the view", view, seen);
    AuditedModel behind = new AuditedModel.Behind(model, seen);
    Classifier loaded = behind.loaded();
    if (loaded != null) {
      Fit.require(loaded, images);
    }
    view = seen;
    model = behind;
    return this;
  }

  /** Of all random numbers; 0 unless this is given. */
  public Audit seed(long number) {
    requireFirst("the seed", seed, number);
    seed = number;
    return this;
  }

  /**
   * What to measure; unless this is given, what a report shows: {@link AuditPlan.Extent#CLOSEST}
   * with the suite {@link Suite#MINIMAL}, and otherwise {@link AuditPlan.Extent#REPORT}.
   */
  public Audit extent(AuditPlan.Extent wanted) {
    requireFirst("the extent", extent, wanted);
    extent = wanted;
    requireConsistent();
    return this;
  }

  /**
   * Tries to prove, before attacks run, of every sample that is correctly classified, that no
   * allowed change fools the model: robust accuracy becomes an interval. A proof counts when its
   * certificate was checked. Proved samples are not attacked, but for 2 % of them, 20 at least,
   * drawn at random.
   *
   * <p>With a journal, certificates are kept beside it, in the folder {@value #PROOFS}, with a
   * journal of their own.
   *
   * @param seconds for each sample, at most; what is proved in that time depends on the machine
   * @throws InvalidInputException when the model is not the network in an ONNX file alone, or has
   *     an operator without bounds; when the audit runs, also when the threat model is not covered
   */
  public Audit proving(double seconds) {
    requireFirst("the time for a proof", proving, seconds);
    if (!(seconds > 0)) {
      throw new InvalidInputException(
          "the time for a proof is " + seconds + " seconds: give a positive number");
    }
    proving = seconds;
    return this;
  }

  /**
   * Writes every finding to a file before the next begins. The same audit goes on from there when
   * it was stopped; another audit's file is refused. Unless this is given, findings are kept in
   * memory alone.
   *
   * @throws InvalidInputException when nothing tells the model from others: {@link Origin}
   */
  public Audit journal(Path file) {
    return journal(file, false);
  }

  /**
   * As {@link #journal(Path)}.
   *
   * @param startAfresh whether to drop what the file holds, of this audit or another
   */
  public Audit journal(Path file, boolean startAfresh) {
    return journal(file, startAfresh, () -> {});
  }

  /**
   * As {@link #journal(Path, boolean)}.
   *
   * @param whenBegun what to do once the file is known to be this audit's to write, before anything
   *     in it changes: such as removing the report of the audit that wrote it before
   */
  public Audit journal(Path file, boolean startAfresh, Runnable whenBegun) {
    requireFirst("the journal", journal, file);
    Classifier loaded = model.loaded();
    if (loaded != null) {
      loaded.origin().requireKnown(file);
    }
    journal = file;
    fresh = startAfresh;
    begin = whenBegun;
    return this;
  }

  /**
   * Drops what another audit left in the journal's file, which is refused otherwise: one of another
   * model, other data or other settings. A damaged file is refused all the same.
   */
  public Audit startingAfreshIfChanged() {
    freshIfOther = true;
    return this;
  }

  /**
   * What to check before anything is attacked or written, such as whether the audit can be compared
   * with an earlier one; what it throws ends the audit.
   *
   * @param check is given all that the verdicts depend on, by name: {@link AuditPlan#identity}
   */
  public Audit checking(Consumer<Map<String, String>> check) {
    requireOnce("what to check", this.check);
    this.check = check;
    return this;
  }

  /** Whom to tell how far the audit has come; nobody unless this is given. */
  public Audit progress(Progress listener) {
    requireOnce("progress", progress);
    progress = listener;
    return this;
  }

  /** How many threads work, on as many cores; all cores unless this is given. */
  public Audit workers(int count) {
    requireFirst("the number of workers", workers, count);
    requireAtLeastOne("the number of workers", count);
    workers = count;
    return this;
  }

  /** With batches of another size than is fastest, which changes no result. */
  Audit batch(int samples) {
    batch = samples;
    return this;
  }

  // ---- Checks

  /** That a setting is given once, where its values say something. */
  private static void requireFirst(String what, @Nullable Object before, Object now) {
    if (before != null) {
      throw new InvalidInputException(
          "%s is given twice, first %s, then %s: give it once".formatted(what, before, now));
    }
  }

  private static String text(ThreatModel threat) {
    return threat.id() + " " + threat.epsilon() + ", " + threat.goal();
  }

  private static void requireOnce(String setting, @Nullable Object before) {
    if (before != null) {
      throw new InvalidInputException(setting + " is given twice: give it once");
    }
  }

  private static void requireAtLeastOne(String what, int number) {
    if (number < 1) {
      throw new InvalidInputException(what + " is " + number + ": give 1 or more");
    }
  }

  /** That the settings so far do not contradict each other. */
  private void requireConsistent() {
    if (queries != null && (choice != null || (suite != null && suite != Suite.BLACK_BOX))) {
      throw new InvalidInputException(
          "the number of queries is %d, but the attacks are %s: it is a setting of the suite %s"
              .formatted(queries, suite == null ? choice : suite, Suite.BLACK_BOX));
    }
    if (suite == Suite.MINIMAL && extent != null && !extent.closest()) {
      throw new InvalidInputException(
          "the suite %s measures the closest adversarial example of every sample, but the extent is %s"
              .formatted(suite, extent));
    }
    if (threat != null && (suite != null || choice != null)) {
      chosen(threat).attacks().forEach(attack -> attack.requireCovered(threat));
    }
  }

  /** What to attack with under a threat model. */
  private Suite.Choice chosen(ThreatModel allowed) {
    if (suite != null) {
      return suite.choice(allowed, queries == null ? USUAL_QUERIES : queries);
    }
    if (choice == null) {
      throw new InvalidInputException(
          "nothing is given to attack with: give a suite, such as with(Suite.FAST), or attacks");
    }
    return choice;
  }

  private ThreatModel threat() {
    if (threat == null) {
      throw new InvalidInputException(
          "no threat model is given: give one, such as against(ThreatModel.linf(0.1))");
    }
    return threat;
  }

  // ---- Running

  /**
   * Runs the audit, or what its journal does not know yet.
   *
   * @throws InvalidInputException when settings are missing or do not fit each other, when the
   *     journal belongs to another audit or another process is writing it, or when the model cannot
   *     be run
   */
  public AuditResult run() {
    return running(null, AuditRun::result);
  }

  /**
   * Does the part of the audit that is a shard's, or what its journal does not know yet of it. The
   * shards' journals together are the whole audit's: {@link
   * io.foolproof.audit.journal.JoinedJournals}.
   *
   * @return how many samples it has
   * @throws InvalidInputException as {@link #run()}, and when the audit cannot be divided: where
   *     its attacks rank samples among each other, and where answers of the model may cost
   *     something
   */
  public int run(Shard shard) {
    return running(shard, run -> run.part(shard));
  }

  private <T> T running(@Nullable Shard shard, Function<AuditRun, T> work) {
    try (AuditedModel.Opened opened = model.open(chosen(threat()).needsGradients())) {
      AuditPlan plan = plan(opened);
      requireRanks(plan);
      if (shard != null) {
        requireDivisible(plan, shard);
      }
      if (check != null) {
        check.accept(plan.identity());
      }
      boolean isMetered = plan.model().isMetered();
      try (CheckedProofs prover = plan.proofs() == null ? null : CheckedProofs.of(plan.proofs());
          Journal found = journal(plan, shard);
          Answers answers = isMetered ? answers(plan) : Answers.inMemory();
          Workers pool = workers == null ? new Workers() : new Workers(workers);
          MeteredSearches metered =
              isMetered ? new MeteredSearches(plan, answers, pool.count()) : null;
          ImageProofs proofs = prover == null ? null : proofs(plan, prover, shard)) {
        Stages stages =
            new Stages(
                plan,
                found,
                pool,
                batch == null ? plan.model().microBatch() : batch,
                metered,
                progress == null ? Progress.none() : progress);
        return work.apply(new AuditRun(plan, stages, proofs));
      }
    }
  }

  /** That what a shard finds of a sample is what the whole audit would. */
  private static void requireDivisible(AuditPlan plan, Shard shard) {
    if (plan.cascade() != null) {
      throw new InvalidInputException(
          "the suite strong cannot be divided into shards: which samples its thorough attacks and its"
              + " check are run on depends on all samples together; give attacks that take each sample"
              + " by itself, such as the suite "
              + Suite.STANDARD);
    }
    if (plan.model().isMetered()) {
      throw new InvalidInputException(
          plan.model().name()
              + ": an audit of a model whose answers may cost something cannot be divided into shards,"
              + " since each would spend the query budget: leave --shard out");
    }
    shard.places(plan.data().size(), 1);
  }

  /** That the samples can be ranked where a cascade is to rank them, before anything is written. */
  private static void requireRanks(AuditPlan plan) {
    if (plan.cascade() != null && RandomisedModel.isRandom(plan)) {
      throw new InvalidInputException(
          "a cascade of attacks ranks samples by their margins, which differ between the draws of "
              + plan.model().name()
              + ": give attacks for randomised models, such as the suite "
              + Suite.RAND);
    }
  }

  /** What runs on a model that is ready. */
  AuditPlan plan(AuditedModel.Opened opened) {
    Suite.Choice chosen = chosen(threat()).on(opened.model());
    ImagePool starts = Supplies.starts(images);
    List<Attack> attacks =
        chosen.attacks().stream().map(attack -> supplied(attack.withStarts(starts))).toList();
    List<Classifier> otherRuntimes = new ArrayList<>(opened.otherRuntimes());
    otherRuntimes.addAll(runtimes == null ? List.of() : runtimes);
    AuditPlan.Extent usual = chosen.closest() ? AuditPlan.Extent.CLOSEST : AuditPlan.Extent.REPORT;
    return new AuditPlan(
        opened.model(),
        otherRuntimes,
        images,
        threat(),
        attacks,
        chosen.cascade(),
        surrogates == null ? Surrogates.NONE : surrogates,
        extent == null ? usual : extent,
        proofPlan(),
        seed == null ? 0 : seed);
  }

  private @Nullable ProofPlan proofPlan() {
    if (proving == null) {
      return null;
    }
    if (!(threat() instanceof NormBounded bounded) || !Robustness.covers(bounded.norm())) {
      throw new InvalidInputException(
          "proofs cover changes of at most epsilon in L-inf, L2 or L1, and the threat model is %s"
              .formatted(threat().symbol()));
    }
    Integer target =
        bounded.goal() instanceof Goal.Targeted targeted ? (Integer) targeted.target() : null;
    // A distance that is computed in double may be above by its rounding.
    BigDecimal epsilon = new BigDecimal(Math.nextUp(bounded.epsilon()));
    return new ProofPlan(
        model.provable(),
        images,
        bounded.norm(),
        epsilon,
        target,
        proving,
        seed == null ? 0 : seed);
  }

  private Attack supplied(Attack attack) {
    Supplier<ImageSet> all = others;
    return all == null ? attack : attack.withOthers(() -> Supplies.notAttacked(all.get(), images));
  }

  private Journal journal(AuditPlan plan, @Nullable Shard shard) {
    Path file = journal;
    if (file == null) {
      return Journal.inMemory();
    }
    plan.model().origin().requireKnown(file);
    plan.surrogates().models().forEach(surrogate -> surrogate.origin().requireKnown(file));
    Map<String, String> identity = Shard.identity(plan.identity(), shard);
    return opened(drop -> Journal.open(file, identity, drop, begin));
  }

  private ImageProofs proofs(AuditPlan plan, CheckedProofs prover, @Nullable Shard shard) {
    ProofPlan wanted = Objects.requireNonNull(plan.proofs(), "a prover is for a plan");
    Path file = journal;
    return file == null
        ? ImageProofs.inMemory(wanted, prover)
        : opened(drop -> ImageProofs.in(file.resolveSibling(PROOFS), wanted, shard, prover, drop));
  }

  private Answers answers(AuditPlan plan) {
    Path file = journal;
    return file == null
        ? Answers.inMemory()
        : opened(drop -> Answers.open(file.resolveSibling(Answers.FILE), plan.identity(), drop));
  }

  private <T> T opened(Function<Boolean, T> opening) {
    try {
      return opening.apply(fresh);
    } catch (OtherWorkException e) {
      if (!freshIfOther) {
        throw e;
      }
      return opening.apply(true);
    }
  }
}
