package io.foolproof.report.hull;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.JsonReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The summary of a hull study for programs. Its records are its schema. */
record HullJson(
    int schemaVersion,
    JsonReport.Program program,
    Images training,
    Images queries,
    String space,
    int dimension,
    Share inside,
    int certificatesRejected,
    int separatedByOneCoordinate,
    HullFigures outside,
    Share mixtureVotesRight,
    Share neighbourRight,
    @Nullable Share ownClassNearest,
    List<Smaller> smallerSpaces,
    @Nullable FoolingJson fooling) {

  private static final int SCHEMA_VERSION = 1;

  record Images(String name, int count, String sha256) {}

  record Share(int count, int total, double value, double low, double high) {
    static Share of(Proportion share) {
      return new Share(share.count(), share.total(), share.value(), share.low(), share.high());
    }
  }

  record Smaller(String space, int dimension, int queries, int inside, double randomPointsNeeded) {}

  static byte[] render(HullResult result, ReportContext context) {
    return JsonReport.write(of(result, context));
  }

  private static HullJson of(HullResult result, ReportContext context) {
    var training = result.plan().training();
    var queries = result.plan().queries();
    return new HullJson(
        SCHEMA_VERSION,
        JsonReport.Program.of(context),
        new Images(training.name(), training.size(), training.sha256()),
        new Images(queries.name(), queries.size(), queries.sha256()),
        result.plan().space().text(),
        result.dimension(),
        Share.of(result.inside()),
        result.rejected().size(),
        result.separated(),
        HullFigures.of(result),
        Share.of(result.votedRight()),
        Share.of(result.neighbourRight()),
        result.classDistances().isEmpty() ? null : Share.of(result.ownClassNearest()),
        result.shares().stream()
            .map(
                share ->
                    new Smaller(
                        share.space().text(),
                        share.dimension(),
                        share.queries(),
                        share.inside(),
                        share.pointsNeeded()))
            .toList(),
        result.fooling() == null ? null : FoolingJson.of(result.fooling()));
  }
}
