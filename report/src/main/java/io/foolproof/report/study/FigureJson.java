package io.foolproof.report.study;

import com.fasterxml.jackson.annotation.JsonIgnoreType;
import io.foolproof.study.Timing;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Figures as JSON, without the times in them, which differ from run to run. An array of numbers is
 * one line; NaN and the infinities are text.
 */
final class FigureJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .addMixIn(Timing.class, LeftOut.class)
          .build();

  private FigureJson() {}

  @JsonIgnoreType
  private interface LeftOut {}

  static byte[] write(Object value) {
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    return MAPPER.writer().with(printer).writeValueAsBytes(value);
  }

  static JsonNode tree(Record found) {
    return MAPPER.valueToTree(found);
  }
}
