package io.foolproof.defense.training;

import io.foolproof.data.ImageSet;
import io.foolproof.defense.training.StepGradients.Lesson;
import io.foolproof.defense.training.StepGradients.Slope;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** A run of a {@link Trainer}: epoch after epoch, each validated and written down. */
final class TrainingRun {
  /** The recipe and its numbers, in the metadata of what is trained. */
  static final String TRAINING = "foolproof.training";

  /** The seed, there. */
  static final String SEED = "foolproof.seed";

  /** A fall of validation accuracy under attack that is no noise any more. */
  private static final double COLLAPSE = 0.2;

  /** A net that is right about fewer images under attack has not learned to resist it at all. */
  private static final double RESISTS_NOTHING = 0.05;

  /** Under this accuracy after the first epoch, a net of ten classes has learned nothing. */
  private static final double NOTHING = 0.2;

  /** How long steps are timed before a run that is to take some minutes. */
  private static final double TRIAL_SECONDS = 4;

  private static final double NANOS = 1e9;

  private final Trainer trainer;
  private final Training training;
  private final OnnxClassifier net;
  private final Weights weights;
  private final StepGradients gradients;
  private final ImageSet images;
  private final Validation validation;
  private final Checkpoint checkpoint;
  private final Workers workers;
  private final TrainingProgress listener;

  /** Steps of an epoch. */
  private final int inEpoch;

  TrainingRun(
      Trainer trainer,
      OnnxClassifier net,
      ImageSet images,
      Validation validation,
      Checkpoint checkpoint,
      Workers workers,
      TrainingProgress listener) {
    this.trainer = trainer;
    this.training = trainer.training();
    this.net = net;
    this.weights = new Weights(net.parameters());
    this.gradients = new StepGradients(net, weights, training, images, workers, trainer.seed());
    this.images = images;
    this.validation = validation;
    this.checkpoint = checkpoint;
    this.workers = workers;
    this.listener = listener;
    int batch = training.descent().batch();
    this.inEpoch = (images.size() + batch - 1) / batch;
  }

  byte[] run() {
    int memories = training.descent().optimiser().memories();
    TrainingState state =
        checkpoint.exists() ? checkpoint.read(weights.size(), memories) : begun(memories);
    if (state.steps > 0) {
      listener.note(
          "continued after epoch %d of %d"
              .formatted(state.steps / inEpoch, (state.total + inEpoch - 1) / inEpoch));
    }
    while (state.steps < state.total && !state.stopped) {
      epoch(state);
      checkpoint.write(state);
    }
    return exported(state.best == null ? state.current() : state.best.weights(), state);
  }

  private TrainingState begun(int memories) {
    float[] start =
        Weights.gather(new ArrayList<>(net.parameters().values()), new float[weights.size()]);
    float[] mean = training.descent().averaging() == 0 ? new float[0] : start.clone();
    TrainingState state =
        new TrainingState(total(start), start, new float[memories][weights.size()], mean);
    if (trainer.length() instanceof Length.Minutes) {
      // Whatever happens from here on, the same number of steps is taken.
      checkpoint.write(state);
    }
    return state;
  }

  private int total(float[] start) {
    if (trainer.length() instanceof Length.Epochs epochs) {
      return Math.multiplyExact(inEpoch, epochs.count());
    }
    return trainer.length() instanceof Length.Steps some
        ? some.count()
        : fitting(((Length.Minutes) trainer.length()).count(), start);
  }

  /** How many steps fit into some minutes, with the validations among them. */
  private int fitting(double minutes, float[] start) {
    Adversary adversary = training.adversary();
    int[] order = shuffled(0);
    // The first step of a process is slower than all others.
    gradient(start, new Lesson(batch(order, 0), 0, 1));
    long begin = System.nanoTime();
    int timed = 0;
    double seconds;
    do {
      gradient(start, new Lesson(batch(order, timed % inEpoch), 0, 1));
      timed++;
      seconds = (System.nanoTime() - begin) / NANOS;
    } while (seconds < TRIAL_SECONDS);
    double step = seconds / timed;
    InnerAttack attack = adversary == null ? null : adversary.attack();
    int passes = 1 + (attack == null ? 0 : attack.steps() * validation.norms());
    double pass = step / passes / training.descent().batch();
    double validated =
        pass * validation.attacked() * Validation.PASSES * validation.norms() / inEpoch;
    return (int) Math.max(1, 60 * minutes / (step * repeats() + validated));
  }

