package io.foolproof.report.study;

import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.figure.AccuracyAgainstEpsilon;
import io.foolproof.study.figure.Averaging;
import io.foolproof.study.figure.Boundary;
import io.foolproof.study.figure.Digit;
import io.foolproof.study.figure.EducatedGuesses;
import io.foolproof.study.figure.FewAndMany;
import io.foolproof.study.figure.Flattened;
import io.foolproof.study.figure.Frontier;
import io.foolproof.study.figure.Generalises;
import io.foolproof.study.figure.HardToOptimise;
import io.foolproof.study.figure.InsideByDimension;
import io.foolproof.study.figure.Landscape;
import io.foolproof.study.figure.Learning;
import io.foolproof.study.figure.NoBrainer;
import io.foolproof.study.figure.OnPaper;
import io.foolproof.study.figure.OwnDigit;
import io.foolproof.study.figure.Patterns;
import io.foolproof.study.figure.Polynomials;
import io.foolproof.study.figure.RidgeByHand;
import io.foolproof.study.figure.Walk;
import java.util.List;
import java.util.function.Function;

/** Which class draws which record. */
final class Views {
  private final List<Drawer<?>> drawers;

  private record Drawer<R extends Record>(Class<R> type, Function<R, View> view) {}

  Views(StudyPlan plan, Words words) {
    ImageSet images = plan.training();
    ImageShape shape = new ImageShape(images.channels(), images.height(), images.width());
    drawers =
        List.of(
            new Drawer<>(Digit.Found.class, found -> DigitView.of(found, words)),
            new Drawer<>(Patterns.Found.class, PatternsView::of),
            new Drawer<>(Polynomials.Found.class, PolynomialsView::of),
            new Drawer<>(FewAndMany.Found.class, FewAndManyView::of),
            new Drawer<>(Learning.Found.class, found -> LearningView.of(found, shape, words)),
            new Drawer<>(Boundary.Found.class, found -> BoundaryView.of(found, shape, words)),
            new Drawer<>(InsideByDimension.Found.class, InsideView::of),
            new Drawer<>(Generalises.Found.class, found -> GeneralisesView.of(found, words)),
            new Drawer<>(Walk.Found.class, found -> WalkView.of(found, words)),
            new Drawer<>(NoBrainer.Found.class, found -> NoBrainerView.of(found, words)),
            new Drawer<>(AccuracyAgainstEpsilon.Found.class, found -> EpsilonView.of(found, words)),
            new Drawer<>(Landscape.Found.class, found -> LandscapeView.of(found, words)),
            new Drawer<>(OnPaper.Found.class, found -> PaperView.of(found, words)),
            new Drawer<>(RidgeByHand.Found.class, found -> RidgeView.of(found, words)),
            new Drawer<>(Flattened.Found.class, found -> FlattenedView.of(found, words)),
            new Drawer<>(EducatedGuesses.Found.class, found -> GuessesView.of(found, words)),
            new Drawer<>(HardToOptimise.Found.class, found -> OptimiseView.of(found, words)),
            new Drawer<>(Averaging.Found.class, found -> AveragingView.of(found, words)),
            new Drawer<>(Frontier.Found.class, found -> FrontierView.of(found, words)),
            new Drawer<>(OwnDigit.Found.class, found -> OwnDigitView.of(found, words)));
  }

  /** What is drawn of a record. */
  View of(Record found) {
    return drawers.stream()
        .filter(drawer -> drawer.type().isInstance(found))
        .findFirst()
        .map(drawer -> drawn(drawer, found))
        .orElseThrow(() -> new IllegalArgumentException("nothing draws " + found.getClass()));
  }

  private static <R extends Record> View drawn(Drawer<R> drawer, Record found) {
    return drawer.view().apply(drawer.type().cast(found));
  }
}
