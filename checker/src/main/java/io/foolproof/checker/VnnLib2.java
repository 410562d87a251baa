package io.foolproof.checker;

import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The linear part of VNN-LIB 2.0 for one network, in the words of 1.0. */
final class VnnLib2 {
  private static final String TENSOR =
      "\\(\\s*declare-%s\\s+([^\\s()\\[\\]]+)\\s+([^\\s()\\[\\]]+)\\s*\\[([^()\\[\\]]*)\\]\\s*\\)";
  private static final Pattern NETWORK =
      Pattern.compile(
          "\\(\\s*declare-network\\s+[^\\s()]+\\s*%s\\s*%s\\s*\\)"
              .formatted(TENSOR.formatted("input"), TENSOR.formatted("output")));
  private static final Pattern ELEMENT =
      Pattern.compile("([^\\s()\\[\\]]+)\\s*\\[([^()\\[\\]]*)\\]");

  /** Comments, and texts, in which a semicolon has no meaning. */
  private static final Pattern COMMENT = Pattern.compile("(\"[^\"]*\"|\\|[^|]*\\|)|;[^\\n\\r]*");

  private static final Pattern TYPE = Pattern.compile("(?i)real|float|float32|float64|double");

  private VnnLib2() {}

  /** A specification of 2.0 as one of 1.0; others stay as they are. */
  static String translated(String text) {
    String plain = COMMENT.matcher(text).replaceAll("$1");
    if (!plain.contains("declare-network")) {
      return text;
    }
    Matcher network = NETWORK.matcher(plain);
    if (!network.find()) {
      throw refusal("of VNN-LIB 2.0, one network with one input and one output is covered");
    }
    for (int group : new int[] {2, 5}) {
      if (!TYPE.matcher(network.group(group)).matches()) {
        throw refusal("a tensor of the type '" + network.group(group) + "' is not covered");
      }
    }
    int[] in = numbers(network.group(3));
    int[] out = numbers(network.group(6));
    String input = network.group(1);
    String output = network.group(4);
    if (input.equals(output)) {
      throw refusal("the input and the output have one name");
    }
    String rest = plain.substring(0, network.start()) + plain.substring(network.end());
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < Shapes.size(in); i++) {
      result.append("(declare-const X_").append(i).append(" Real)");
    }
    for (int i = 0; i < Shapes.size(out); i++) {
      result.append("(declare-const Y_").append(i).append(" Real)");
    }
    String named =
        ELEMENT
            .matcher(rest)
            .replaceAll(
                element -> {
                  boolean isInput = element.group(1).equals(input);
                  if (!isInput && !element.group(1).equals(output)) {
                    throw refusal("'" + element.group() + "' is not declared");
                  }
                  return (isInput ? "X_" : "Y_") + place(element, isInput ? in : out);
                });
    return result
        .append(
            named.replaceAll("\\(\\s*==", "(=").replaceAll("\\(\\s*vnnlib-version[^()]*\\)", ""))
        .toString();
  }

  private static int place(MatchResult element, int[] shape) {
    int[] at = numbers(element.group(2));
    int place = 0;
    for (int d = 0; d < shape.length; d++) {
      if (at.length != shape.length || at[d] >= shape[d]) {
        throw refusal("'" + element.group() + "' is no place of " + Arrays.toString(shape));
      }
      place = place * shape[d] + at[d];
    }
    return place;
  }

  private static int[] numbers(String list) {
    try {
      String[] parts = list.isBlank() ? new String[0] : list.split(",", -1);
      return Shapes.of(Arrays.stream(parts).mapToLong(n -> Long.parseLong(n.strip())).toArray());
    } catch (NumberFormatException e) {
      throw refusal("'[" + list + "]' is no list of whole numbers");
    }
  }

  private static UncheckableException refusal(String why) {
    return new UncheckableException("the specification: " + why);
  }
}