  private int repeats() {
    return training.rule() instanceof StepRule.Replays replays ? replays.times() : 1;
  }

  /** For the timing of steps: what a step of any rule costs at least. */
  private void gradient(float[] at, Lesson lesson) {
    if (training.rule() instanceof StepRule.PerturbedWeights perturbed) {
      gradients.slopeAtPerturbed(at, lesson, perturbed.gamma());
    } else if (training.rule() instanceof StepRule.Replays) {
      gradients.slopeOfReplay(at, lesson, perturbations());
    } else {
      gradients.slope(at, lesson);
    }
  }

  private float[][] perturbations() {
    return new float[training.descent().batch()][net.input().elements()];
  }

  private void epoch(TrainingState state) {
    int epoch = state.steps / inEpoch;
    int epochs = (state.total + inEpoch - 1) / inEpoch;
    int[] order = shuffled(epoch);
    listener.begin(epoch, epochs, state.steps, state.total);
    float[][] perturbations =
        training.rule() instanceof StepRule.Replays ? perturbations() : new float[0][];
    double total = 0;
    int count = Math.min(inEpoch, state.total - state.steps);
    for (int i = 0; i < count; i++) {
      double loss = step(state, new Place(epoch, i), batch(order, i), perturbations);
      total += loss;
      listener.step(loss);
    }
    requireFinite(state, epoch);
    Validation.Accuracies measured = validated(state);
    listener.end(epoch, total / count, measured);
    judge(state, epoch, measured);
  }

  /** Where a run is, for messages: both from 0. */
  private record Place(int epoch, int step) {
    @Override
    public String toString() {
      return "epoch " + (epoch + 1) + ", step " + (step + 1);
    }
  }

  private double step(TrainingState state, Place place, int[] places, float[][] perturbations) {
    Adversary adversary = training.adversary();
    double done = state.steps / (double) Math.max(1, state.total - 1);
    double grown = adversary == null ? 0 : adversary.grown(done);
    Lesson lesson = new Lesson(places, place.epoch(), grown);
    double loss = 0;
    for (int repeat = 0; repeat < repeats(); repeat++) {
      Slope slope = slope(state.weights, lesson, perturbations);
      if (!Double.isFinite(slope.loss())) {
        throw diverged(place.toString());
      }
      loss += slope.loss() / repeats();
      Training.Descent descent = training.descent();
      descent
          .optimiser()
          .step(
              state.weights,
              slope.at(),
              slope.gradient(),
              state.memory,
              state.steps * repeats() + repeat + 1,
              descent.rate() * descent.schedule().at(done));
    }
    state.steps++;
    state.average(training.descent().averaging());
    return loss;
  }

  private Slope slope(float[] at, Lesson lesson, float[][] perturbations) {
    if (training.rule() instanceof StepRule.PerturbedWeights perturbed) {
      return gradients.slopeAtPerturbed(at, lesson, perturbed.gamma());
    }
    return training.rule() instanceof StepRule.Replays
        ? gradients.slopeOfReplay(at, lesson, perturbations)
        : gradients.slope(at, lesson);
  }

  private void requireFinite(TrainingState state, int epoch) {
    for (float weight : state.weights) {
      if (!Float.isFinite(weight)) {
        throw diverged("epoch " + (epoch + 1) + ", last step");
      }
    }
  }

  private InvalidInputException diverged(String where) {
    return new InvalidInputException(
        "training diverged in "
            + where
            + ": the loss is not a finite number; give a smaller --rate than "
            + training.descent().rate()
            + (checkpoint.exists() ? "; the last good weights stay in " + checkpoint.file() : ""));
  }

  private Validation.Accuracies validated(TrainingState state) {
    OnnxModel now = OnnxModel.of(file(state.current()), checkpoint.file().toString());
    return validation.of(OnnxClassifier.of(now), trainer.seed(), workers);
  }

