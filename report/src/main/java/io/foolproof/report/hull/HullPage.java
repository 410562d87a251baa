package io.foolproof.report.hull;

import io.foolproof.audit.hull.HullResult;
import io.foolproof.report.Fact;
import io.foolproof.report.Provenance;
import io.foolproof.report.ReportContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hull report for people: all that its templates show.
 *
 * @param figures medians of the queries outside
 * @param histogram of the distances of the queries outside; null where all are inside
 * @param cards queries with their pictures
 * @param fooling where adversarial examples lie; null where that was not asked for
 * @param inside fraction inside against dimension; null where it was not measured
 */
record HullPage(
    HullResult result,
    ReportContext context,
    String headline,
    HullFigures figures,
    @Nullable HullHistogram histogram,
    List<HullCard> cards,
    @Nullable HullFooling fooling,
    @Nullable InsideChart inside,
    List<Fact> provenance) {

  static HullPage of(HullResult result, ReportContext context) {
    return new HullPage(
        result,
        context,
        HullWords.headline(result),
        HullFigures.of(result),
        HullHistogram.of(result),
        HullCard.of(result),
        HullFooling.of(result),
        InsideChart.of(result),
        Provenance.of(result.plan(), context));
  }
}
