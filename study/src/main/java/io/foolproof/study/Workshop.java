package io.foolproof.study;

import io.foolproof.audit.Progress;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.function.Function;

/** What figures are computed with. */
public interface Workshop {

  /** The study. */
  StudyPlan plan();

  /** What splits work among cores. */
  Workers workers();

  /** Told how far a figure has come: {@code begin}, {@code advance} and {@code end}. */
  Progress progress();

  /** The net of this description, trained when it is first asked for. */
  OnnxClassifier net(StudyNet net);

  /** How its training went. */
  TrainingHistory history(StudyNet net);

  /**
   * A part of a figure that takes long: what an earlier run of the study found, or what is computed
   * now, and kept.
   *
   * @param name tells the parts of a figure apart
   * @param compute given the file of a journal of its own, which is gone once the part is kept; its
   *     result depends on the plan, the figure and the name alone
   */
  <R extends Record> R part(
      Figure<?> figure, String name, Class<R> type, Function<Path, R> compute);

  /** The classifier that the story is about: the plan's, or a net that was trained plainly. */
  default DifferentiableClassifier model() {
    DifferentiableClassifier given = plan().model();
    return given == null ? net(StudyNet.plain(plan().extent())) : given;
  }
}