  private boolean atFullEpsilon(TrainingState state) {
    Adversary adversary = training.adversary();
    double done = state.steps / (double) Math.max(1, state.total);
    return adversary != null && adversary.grown(done) == 1;
  }

  /**
   * Keeps the weights where they are the best so far, and stops where they are no good any more.
   */
  private void judge(TrainingState state, int epoch, Validation.Accuracies measured) {
    if (epoch == 0 && measured.clean() < NOTHING && state.steps < state.total) {
      listener.note(
          String.format(
              Locale.ROOT,
              "after one epoch the net classifies %.1f %% of validation images correctly: it may"
                  + " never learn; let epsilon grow for longer (--growth), or give a smaller --rate"
                  + " than %s",
              100 * measured.clean(),
              training.descent().rate()));
    }
    if (!measured.isAttacked() && !measured.isBounded()) {
      return;
    }
    if (measured.isBounded() && !atFullEpsilon(state)) {
      // A net that is not bounded on all of the region yet may resist attacks better, and be beyond
      // proofs.
      return;
    }
    double judged = measured.judged();
    TrainingState.Best best = state.best;
    if (best == null || judged >= best.robust()) {
      state.best = new TrainingState.Best(epoch, judged, state.current().clone());
    } else if (judged < best.robust() - COLLAPSE) {
      state.stopped = true;
      listener.note(
          measured.isBounded()
              ? fallen(best, judged, epoch)
              : String.format(
                  Locale.ROOT,
                  "validation accuracy under attack fell from %.1f %% after epoch %d to %.1f %%"
                      + " after epoch %d, step %d (catastrophic overfitting: the net resists the"
                      + " training attack alone); training stops, and the weights of epoch %d are"
                      + " kept",
                  100 * best.robust(),
                  best.epoch() + 1,
                  100 * measured.robust(),
                  epoch + 1,
                  state.steps,
                  best.epoch() + 1));
      return;
    }
    boolean firstOrLast = epoch == 0 || state.steps == state.total;
    if (firstOrLast
        && measured.isAttacked()
        && measured.robust() < RESISTS_NOTHING
        && measured.clean() > 0.5
        && atFullEpsilon(state)) {
      listener.note(
          String.format(
              Locale.ROOT,
              "after epoch %d the net classifies %.1f %% of validation images correctly, but %.1f"
                  + " %% under attack, although epsilon is the full one: it resists the training"
                  + " attack alone (catastrophic overfitting); give --growth 0.4, a smaller --rate"
                  + " than %s, or a recipe whose attack takes more steps",
              epoch + 1,
              100 * measured.clean(),
              100 * measured.robust(),
              training.descent().rate()));
    }
  }

  private String fallen(TrainingState.Best best, double judged, int epoch) {
    return String.format(
        Locale.ROOT,
        "the accuracy that is judged by fell from %.1f %% after epoch %d to %.1f %% after epoch %d;"
            + " training stops, and the weights of epoch %d are kept; give a smaller --rate than"
            + " %s",
        100 * best.robust(),
        best.epoch() + 1,
        100 * judged,
        epoch + 1,
        best.epoch() + 1,
        training.descent().rate());
  }

  private byte[] file(float[] values) {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = weights.tensors(values);
      return net.model().withParameters(tensors);
    }
  }

  /** The file as it is handed on, with what it was trained by. */
  private byte[] exported(float[] values, TrainingState state) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(TRAINING, training.toString());
    metadata.put("foolproof.steps", state.steps + " of " + state.total);
    metadata.put(SEED, String.valueOf(trainer.seed()));
    byte[] folded = OnnxModel.of(file(values), net.name()).withFoldedNormalisations();
    return OnnxModel.of(folded, net.name()).withMetadata(metadata);
  }

  private int[] batch(int[] order, int step) {
    int size = training.descent().batch();
    return Arrays.copyOfRange(order, step * size, Math.min(images.size(), (step + 1) * size));
  }

  private int[] shuffled(int epoch) {
    return new RandomStream(trainer.seed(), epoch, "order", 0)
        .shuffle(IntStream.range(0, images.size()).toArray());
  }
}
