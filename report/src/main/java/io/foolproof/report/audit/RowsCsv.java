package io.foolproof.report.audit;

import io.foolproof.attack.Features;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.report.ClassNames;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The adversarial rows of a table as a table: each with its number in the data from 1, what it is
 * and is classified as, what was changed, and its features, to the last bit of 32.
 */
final class RowsCsv {
  private static final String LINE_END = "\r\n";

  private RowsCsv() {}

  static String render(AuditResult result, Features features) {
    ClassNames names = new ClassNames(result.data().classNames());
    TableWords words = TableWords.of(result, features);
    List<String> header =
        new ArrayList<>(List.of("row", "label", "prediction_after", "attack", "changes"));
    features.features().forEach(feature -> header.add(feature.name()));
    StringBuilder csv = new StringBuilder(line(header));
    for (int place = 0; place < result.samples().size(); place++) {
      SampleVerdict sample = result.samples().get(place);
      SampleVerdict.Witness witness = sample.witness();
      if (witness != null) {
        List<String> fields = new ArrayList<>();
        fields.add(Long.toString(sample.index() + 1));
        fields.add(names.of(sample.label()));
        fields.add(names.of(witness.prediction()));
        fields.add(witness.attack());
        fields.add(
            words.changes(result.data().pixels(place), witness.image()).stream()
                .map(TableWords.Change::toString)
                .collect(Collectors.joining("; ")));
        for (float value : features.row(witness.image())) {
          fields.add(TableWords.value(value));
        }
        csv.append(line(fields));
      }
    }
    return csv.toString();
  }

  private static String line(List<String> fields) {
    return fields.stream().map(SamplesCsv::quoted).collect(Collectors.joining(",")) + LINE_END;
  }
}
