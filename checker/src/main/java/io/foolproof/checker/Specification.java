package io.foolproof.checker;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A property in VNN-LIB 1.0, or the linear part of 2.0, in normal form: what must not happen is
 * that an input lies in one of some boxes and its output meets all linear constraints that belong
 * to the box.
 *
 * <p>Beyond VNN-LIB, {@code (assert-distance L2 0.5 c_0 c_1 ...)}, or L1, says that the input is
 * within a distance of a centre.
 *
 * <p>The cases are in the order of the text: assertions in their order, the parts of an {@code or}
 * in theirs, those of later assertions changing fastest.
 */
record Specification(int inputs, int outputs, List<Case> cases, @Nullable Ball ball) {
  private static final int MOST_CASES = 100_000;
  private static final int DEEPEST = 1_000;
  private static final int MOST_DIGITS = 200;
  private static final Pattern TOKEN =
      Pattern.compile("\\s+|;[^\\n\\r]*|\"[^\"]*\"|\\|[^|]*\\||[()]|[^\\s();\"|]+");
  private static final Pattern VARIABLE = Pattern.compile("([XY])_(0|[1-9]\\d{0,8})");

  /** A box, rounded outwards, and constraints on the output. */
  record Case(double[] low, double[] high, List<Constraint> constraints) {}

  /**
   * The sum of coefficients times outputs is at most the limit, or below it.
   *
   * @param coefficients by output, to the nearest number
   * @param limit rounded up
   */
  record Constraint(double[] coefficients, double limit) {}

  /** A word, or a list of expressions in parentheses. */
  private sealed interface Expression {}

  private record Word(String text) implements Expression {}

  private record Group(List<Expression> parts) implements Expression {
    String head() {
      return !parts.isEmpty() && parts.get(0) instanceof Word word ? word.text() : "";
    }
  }

  /** A sum of multiples of variables and a constant, which is at most 0. */
  private record Linear(Map<String, BigDecimal> terms, BigDecimal constant) {
    static final Linear ZERO = new Linear(Map.of(), BigDecimal.ZERO);

    Linear plus(Linear other, BigDecimal factor) {
      Map<String, BigDecimal> sum = new TreeMap<>(terms);
      other.terms.forEach(
          (name, value) -> sum.merge(name, value.multiply(factor), BigDecimal::add));
      sum.values().removeIf(value -> value.signum() == 0);
      return new Linear(sum, constant.add(other.constant.multiply(factor)));
    }
  }

  /** Reads a specification. */
  static Specification read(String text) {
    int[] declared = new int[2];
    List<List<Linear>> cases = List.of(List.of());
    Ball ball = null;
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (Expression expression : expressions(VnnLib2.translated(plain))) {
      if (!(expression instanceof Group group)) {
        throw refusal("a word outside of parentheses");
      }
      switch (group.head()) {
        case "declare-const", "declare-fun" -> declare(group, declared);
        case "assert" -> {
          if (group.parts().size() != 2) {
            throw refusal("an assertion of one condition is wanted");
          }
          cases = product(cases, normal(group.parts().get(1)));
        }
        case "assert-distance" -> {
          if (ball != null || group.parts().size() != declared[0] + 3) {
            throw refusal("one distance is wanted, from a centre with a number for each input");
          }
          ball = ball(group.parts());
        }
        case "set-logic", "set-info", "check-sat", "exit" -> {}
        default -> throw refusal("'" + group.head() + "' is not known; VNN-LIB 1.0 is");
      }
    }
    int d = declared[0];
    int m = declared[1];
    List<Case> result = new ArrayList<>();
    Box box = null;
    for (List<Linear> atoms : cases) {
      if (atoms.stream().noneMatch(a -> a.terms().isEmpty() && a.constant().signum() > 0)) {
        BigDecimal[][] ends = new BigDecimal[2][d];
        List<Constraint> constraints = constraints(atoms, ends, m);
        if (isEmpty(ends)) {
          // A case without any input cannot happen.
          continue;
        }
        // Most often all cases share a box, and rounding it takes long.
        box = box != null && Arrays.deepEquals(box.ends, ends) ? box : Box.of(ends);
        result.add(new Case(box.low, box.high, constraints));
      }
    }
    if (result.isEmpty()) {
      throw refusal("no case of it has any input");
    }
    return new Specification(d, m, List.copyOf(result), ball);
  }

  private static boolean isEmpty(BigDecimal[][] ends) {
    for (int i = 0; i < ends[0].length; i++) {
      if (ends[0][i] != null && ends[1][i] != null && ends[0][i].compareTo(ends[1][i]) > 0) {
        return true;
      }
    }
    return false;
  }

  private static UncheckableException refusal(String why) {
    return new UncheckableException("the specification: " + why);
  }

