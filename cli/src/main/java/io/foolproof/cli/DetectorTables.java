package io.foolproof.cli;

import io.foolproof.attack.Settings;
import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.detector.Detector;
import io.foolproof.defense.detector.DetectorResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Results of detectors as CSV files. */
final class DetectorTables {
  private DetectorTables() {}

  static String settings(Detector detector) {
    return Settings.text((Record) detector);
  }

  /** A row a detector; what was not measured is empty. */
  static byte[] summary(List<DetectorResult> results) {
    StringBuilder csv =
        new StringBuilder(
            "detector,threshold,clean,false_alarms,false_alarms_low,false_alarms_high,"
                + "plain_attacked,plain_misclassified,plain_undetected,plain_auc,"
                + "adaptive_attacked,adaptive_misclassified,adaptive_undetected,adaptive_auc\n");
    for (DetectorResult result : results) {
      Proportion alarms = new Proportion(result.falseAlarms(), result.clean().length);
      csv.append(
          String.format(
              Locale.ROOT,
              "\"%s\",%s,%d,%d,%.4f,%.4f,%s,%s%n",
              settings(result.detector()),
              result.threshold().value(),
              alarms.total(),
              alarms.count(),
              alarms.low(),
              alarms.high(),
              figures(result.plain()),
              figures(result.adaptive())));
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String figures(DetectorResult.@Nullable Attacked attacked) {
    return attacked == null
        ? ",,,"
        : String.format(
            Locale.ROOT,
            "%d,%d,%d,%s",
            attacked.attacked(),
            attacked.misclassified(),
            attacked.undetected(),
            Double.isNaN(attacked.auc()) ? "" : String.format(Locale.ROOT, "%.4f", attacked.auc()));
  }

  /** A row an image: clean ones, and adversarial ones that are misclassified. */
  static byte[] scores(List<DetectorResult> results, ImageSet test) {
    StringBuilder csv = new StringBuilder("detector,images,index,score\n");
    for (DetectorResult result : results) {
      String detector = settings(result.detector());
      for (int i = 0; i < result.clean().length; i++) {
        row(csv, detector, "clean", test.index(i), result.clean()[i]);
      }
      rows(csv, detector, "plain", test, result.plain());
      rows(csv, detector, "adaptive", test, result.adaptive());
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void rows(
      StringBuilder csv,
      String detector,
      String images,
      ImageSet test,
      DetectorResult.@Nullable Attacked attacked) {
    for (int i = 0; attacked != null && i < attacked.attacked(); i++) {
      if (!Double.isNaN(attacked.scores()[i])) {
        row(csv, detector, images, test.index(attacked.places()[i]), attacked.scores()[i]);
      }
    }
  }

  private static void row(
      StringBuilder csv, String detector, String images, long index, double score) {
    csv.append(String.format(Locale.ROOT, "\"%s\",%s,%d,%s%n", detector, images, index, score));
  }
}
