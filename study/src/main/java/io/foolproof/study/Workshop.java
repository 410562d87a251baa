package io.foolproof.study;

import io.foolproof.audit.Progress;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Workers;

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

  /** The classifier that the story is about: the plan's, or a net that was trained plainly. */
  default DifferentiableClassifier model() {
    DifferentiableClassifier given = plan().model();
    return given == null ? net(StudyNet.plain(plan().extent())) : given;
  }
}