  private static List<Expression> expressions(String text) {
    Deque<List<Expression>> open = new ArrayDeque<>();
    open.push(new ArrayList<>());
    Matcher token = TOKEN.matcher(text);
    int end = 0;
    while (token.find() && token.start() == end) {
      end = token.end();
      String word = token.group();
      if (word.equals("(")) {
        open.push(new ArrayList<>());
      } else if (word.equals(")") && open.size() > 1) {
        Group group = new Group(open.pop());
        open.element().add(group);
      } else if (word.equals(")")) {
        throw refusal("a parenthesis is closed that was not opened");
      } else if (!word.isBlank() && !word.startsWith(";")) {
        open.element().add(new Word(word));
      }
      if (open.size() > DEEPEST) {
        throw refusal("parentheses are nested too deeply");
      }
    }
    if (end != text.length()) {
      throw refusal("it ends early: a text is not closed");
    }
    if (open.size() != 1) {
      throw refusal("it ends early: a parenthesis is not closed");
    }
    return open.pop();
  }

  private static void declare(Group group, int[] declared) {
    String name =
        group.parts().size() > 1 && group.parts().get(1) instanceof Word w ? w.text() : "";
    int kind = name.startsWith("X") ? 0 : 1;
    if (!name.equals((kind == 0 ? "X_" : "Y_") + declared[kind])) {
      throw refusal("X_0 and so on, and Y_0 and so on, should be declared in order");
    }
    Expression sort = group.parts().get(group.parts().size() - 1);
    boolean isFunction = group.head().equals("declare-fun");
    boolean isReal = sort.equals(new Word("Real")) && group.parts().size() == (isFunction ? 4 : 3);
    if (!isReal || (isFunction && !group.parts().get(2).equals(new Group(List.of())))) {
      throw refusal("the sort of " + name + " should be Real");
    }
    declared[kind]++;
  }

  /** A ball; that its centre is rounded makes the radius larger. */
  private static Ball ball(List<Expression> parts) {
    boolean l2 = parts.get(1).equals(new Word("L2"));
    if (!l2 && !parts.get(1).equals(new Word("L1"))) {
      throw refusal("a distance is one of L1 or L2");
    }
    double[] centre = new double[parts.size() - 3];
    BigDecimal radius = number(parts.get(2));
    for (int j = 0; j < centre.length; j++) {
      BigDecimal exact = number(parts.get(j + 3));
      centre[j] = outwards(exact, false);
      radius = radius.add(exact.subtract(new BigDecimal(centre[j])).abs());
    }
    if (radius.signum() <= 0) {
      throw refusal("a distance should be positive");
    }
    return new Ball(l2, centre, outwards(radius, true));
  }

  private static BigDecimal number(Expression expression) {
    Linear value = linear(expression);
    if (!value.terms().isEmpty()) {
      throw refusal("a number is wanted, not a variable");
    }
    return value.constant();
  }

  /** The alternatives of which one must hold, each a list of atoms that must all hold. */
  private static List<List<Linear>> normal(Expression expression) {
    if (!(expression instanceof Group group)) {
      throw refusal("a condition should be in parentheses");
    }
    List<Expression> parts =
        group.parts().subList(Math.min(1, group.parts().size()), group.parts().size());
    switch (group.head()) {
      case "or" -> {
        List<List<Linear>> any = new ArrayList<>();
        parts.forEach(part -> any.addAll(normal(part)));
        return any;
      }
      case "and" -> {
        List<List<Linear>> all = List.of(List.of());
        for (Expression part : parts) {
          all = product(all, normal(part));
        }
        return all;
      }
      case "<=", "<", ">=", ">", "=" -> {
        if (parts.size() != 2) {
          throw refusal("a comparison of two sides is wanted");
        }
        Linear left = linear(parts.get(0));
        Linear right = linear(parts.get(1));
        Linear atMost = left.plus(right, BigDecimal.ONE.negate());
        Linear atLeast = right.plus(left, BigDecimal.ONE.negate());
        boolean strict = group.head().equals("<") || group.head().equals(">");
        if (strict && atMost.terms().isEmpty() && atMost.constant().signum() == 0) {
          // Nothing is below itself.
          return List.of();
        }
        return switch (group.head().charAt(0)) {
          case '<' -> List.of(List.of(atMost));
          case '>' -> List.of(List.of(atLeast));
          default -> List.of(List.of(atMost, atLeast));
        };
      }
      default -> throw refusal("'" + group.head() + "' is no condition");
    }
  }

  private static List<List<Linear>> product(List<List<Linear>> a, List<List<Linear>> b) {
    if ((long) a.size() * b.size() > MOST_CASES) {
      throw refusal("it has more than " + MOST_CASES + " cases");
    }
    List<List<Linear>> product = new ArrayList<>();
    for (List<Linear> first : a) {
      for (List<Linear> second : b) {
        List<Linear> both = new ArrayList<>(first);
        both.addAll(second);
        product.add(both);
      }
    }
    return product;
  }

