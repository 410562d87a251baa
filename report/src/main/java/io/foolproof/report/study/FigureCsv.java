package io.foolproof.report.study;

import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/**
 * A figure's record as CSV (RFC 4180), whatever it holds: a row for each number or text, with its
 * name ({@code rows.inside}: of the list {@code rows} the component {@code inside}), its place from
 * 0 where it is one of a list, and the value. A list within a list is one value, separated by
 * spaces.
 */
final class FigureCsv {
  private static final String LINE_END = "\r\n";

  private final StringBuilder csv = new StringBuilder("name,place,value").append(LINE_END);

  private FigureCsv() {}

  static String render(Record found) {
    FigureCsv writer = new FigureCsv();
    writer.add("", "", FigureJson.tree(found));
    return writer.csv.toString();
  }

  /** Adds a value; the place is empty unless it is in a list. */
  private void add(String name, String place, JsonNode value) {
    if (value.isObject()) {
      String prefix = name.isEmpty() ? "" : name + ".";
      value.properties().forEach(part -> add(prefix + part.getKey(), place, part.getValue()));
    } else if (value.isArray() && place.isEmpty()) {
      for (int i = 0; i < value.size(); i++) {
        add(name, String.valueOf(i), value.get(i));
      }
    } else {
      csv.append(name).append(',').append(place).append(',').append(cell(text(value)));
      csv.append(LINE_END);
    }
  }

  private static String text(JsonNode value) {
    if (!value.isArray()) {
      return value.isValueNode() ? value.asString() : value.toString();
    }
    StringJoiner parts = new StringJoiner(" ");
    value.forEach(part -> parts.add(text(part)));
    return parts.toString();
  }

  private static String cell(String text) {
    return text.matches("[^\",\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
