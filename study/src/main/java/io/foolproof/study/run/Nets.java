package io.foolproof.study.run;

import io.foolproof.audit.Progress;
import io.foolproof.audit.journal.LineJournal;
import io.foolproof.data.Hashes;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.BatchStatistics;
import io.foolproof.defense.training.Trainer;
import io.foolproof.defense.training.TrainingProgress;
import io.foolproof.defense.training.Validation;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyNet;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.TrainingHistory;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Trains nets when figures ask for them, and keeps each as a file. A net that the journal knows is
 * read from its file; one whose file is gone or was changed is trained again.
 */
final class Nets implements Workshop {
  private static final String NET = "net ";
  private static final double NANOS = 1e9;

  private final StudyPlan plan;
  private final Path folder;
  private final LineJournal<Study.Line> journal;
  private final Kept kept;
  private final Workers workers;
  private final Progress progress;
  private final Map<String, Trained> trained = new HashMap<>();
  private final Map<StudyNet, OnnxClassifier> open = new HashMap<>();

  Nets(
      StudyPlan plan,
      Path folder,
      LineJournal<Study.Line> journal,
      Kept kept,
      Workers workers,
      Progress progress) {
    this.plan = plan;
    this.folder = folder;
    this.journal = journal;
    this.kept = kept;
    this.workers = workers;
    this.progress = progress;
    journal.found().stream()
        .filter(line -> line.what().startsWith(NET))
        .forEach(line -> trained.put(line.what(), Study.read(line, Trained.class, journal)));
  }

  /**
   * What the journal knows of a net.
   *
   * @param sha256 of its file
   */
  private record Trained(String sha256, TrainingHistory history) {}

  @Override
  public StudyPlan plan() {
    return plan;
  }

  @Override
  public Workers workers() {
    return workers;
  }

  @Override
  public Progress progress() {
    return progress;
  }

  @Override
  public OnnxClassifier net(StudyNet net) {
    OnnxClassifier known = open.get(net);
    if (known == null) {
      known = OnnxClassifier.load(file(net));
      open.put(net, known);
    }
    return known;
  }

  @Override
  public TrainingHistory history(StudyNet net) {
    net(net);
    return Objects.requireNonNull(trained.get(NET + net), "a net has a history once it is trained")
        .history();
  }

  @Override
  public <R extends Record> R part(
      Figure<?> figure, String name, Class<R> type, Function<Path, R> compute) {
    return kept.part(figure, name, type, compute);
  }

  private Path file(StudyNet net) {
    Path file = folder.resolve(net.name() + ".onnx");
    String what = NET + net;
    try {
      Trained known = trained.get(what);
      if (known != null && Files.exists(file) && Hashes.ofFile(file).equals(known.sha256())) {
        return file;
      }
      Files.createDirectories(folder);
      long start = System.nanoTime();
      Steps steps = new Steps(net.name(), progress);
      Path whole = file.resolveSibling("." + file.getFileName() + ".tmp");
      Files.write(whole, train(net, file, steps));
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Trainer.finished(file);
      Trained now = new Trained(Hashes.ofFile(file), steps.history());
      trained.put(what, now);
      journal.append(List.of(Study.Line.of(what, (System.nanoTime() - start) / NANOS, now)));
      return file;
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be written (%s): give another folder (--out), or make room"
              .formatted(file, InvalidInputException.reason(e)),
          e);
    }
  }

  private byte[] train(StudyNet net, Path file, Steps steps) {
    ImageSet images = plan.training().first(Math.min(plan.training().size(), net.images()));
    long seed = plan.seed() + net.repetition();
    byte[] random = net.architecture().untrained(images.shape(), images.classes(), seed);
    byte[] start = BatchStatistics.measured(random, net.architecture().id(), images);
    return new Trainer(net.training(), net.length(), seed)
        .train(
            OnnxModel.of(start, net.architecture().id()),
            images,
            plan.validation(),
            file,
            workers,
            steps);
  }

  /** Training as a part of a figure: one step is one sample of it. */
  private static final class Steps implements TrainingProgress {
    private final String name;
    private final Progress progress;
    private final List<Double> losses = new ArrayList<>();
    private final List<TrainingHistory.Epoch> epochs = new ArrayList<>();
    private boolean begun;

    Steps(String name, Progress progress) {
      this.name = name;
      this.progress = progress;
    }

    @Override
    public void begin(int epoch, int epochs, int done, int steps) {
      if (!begun) {
        progress.begin("training of " + name, steps - done);
        begun = true;
      }
    }

    @Override
    public void step(double loss) {
      losses.add(loss);
      progress.advance(1);
    }

    @Override
    public void end(int epoch, double loss, Validation.Accuracies validation) {
      epochs.add(new TrainingHistory.Epoch(epoch + 1, loss, validation.clean()));
    }

    TrainingHistory history() {
      progress.end();
      return TrainingHistory.of(losses, epochs);
    }

    @Override
    public void note(String text) {
      progress.note(text);
    }
  }
}