  private static Linear linear(Expression expression) {
    if (expression instanceof Word word) {
      if (VARIABLE.matcher(word.text()).matches()) {
        return new Linear(Map.of(word.text(), BigDecimal.ONE), BigDecimal.ZERO);
      }
      try {
        BigDecimal number = new BigDecimal(word.text());
        if (number.precision() > MOST_DIGITS || Math.abs((long) number.scale()) > MOST_DIGITS) {
          throw refusal("a number has more than " + MOST_DIGITS + " digits");
        }
        return new Linear(Map.of(), number);
      } catch (NumberFormatException e) {
        throw refusal("'" + word.text() + "' is neither a variable nor a number");
      }
    }
    Group group = (Group) expression;
    List<Linear> parts = new ArrayList<>();
    for (int i = 1; i < group.parts().size(); i++) {
      parts.add(linear(group.parts().get(i)));
    }
    if (parts.isEmpty()) {
      throw refusal("an empty sum or product");
    }
    Linear sum = parts.size() == 1 && group.head().equals("-") ? Linear.ZERO : parts.get(0);
    for (Linear part : parts.size() == 1 ? parts : parts.subList(1, parts.size())) {
      sum =
          switch (group.head()) {
            case "+" -> parts.size() == 1 ? part : sum.plus(part, BigDecimal.ONE);
            case "-" -> sum.plus(part, BigDecimal.ONE.negate());
            case "*" -> parts.size() == 1 ? part : times(sum, part);
            default -> throw refusal("'" + group.head() + "' is not linear");
          };
    }
    return sum;
  }

  private static Linear times(Linear a, Linear b) {
    if (!a.terms().isEmpty() && !b.terms().isEmpty()) {
      throw refusal("a product of two variables is not linear");
    }
    return a.terms().isEmpty()
        ? Linear.ZERO.plus(b, a.constant())
        : Linear.ZERO.plus(a, b.constant());
  }

  /** What the conditions on inputs make of a box, and those on outputs. */
  private static List<Constraint> constraints(List<Linear> atoms, BigDecimal[][] ends, int m) {
    List<Constraint> constraints = new ArrayList<>();
    for (Linear atom : atoms) {
      long inputs = atom.terms().keySet().stream().filter(name -> name.startsWith("X")).count();
      if (inputs == 1 && atom.terms().size() == 1) {
        int i = index(atom.terms().keySet().iterator().next(), ends[0].length);
        narrow(ends, i, atom.terms().values().iterator().next(), atom.constant());
      } else if (inputs > 0) {
        throw refusal("a condition on several inputs, or on inputs and outputs, is no box");
      } else if (!atom.terms().isEmpty()) {
        double[] coefficients = new double[m];
        atom.terms().forEach((name, value) -> coefficients[index(name, m)] = value.doubleValue());
        constraints.add(new Constraint(coefficients, outwards(atom.constant().negate(), true)));
      }
    }
    return List.copyOf(constraints);
  }

  /** Exact ends, [lower, upper][input], and the same rounded outwards. */
  private record Box(BigDecimal[][] ends, double[] low, double[] high) {
    static Box of(BigDecimal[][] ends) {
      int d = ends[0].length;
      Box box = new Box(ends, new double[d], new double[d]);
      for (int i = 0; i < d; i++) {
        if (ends[0][i] == null || ends[1][i] == null) {
          throw refusal("X_" + i + " is unbounded");
        }
        box.low[i] = outwards(ends[0][i], false);
        box.high[i] = outwards(ends[1][i], true);
      }
      return box;
    }
  }

  private static int index(String name, int size) {
    int index = Integer.parseInt(name.substring(2));
    if (index >= size) {
      throw refusal("'" + name + "' is not declared");
    }
    return index;
  }

  /** a x + c is at most 0. */
  private static void narrow(BigDecimal[][] ends, int i, BigDecimal a, BigDecimal c) {
    boolean upper = a.signum() > 0;
    MathContext outwards = new MathContext(60, upper ? RoundingMode.CEILING : RoundingMode.FLOOR);
    boolean unit = a.abs().compareTo(BigDecimal.ONE) == 0;
    BigDecimal end = unit ? c.multiply(a).negate() : c.negate().divide(a, outwards);
    BigDecimal[] side = ends[upper ? 1 : 0];
    if (side[i] == null || (upper ? end.compareTo(side[i]) < 0 : end.compareTo(side[i]) > 0)) {
      side[i] = end;
    }
  }

  /** The next number of 64 bits that is not below, or not above, a decimal. */
  private static double outwards(BigDecimal exact, boolean up) {
    double nearest = exact.doubleValue();
    if (!Double.isFinite(nearest)) {
      throw refusal("a number is out of range");
    }
    int side = new BigDecimal(nearest).compareTo(exact);
    if (up) {
      return side < 0 ? Math.nextUp(nearest) : nearest;
    }
    return side > 0 ? Math.nextDown(nearest) : nearest;
  }
}
