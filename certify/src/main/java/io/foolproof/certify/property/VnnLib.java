package io.foolproof.certify.property;

import io.foolproof.tensor.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads properties in VNN-LIB 1.0 (Demarchi et al.: Supporting standardization of neural networks
 * verification with VNNLIB and CoCoNet, 2023), as in the competitions: a box of inputs X_i and
 * conditions on outputs Y_i, in any nesting of {@code and} and {@code or}.
 *
 * <p>Also the linear part of VNN-LIB 2.0 (arXiv 2605.07451), for one network with one input and one
 * output: {@code declare-network}, {@code X[0,1]}.
 *
 * <p>Beyond both, {@code (assert-distance L2 0.5 c_0 c_1 ...)}, or L1, says that the input is
 * within a distance of a centre.
 */
public final class VnnLib {
  private static final int MOST_CASES = 100_000;
  private static final int DEEPEST = 500;
  private static final int MOST_DIGITS = 200;
  private static final int MOST_BYTES = 1 << 28;
  private static final int MOST_VALUES = 1 << 27;

  /** Of VNN-LIB 2.0, the types whose numbers are those of a network in 32 bits, or all. */
  private static final List<String> TYPES =
      List.of("real", "float", "float32", "float64", "double");

  private static final MathContext DOWN = new MathContext(60, RoundingMode.FLOOR);
  private static final MathContext UP = new MathContext(60, RoundingMode.CEILING);

  private final String name;
  private final String text;
  private int at;
  private int inputs;
  private int outputs;
  private @Nullable Ball ball;

  /** Why no input is in the box of some case; empty where each has some. */
  private String empty = "";

  /** Of VNN-LIB 2.0, the tensors by their names. */
  private final Map<String, Shaped> tensors = new HashMap<>();

  private record Shaped(boolean isInput, long[] shape) {}

