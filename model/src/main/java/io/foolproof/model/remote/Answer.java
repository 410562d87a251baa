package io.foolproof.model.remote;

import io.foolproof.tensor.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server's JSON answer, and how to say what is wrong with it. NaN and infinities are understood
 * as bare words and as strings, since JSON has no way to write them and servers use both.
 *
 * @param where it came from
 * @param redact takes out of a text what must not be shown
 */
record Answer(RemoteUrl where, JsonNode root, UnaryOperator<String> redact) {
  private static final int EXCERPT = 160;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /**
   * Reads an answer.
   *
   * @throws InvalidInputException when it is no JSON object
   */
  static Answer parse(RemoteUrl where, byte[] body, UnaryOperator<String> redact) {
    try {
      JsonNode root = JSON.readTree(body);
      if (root.isObject()) {
        return new Answer(where, root, redact);
      }
    } catch (JacksonException e) {
      // Told below, with what was found in its place.
    }
    String text = excerpt(body, redact);
    boolean page = text.startsWith("<");
    throw new InvalidInputException(
        "%s: the answer is %s, found '%s', expected a JSON object; check the URL, and see docs/remote-models.md"
            .formatted(where, page ? "an HTML page" : "no JSON", text));
  }

  /** The beginning of a body, on one line, without what a terminal would take for a command. */
  static String excerpt(byte[] body, UnaryOperator<String> redact) {
    // Redacted before it is cut, so that no half of a secret is left at the end.
    return printable(redact.apply(new String(body, StandardCharsets.UTF_8)), EXCERPT);
  }

  static String printable(String text, int most) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
    return line.length() > most ? line.substring(0, most) + "..." : line;
  }

  InvalidInputException wrong(String what, String found, String expected) {
    return new InvalidInputException(
        "%s: %s: found %s, expected %s; the server must be mended, see docs/remote-models.md"
            .formatted(
                where,
                printable(redact.apply(what), EXCERPT),
                printable(redact.apply(found), EXCERPT),
                printable(redact.apply(expected), EXCERPT)));
  }

  /** What a server said, as it may be shown. */
  String shown(Object said) {
    return printable(redact.apply(String.valueOf(said)), EXCERPT);
  }

  /** A field that must be there. */
  JsonNode field(JsonNode node, String name, String expected) {
    JsonNode field = node.get(name);
    if (field == null) {
      String found = node.isObject() ? "only " + node.propertyNames() : kind(node);
      throw wrong("the field '" + name + "'", found, expected);
    }
    return field;
  }

  String text(JsonNode node, String name) {
    JsonNode field = field(node, name, "text");
    if (!field.isString()) {
      throw wrong("the field '" + name + "'", kind(field), "text");
    }
    return field.stringValue();
  }

  long[] integers(JsonNode node, String name) {
    JsonNode field = array(node, name, "an array of integers");
    long[] integers = new long[field.size()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = integer(field.get(i), "element " + i + " of '" + name + "'");
    }
    return integers;
  }

  long integer(JsonNode node, String what) {
    if (!node.canConvertToLong() || !node.canConvertToExactIntegral()) {
      throw wrong(what, kind(node), "an integer");
    }
    return node.asLong();
  }

  JsonNode array(JsonNode node, String name, String expected) {
    JsonNode field = field(node, name, expected);
    if (!field.isArray()) {
      throw wrong("the field '" + name + "'", kind(field), expected);
    }
    return field;
  }

  /** The numbers of an array, whatever their nesting; NaN for null. */
  double[] numbers(JsonNode array, String what, int expected) {
    double[] numbers = new double[expected];
    int found = fill(array, what, numbers, 0);
    if (!array.isArray() || found != expected) {
      throw wrong(what, found + " numbers", expected + " numbers");
    }
    return numbers;
  }

  private int fill(JsonNode node, String what, double[] numbers, int at) {
    if (!node.isArray()) {
      if (at < numbers.length) {
        numbers[at] = number(node, what);
      }
      return at + 1;
    }
    int next = at;
    for (JsonNode element : node) {
      next = fill(element, what, numbers, next);
    }
    return next;
  }

  double number(JsonNode node, String what) {
    if (node.isNull()) {
      return Double.NaN;
    }
    String text = node.isString() ? node.stringValue() : "";
    if (Arrays.asList("NaN", "Infinity", "-Infinity").contains(text)) {
      return Double.parseDouble(text);
    }
    if (!node.isNumber()) {
      throw wrong(what, kind(node), "a number or null");
    }
    try {
      return node.doubleValue();
    } catch (JacksonException e) {
      throw wrong(what, node.toString(), "a number within the range of double precision");
    }
  }

  private static String kind(JsonNode node) {
    return node.isContainer() ? node.getNodeType() + " of " + node.size() : node.toString();
  }
}
