package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gemm and MatMul. */
final class Matrix {
  private static final Pattern FORMULA =
      Pattern.compile(
          "[A-Za-z]*(\\.{3})?[A-Za-z]*(,[A-Za-z]*(\\.{3})?[A-Za-z]*)*(->[A-Za-z]*(\\.{3})?[A-Za-z]*)?");

  private static final Operator MATMUL =
      Operator.single(inputs -> product(inputs.get(0), inputs.get(1)));

  private Matrix() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of(
        "Gemm",
        (node, opset) -> gemm(node),
        "MatMul",
        Operator.Factory.of(MATMUL),
        "Einsum",
        Matrix::einsum);
  }

  private static Operator einsum(Node node, int opset) {
    node.attributes().allowOnly(Set.of("equation"));
    String formula = node.attributes().text("equation", "").replace(" ", "");
    if (!FORMULA.matcher(formula).matches()) {
      throw new InvalidInputException("attribute equation is '" + formula + "'");
    }
    return Operator.single(inputs -> einsum(formula, inputs));
  }

  private static Tensor einsum(String formula, Inputs inputs) {
    List<Tensor> operands = new ArrayList<>();
    for (int i = 0; i < inputs.count(); i++) {
      operands.add(inputs.get(i));
    }
    String[] terms = formula.split("->", -1)[0].split(",", -1);
    if (terms.length != operands.size()) {
      throw new InvalidInputException(
          "the equation '%s' is of %d tensors, found %d"
              .formatted(formula, terms.length, operands.size()));
    }
    Map<Character, Long> sizes = new HashMap<>();
    long[] rest = {};
    long[] dotted = null;
    for (int i = 0; i < terms.length; i++) {
      long[] own = readTerm(terms[i], operands.get(i), sizes);
      if (terms[i].contains(".")) {
        requireAsMany(formula, dotted == null ? own : dotted, own);
        dotted = own;
      }
      rest = SizeLimits.broadcast(rest, own);
    }
    long batch = SizeLimits.elements(rest);
    long all = sizes.values().stream().reduce(1L, SizeLimits::saturatedProduct);
    // Each multiplication has a place along every letter, and so have values of several tensors.
    SizeLimits.checkWork(batch, all);
    if (terms.length > 2) {
      SizeLimits.checkIntermediate(batch, all);
    }
    SizeLimits.checkIntermediate(batch, resultSize(formula, terms, sizes));
    return Tensor.einsum(formula, operands);
  }

  /** Dots that stand for other numbers of dimensions end the process in ONNX Runtime. */
  private static void requireAsMany(String formula, long[] one, long[] other) {
    if (one.length != other.length) {
      throw new UnsafeModelException(
          "the dots of '%s' stand for %d and for %d dimensions; give every tensor as many"
              .formatted(formula, one.length, other.length));
    }
  }

  /**
   * Reads the sizes that the letters of a term have.
   *
   * @return the sizes of the dimensions that the term's dots stand for
   */
  private static long[] readTerm(String term, Tensor operand, Map<Character, Long> sizes) {
    int dots = term.indexOf('.');
    String letters = term.replace(".", "");
    int rest = operand.rank() - letters.length();
    if (dots < 0 ? rest != 0 : rest < 0) {
      throw new InvalidInputException("the term '%s' does not fit %s".formatted(term, operand));
    }
    for (int i = 0; i < letters.length(); i++) {
      int dimension = dots < 0 || i < dots ? i : i + rest;
      sizes.merge(letters.charAt(i), operand.size(dimension), Math::max);
    }
    return dots < 0 ? new long[0] : Arrays.copyOfRange(operand.shape(), dots, dots + rest);
  }

  /**
   * The product of the sizes of the result's letters: those behind the arrow, or that occur once.
   */
  private static long resultSize(String formula, String[] terms, Map<Character, Long> sizes) {
    int arrow = formula.indexOf("->");
    String all = String.join("", terms);
    return sizes.entrySet().stream()
        .filter(
            entry ->
                arrow >= 0
                    ? formula.indexOf(entry.getKey(), arrow) >= 0
                    : all.indexOf(entry.getKey()) == all.lastIndexOf(entry.getKey()))
        .map(Map.Entry::getValue)
        .reduce(1L, SizeLimits::saturatedProduct);
  }

  static Tensor product(Tensor a, Tensor b) {
    if (a.rank() == 0 || b.rank() == 0) {
      throw new InvalidInputException("matrices are wanted, found %s and %s".formatted(a, b));
    }
    long inner = a.size(-1);
    if (inner != b.size(b.rank() == 1 ? 0 : -2)) {
      throw new InvalidInputException("%s cannot be multiplied with %s".formatted(a, b));
    }
    long[] result = SizeLimits.broadcast(batch(a), batch(b));
    result = Arrays.copyOf(result, result.length + 2);
    result[result.length - 2] = a.rank() == 1 ? 1 : a.size(-2);
    result[result.length - 1] = b.rank() == 1 ? 1 : b.size(-1);
    SizeLimits.checkResult(result);
    SizeLimits.checkWork(SizeLimits.elements(result), inner);
    if (b.rank() != 2 || a.rank() < 2 || !a.dtype().isFloating()) {
      checkRepeated(result, result[result.length - 2], inner);
      checkRepeated(result, inner, result[result.length - 1]);
      return a.matmul(b);
    }
    // The layer treats all rows alike, which the engine's product does not.
    Tensor weight = b.transpose(0, 1);
    if (a.rank() == 2) {
      return Nn.linear(a, weight, null);
    }
    long[] shape = a.shape();
    shape[shape.length - 1] = b.size(1);
    return Nn.linear(a.reshape(a.elements() / Math.max(1, inner), inner), weight, null)
        .reshape(shape);
  }

  /** The engine repeats each matrix for the whole batch. */
  private static void checkRepeated(long[] result, long rows, long columns) {
    long[] shape = result.clone();
    shape[shape.length - 2] = rows;
    shape[shape.length - 1] = columns;
    SizeLimits.checkIntermediate(shape);
  }

  private static long[] batch(Tensor x) {
    return Arrays.copyOf(x.shape(), Math.max(x.rank() - 2, 0));
  }

  /** Gemm, of a node that may have other attributes besides. */
  static Operator gemm(Node node, String... more) {
    Attributes attributes = node.attributes();
    Set<String> known = new HashSet<>(Set.of("alpha", "beta", "transA", "transB"));
    known.addAll(List.of(more));
    attributes.allowOnly(known);
    double alpha = attributes.number("alpha", 1);
    double beta = attributes.number("beta", 1);
    boolean transposeA = attributes.flag("transA", false);
    boolean transposeB = attributes.flag("transB", false);
    return Operator.single(
        inputs -> {
          Tensor a = matrix(inputs.get(0), transposeA);
          Tensor weight = matrix(inputs.get(1), !transposeB);
          return gemm(a, weight, inputs.optional(2), alpha, beta);
        });
  }

  static Tensor matrix(Tensor x, boolean transpose) {
    if (x.rank() != 2) {
      throw new InvalidInputException("a matrix is wanted, found " + x);
    }
    return transpose ? x.transpose(0, 1) : x;
  }

  /** alpha a weight^T + beta c, in one pass of the engine where it can. */
  private static Tensor gemm(
      Tensor a, Tensor weight, @Nullable Tensor c, double alpha, double beta) {
    if (a.size(1) != weight.size(1)) {
      throw new InvalidInputException(
          "%d columns cannot be multiplied with %d rows".formatted(a.size(1), weight.size(1)));
    }
    long[] result = {a.size(0), weight.size(0)};
    SizeLimits.checkResult(result);
    SizeLimits.checkWork(SizeLimits.saturatedProduct(result[0], result[1]), a.size(1));
    if (c != null && !Arrays.equals(SizeLimits.broadcast(c.shape(), result), result)) {
      throw new InvalidInputException(c + " cannot be added to " + Arrays.toString(result));
    }
    if (!a.dtype().isFloating()) {
      return scaled(a.matmul(weight.transpose(0, 1)), alpha, c, beta);
    }
    boolean fused = alpha == 1 && beta == 1 && c != null && isRow(c, weight.size(0));
    return fused ? Nn.linear(a, weight, c) : scaled(Nn.linear(a, weight, null), alpha, c, beta);
  }

  private static boolean isRow(Tensor c, long columns) {
    return c.rank() == 1 && c.size(0) == columns;
  }

  private static Tensor scaled(Tensor product, double alpha, @Nullable Tensor c, double beta) {
    Tensor result = alpha == 1 ? product : product.mul(alpha).to(product.dtype());
    if (c == null) {
      return result;
    }
    return result.add(beta == 1 ? c : c.mul(beta).to(c.dtype()));
  }
}