  private VnnLib(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /**
   * The bytes of a file, without compression.
   *
   * @throws InvalidInputException when it cannot be read
   */
  public static byte[] bytes(Path file) {
    try (InputStream raw = Files.newInputStream(file)) {
      byte[] bytes = raw.readAllBytes();
      boolean compressed = bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
      if (!compressed) {
        return bytes;
      }
    } catch (IOException e) {
      throw new InvalidInputException(file + ": " + InvalidInputException.reason(e), e);
    }
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      byte[] unpacked = in.readNBytes(MOST_BYTES);
      if (in.read() >= 0) {
        throw new InvalidInputException(
            "%s: unpacks to more than %d MB, the most that is read: is it another file?"
                .formatted(file, MOST_BYTES >> 20));
      }
      return unpacked;
    } catch (EOFException | ZipException e) {
      throw new InvalidInputException(file + ": the compressed file ends early or is damaged", e);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": " + InvalidInputException.reason(e), e);
    }
  }

  /**
   * Reads a property.
   *
   * @param text of the file
   * @param name what to call it in messages
   * @throws InvalidInputException when it is no property that can be proved, in one line
   */
  public static Property parse(byte[] text, String name) {
    String decoded = new String(text, StandardCharsets.UTF_8);
    // Editors of Windows begin files with a mark of the byte order.
    return new VnnLib(name, decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded)
        .property();
  }

  /** A comparison: terms, plus a constant, is at most 0, or below it. */
  private record Atom(Map<String, BigDecimal> terms, BigDecimal constant, boolean strict) {
    boolean isFalse() {
      return terms.isEmpty() && (strict ? constant.signum() >= 0 : constant.signum() > 0);
    }
  }

  private InvalidInputException refusal(String why) {
    long line = text.substring(0, Math.min(at, text.length())).lines().count();
    return new InvalidInputException("%s: line %d: %s".formatted(name, Math.max(1, line), why));
  }

  private Property property() {
    List<List<Atom>> cases = List.of(List.of());
    while (!peek().isEmpty()) {
      expect("(");
      String head = next();
      switch (head) {
        case "declare-const", "declare-fun" -> {
          declare(next(), head.equals("declare-fun"));
        }
        case "assert" -> {
          cases = product(cases, condition(0));
          expect(")");
        }
        case "assert-distance" -> distance();
        case "set-logic", "set-info", "check-sat", "exit" -> skipToEnd();
        case "vnnlib-version" -> skipToEnd();
        case "declare-network" -> network();
        default -> throw refusal("'" + head + "' is not known; an assertion is wanted");
      }
    }
    if (inputs == 0 || outputs == 0) {
      throw refusal("inputs X_0 and so on, and outputs Y_0 and so on, should be declared");
    }
    List<Property.Unsafe> unsafe = new ArrayList<>();
    for (List<Atom> atoms : cases) {
      Property.Unsafe one = atoms.stream().anyMatch(Atom::isFalse) ? null : unsafe(atoms);
      if (one != null) {
        unsafe.add(one);
      }
    }
    // Of several cases, those without any input are those that cannot happen.
    if (!empty.isEmpty() && unsafe.stream().noneMatch(Property.Unsafe::hasInputs)) {
      throw new InvalidInputException(name + ": the input set is empty: " + empty);
    }
    if (unsafe.isEmpty()) {
      throw refusal("its conditions contradict one another: nothing is left to prove");
    }
    return new Property(inputs, outputs, unsafe);
  }

  private void declare(String variable, boolean isFunction) {
    if (isFunction) {
      expect("(");
      expect(")");
    }
    String sort = next();
    if (!sort.equals("Real")) {
      throw refusal("the sort of " + variable + " is '" + sort + "', expected Real");
    }
    expect(")");
    boolean isInput = variable.startsWith("X_");
    String expected = isInput ? "X_" + inputs : "Y_" + outputs;
    if (!variable.equals(expected)) {
      throw refusal("a declaration of " + expected + " is wanted, found '" + variable + "'");
    }
    if (isInput) {
      inputs++;
    } else {
      outputs++;
    }
  }

  /** VNN-LIB 2.0: the name of a network, and the names, types and shapes of its tensors. */
  private void network() {
    next();
    for (int kind = 0; kind < 2; kind++) {
      expect("(");
      expect(kind == 0 ? "declare-input" : "declare-output");
      String tensor = next();
      String type = next();
      if (!TYPES.contains(type.toLowerCase(Locale.ROOT))) {
        throw refusal(
            "the type of %s is '%s', expected one of %s"
                .formatted(tensor, type, String.join(", ", TYPES)));
      }
      long[] shape = numbers(next());
      if (tensors.put(tensor, new Shaped(kind == 0, shape)) != null) {
        throw refusal("'" + tensor + "' is declared twice");
      }
      long count = 1;
      for (long size : shape) {
        count = size > 0 && count * size <= MOST_VALUES ? count * size : 0;
      }
      if (count == 0) {
        throw refusal("a tensor of 1 to " + MOST_VALUES + " numbers is wanted");
      }
      inputs += kind == 0 ? (int) count : 0;
      outputs += kind == 0 ? 0 : (int) count;
      expect(")");
    }
    if (!peek().equals(")") || tensors.size() != 2) {
      throw refusal("of VNN-LIB 2.0, one network with one input and one output is supported");
    }
    expect(")");
  }

  private long[] numbers(String list) {
    if (!list.startsWith("[") || !list.endsWith("]")) {
      throw refusal("whole numbers in brackets are wanted, such as [0,1], found '" + list + "'");
    }
    String inner = list.substring(1, list.length() - 1);
    String[] parts = inner.isBlank() ? new String[0] : inner.split(",", -1);
    long[] numbers = new long[parts.length];
    for (int i = 0; i < numbers.length; i++) {
      try {
        numbers[i] = Integer.parseInt(parts[i].strip());
      } catch (NumberFormatException e) {
        throw refusal("'" + parts[i] + "' is no whole number");
      }
    }
    return numbers;
  }

  /** X[0,1] under the name that VNN-LIB 1.0 has for it; other words as they are. */
  private String plain(String token) {
    int bracket = token.indexOf('[');
    Shaped tensor = bracket < 0 ? null : tensors.get(token.substring(0, bracket));
    if (tensor == null) {
      return token;
    }
    long[] at = numbers(token.substring(bracket));
    long place = 0;
    for (int d = 0; d < tensor.shape.length; d++) {
      if (at.length != tensor.shape.length || at[d] < 0 || at[d] >= tensor.shape[d]) {
        throw refusal("'%s' is outside of %s".formatted(token, Arrays.toString(tensor.shape)));
      }
      place = place * tensor.shape[d] + at[d];
    }
    return (tensor.isInput ? "X_" : "Y_") + place;
  }

  /** The input is within a distance of a centre: the norm, the distance, and the centre. */
  private void distance() {
    String norm = next();
    if (ball != null || !List.of("L1", "L2").contains(norm)) {
      throw refusal("one distance is wanted, L1 or L2, found '" + norm + "'");
    }
    BigDecimal[] numbers = new BigDecimal[inputs + 1];
    for (int i = 0; i < numbers.length; i++) {
      String token = next();
      BigDecimal found = number(token);
      if (found == null || (i == 0 && found.signum() <= 0)) {
        throw refusal(
            "a positive distance and a number for each of %d inputs are wanted, found '%s'"
                .formatted(inputs, token));
      }
      numbers[i] = found;
    }
    expect(")");
    ball = new Ball(norm.equals("L2"), numbers[0], Arrays.copyOfRange(numbers, 1, inputs + 1));
  }

  private void skipToEnd() {
    for (int open = 1; open > 0; ) {
      String token = next();
      open += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
    }
  }

  // ---- Tokens

  private String peek() {
    while (at < text.length()
        && (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == ';')) {
      if (text.charAt(at) == ';') {
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
          at++;
        }
      } else {
        at++;
      }
    }
    int before = at;
    if (at == text.length()) {
      return "";
    }
    int end = at + 1;
    if (text.charAt(at) == '"' || text.charAt(at) == '|') {
      // A text, in which nothing has a meaning.
      end = text.indexOf(text.charAt(at), at + 1) + 1;
      if (end == 0) {
        throw refusal("the file ends early: a text in %s is not closed".formatted(text.charAt(at)));
      }
    } else if (text.charAt(at) != '(' && text.charAt(at) != ')') {
      boolean inBrackets = text.charAt(at) == '[';
      while (end < text.length() && (inBrackets || !isEnd(text.charAt(end)))) {
        inBrackets |= text.charAt(end) == '[';
        inBrackets &= text.charAt(end) != ']';
        end++;
      }
    }
    return text.substring(before, end);
  }

  private static boolean isEnd(char c) {
    return Character.isWhitespace(c) || "();\"|".indexOf(c) >= 0;
  }

  private String next() {
    String token = peek();
    if (token.isEmpty()) {
      throw refusal("the file ends early: a parenthesis is not closed");
    }
    at += token.length();
    return token;
  }

  private void expect(String wanted) {
    String token = next();
    if (!token.equals(wanted)) {
      throw refusal("'" + wanted + "' is wanted, found '" + token + "'");
    }
  }

  // ---- Conditions

  /** The alternatives, each a list of comparisons that must all hold. */
  private List<List<Atom>> condition(int depth) {
    if (depth > DEEPEST) {
      throw refusal("conditions are nested too deeply");
    }
    expect("(");
    String head = next();
    List<List<Atom>> result;
    switch (head) {
      case "and" -> {
        result = List.of(List.of());
        while (!peek().equals(")")) {
          result = product(result, condition(depth + 1));
        }
      }
      case "or" -> {
        result = new ArrayList<>();
        while (!peek().equals(")")) {
          result.addAll(condition(depth + 1));
        }
      }
      case "<=", "<", ">=", ">", "=" -> result = List.of(comparison(head, depth));
      case "==" -> result = List.of(comparison("=", depth));
      default -> throw refusal("'" + head + "' is no condition; <= and >=, and, or are known");
    }
    expect(")");
    return result;
  }

  private List<Atom> comparison(String head, int depth) {
    Map<String, BigDecimal> left = sum(depth);
    Map<String, BigDecimal> right = sum(depth);
    boolean strict = head.length() == 1 && !head.equals("=");
    List<Atom> atoms = new ArrayList<>();
    if (!head.startsWith(">")) {
      atoms.add(atom(left, right, strict));
    }
    if (!head.startsWith("<")) {
      atoms.add(atom(right, left, strict));
    }
    return atoms;
  }

  /** That one sum is at most another; the constant of a sum has the empty name. */
  private static Atom atom(
      Map<String, BigDecimal> less, Map<String, BigDecimal> more, boolean strict) {
    Map<String, BigDecimal> terms = new HashMap<>(less);
    more.forEach((name, value) -> terms.merge(name, value.negate(), BigDecimal::add));
    BigDecimal constant = terms.remove("");
    terms.values().removeIf(value -> value.signum() == 0);
    return new Atom(terms, constant == null ? BigDecimal.ZERO : constant, strict);
  }

  private List<List<Atom>> product(List<List<Atom>> a, List<List<Atom>> b) {
    if ((long) a.size() * b.size() > MOST_CASES) {
      throw refusal("it has more than " + MOST_CASES + " cases");
    }
    if (a.size() == 1 && b.size() == 1 && a.get(0) instanceof ArrayList<Atom> growing) {
      // The usual assertion: one comparison more, without a copy of all others.
      growing.addAll(b.get(0));
      return a;
    }
    List<List<Atom>> product = new ArrayList<>();
    for (List<Atom> first : a) {
      for (List<Atom> second : b) {
        List<Atom> both = new ArrayList<>(first);
        both.addAll(second);
        product.add(both);
      }
    }
    return product;
  }

  private Map<String, BigDecimal> sum(int depth) {
    String token = next();
    if (!token.equals("(")) {
      return word(token);
    }
    if (depth > DEEPEST) {
      throw refusal("sums are nested too deeply");
    }
    String head = next();
    List<Map<String, BigDecimal>> parts = new ArrayList<>();
    while (!peek().equals(")")) {
      parts.add(sum(depth + 1));
    }
    expect(")");
    if (parts.isEmpty()) {
      throw refusal("an empty sum or product");
    }
    Map<String, BigDecimal> result = parts.get(0);
    if (parts.size() == 1 && head.equals("-")) {
      return times(result, BigDecimal.ONE.negate());
    }
    for (Map<String, BigDecimal> part : parts.subList(1, parts.size())) {
      result =
          switch (head) {
            case "+" -> plus(result, part);
            case "-" -> plus(result, times(part, BigDecimal.ONE.negate()));
            case "*" -> product(result, part);
            default -> throw refusal("'" + head + "' is not linear; +, - and * are known");
          };
    }
    if (!List.of("+", "-", "*").contains(head)) {
      throw refusal("'" + head + "' is not linear; +, - and * are known");
    }
    return result;
  }

  private Map<String, BigDecimal> word(String word) {
    String token = plain(word);
    if (token.startsWith("X_") || token.startsWith("Y_")) {
      index(token);
      return Map.of(token, BigDecimal.ONE);
    }
    BigDecimal number = number(token);
    if (number == null) {
      throw refusal("'" + token + "' is neither a number nor a variable X_i or Y_i");
    }
    return Map.of("", number);
  }

  private @Nullable BigDecimal number(String token) {
    BigDecimal number;
    try {
      number = new BigDecimal(token);
    } catch (NumberFormatException e) {
      return null;
    }
    if (number.precision() > MOST_DIGITS || Math.abs((long) number.scale()) > MOST_DIGITS) {
      throw refusal(
          "a number has more than %d digits, written without an exponent".formatted(MOST_DIGITS));
    }
    return number;
  }

  private int index(String variable) {
    int count = variable.charAt(0) == 'X' ? inputs : outputs;
    try {
      int index = Integer.parseInt(variable.substring(2));
      // X_01 is none: under two names, one variable would count as two.
      boolean isPlain = Integer.toString(index).equals(variable.substring(2));
      if (isPlain && index >= 0 && index < count) {
        return index;
      }
    } catch (NumberFormatException e) {
      // No index at all is no declared one either.
    }
    throw refusal(
        "variable '%s' is unknown; declared are %d inputs and %d outputs"
            .formatted(variable, inputs, outputs));
  }

  private static Map<String, BigDecimal> plus(
      Map<String, BigDecimal> a, Map<String, BigDecimal> b) {
    Map<String, BigDecimal> sum = new HashMap<>(a);
    b.forEach((name, value) -> sum.merge(name, value, BigDecimal::add));
    return sum;
  }

  private static Map<String, BigDecimal> times(Map<String, BigDecimal> sum, BigDecimal factor) {
    Map<String, BigDecimal> result = new HashMap<>();
    sum.forEach((name, value) -> result.put(name, value.multiply(factor)));
    return result;
  }

  private Map<String, BigDecimal> product(Map<String, BigDecimal> a, Map<String, BigDecimal> b) {
    boolean isConstant = a.size() == 1 && a.containsKey("");
    Map<String, BigDecimal> constant = isConstant ? a : b;
    BigDecimal factor = constant.get("");
    if (factor == null || constant.size() != 1) {
      throw refusal("a product of two variables is not linear");
    }
    return times(isConstant ? b : a, factor);
  }

  // ---- Boxes

  /** A case; null where one of its inputs has no value. */
  private Property.@Nullable Unsafe unsafe(List<Atom> atoms) {
    @Nullable BigDecimal[] low = new BigDecimal[inputs];
    @Nullable BigDecimal[] high = new BigDecimal[inputs];
    boolean[] aboveLow = new boolean[inputs];
    boolean[] belowHigh = new boolean[inputs];
    List<Property.Constraint> constraints = new ArrayList<>();
    for (Atom atom : atoms) {
      boolean onInputs = atom.terms.keySet().stream().anyMatch(name -> name.startsWith("X"));
      if (!onInputs) {
        if (!atom.terms.isEmpty()) {
          constraints.add(constraint(atom));
        }
        continue;
      }
      if (atom.terms.size() > 1) {
        throw new InvalidInputException(
            "%s: a condition on %s is no box: every condition on an input should be on it alone"
                .formatted(name, atom.terms.keySet().stream().sorted().toList()));
      }
      atom.terms.forEach(
          (variable, a) -> {
            boolean isUpper = a.signum() > 0;
            boolean unit = a.abs().compareTo(BigDecimal.ONE) == 0;
            BigDecimal end =
                unit
                    ? atom.constant.multiply(a).negate()
                    : atom.constant.negate().divide(a, isUpper ? UP : DOWN);
            narrow(
                isUpper ? high : low,
                isUpper ? belowHigh : aboveLow,
                index(variable),
                end,
                isUpper,
                atom.strict);
          });
    }
    for (int i = 0; i < inputs; i++) {
      BigDecimal least = low[i];
      BigDecimal most = high[i];
      int side = least == null || most == null ? -1 : least.compareTo(most);
      if (side > (aboveLow[i] || belowHigh[i] ? -1 : 0)) {
        empty =
            "X_%d is %s %s and %s %s"
                .formatted(
                    i,
                    aboveLow[i] ? "above" : "at least",
                    least,
                    belowHigh[i] ? "below" : "at most",
                    most);
      }
      if (side > 0) {
        return null;
      }
    }
    BigDecimal[] lower = new BigDecimal[inputs];
    BigDecimal[] upper = new BigDecimal[inputs];
    for (int i = 0; i < inputs; i++) {
      BigDecimal least = low[i];
      BigDecimal most = high[i];
      if (least == null || most == null) {
        throw new InvalidInputException(
            "%s: input X_%d has no %s bound".formatted(name, i, least == null ? "lower" : "upper"));
      }
      lower[i] = least;
      upper[i] = most;
    }
    for (int i = 0; ball != null && i < inputs; i++) {
      BigDecimal centre = ball.centre()[i];
      if (centre.compareTo(lower[i]) < 0 || centre.compareTo(upper[i]) > 0) {
        throw new InvalidInputException(
            "%s: the centre from which a distance is measured is outside the box: X_%d is %s"
                .formatted(name, i, centre.toString()));
      }
    }
    return new Property.Unsafe(lower, upper, aboveLow, belowHigh, ball, constraints);
  }

  /** One end of an input more: the tightest counts, and of two that are equal a strict one. */
  private static void narrow(
      @Nullable BigDecimal[] ends,
      boolean[] open,
      int i,
      BigDecimal end,
      boolean isUpper,
      boolean strict) {
    BigDecimal known = ends[i];
    int side = known == null ? -1 : isUpper ? end.compareTo(known) : known.compareTo(end);
    if (side < 0) {
      ends[i] = end;
    }
    open[i] = side < 0 ? strict : open[i] || (side == 0 && strict);
  }

  private Property.Constraint constraint(Atom atom) {
    BigDecimal[] coefficients = new BigDecimal[outputs];
    Arrays.fill(coefficients, BigDecimal.ZERO);
    atom.terms.forEach((variable, a) -> coefficients[index(variable)] = a);
    return new Property.Constraint(coefficients, atom.constant.negate(), atom.strict);
  }
}
