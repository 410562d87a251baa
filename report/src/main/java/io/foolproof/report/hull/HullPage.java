package io.foolproof.report.hull;

import io.foolproof.audit.hull.HullResult;
import io.foolproof.report.Fact;
import io.foolproof.report.Page;
import io.foolproof.report.Provenance;
import io.foolproof.report.ReportContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hull report for people: all that its templates show.
 *
 * @param css the page's style
 * @param figures medians of the queries outside
 * @param histogram of the distances of the queries outside
 * @param cards queries with their pictures
 * @param fooling where fooling a model takes the queries; null where it was not asked for
 * @param shares share inside against dimension; empty where it was not measured
 */
record HullPage(
    HullResult result,
    ReportContext context,
    String css,
    String headline,
    HullFigures figures,
    HullHistogram histogram,
    List<HullCard> cards,
    @Nullable HullFooling fooling,
    HullShares shares,
    List<Fact> provenance) {

  static HullPage of(HullResult result, ReportContext context) {
    return new HullPage(
        result,
        context,
        Page.style(),
        HullWords.headline(result),
        HullFigures.of(result),
        HullHistogram.of(result),
        HullCard.of(result),
        HullFooling.of(result),
        HullShares.of(result),
        Provenance.of(result.plan(), context));
  }
}
