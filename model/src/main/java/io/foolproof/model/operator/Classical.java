package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Linear models and what stands around them, from ONNX's domain for classical learning. */
final class Classical {
  private static final String DOMAIN = "ai.onnx.ml.";

  private Classical() {}

  static Map<String, Operator.Factory> catalogue() {
    Map<String, Operator.Factory> operators = new HashMap<>();
    operators.put(DOMAIN + "LinearClassifier", Classical::classifier);
    operators.put(DOMAIN + "LinearRegressor", Classical::regressor);
    operators.put(DOMAIN + "Normalizer", Classical::normaliser);
    operators.put(DOMAIN + "Scaler", Classical::scaler);
    operators.put(DOMAIN + "Imputer", Classical::imputer);
    operators.put(DOMAIN + "ZipMap", Classical::zipMap);
    operators.put(
        DOMAIN + "ArrayFeatureExtractor",
        Operator.Factory.of(Operator.single(Classical::extracted)));
    operators.put(DOMAIN + "FeatureVectorizer", Classical::joined);
    return operators;
  }

  /** Rows of features as floating-point numbers; one row where there is a vector. */
  private static Tensor rows(Tensor x) {
    Tensor real = x.dtype().isFloating() ? x : x.to(DType.FLOAT32);
    if (x.rank() > 2 || x.rank() == 0) {
      throw new InvalidInputException("rows of features are wanted, found " + x);
    }
    return x.rank() == 1 ? real.unsqueeze(0) : real;
  }

  private static UnaryOperator<Tensor> transform(Attributes attributes) {
    String name = attributes.text("post_transform", "NONE");
    return switch (name) {
      case "NONE" -> scores -> scores;
      case "SOFTMAX" -> scores -> Nn.softmax(scores, 1);
      case "LOGISTIC" -> Tensor::sigmoid;
      default ->
          throw new InvalidInputException(
              "attribute post_transform = " + name + " is not supported");
    };
  }

  /** x W^T + b, W in rows. */
  private static Tensor linear(
      Tensor x, float[] coefficients, float @Nullable [] intercepts, long outputs) {
    if (coefficients.length != outputs * x.size(1)) {
      throw new InvalidInputException(
          "%d coefficients for %d outputs of %d features"
              .formatted(coefficients.length, outputs, x.size(1)));
    }
    if (intercepts != null && intercepts.length != outputs) {
      throw new InvalidInputException(
          "%d intercepts for %d outputs".formatted(intercepts.length, outputs));
    }
    Tensor weight = Tensor.of(coefficients, outputs, x.size(1)).to(x.dtype());
    Tensor bias = intercepts == null ? null : Tensor.of(intercepts, outputs).to(x.dtype());
    return Nn.linear(x, weight, bias);
  }

  private static float[] required(Attributes attributes, String name) {
    float[] values = attributes.numbers(name);
    if (values == null) {
      throw new InvalidInputException("attribute " + name + " is missing");
    }
    return values;
  }

  /** The first output is the label: of text labels, the index. */
  private static Operator classifier(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(
        Set.of(
            "classlabels_ints",
            "classlabels_strings",
            "coefficients",
            "intercepts",
            "multi_class",
            "post_transform"));
    float[] coefficients = required(attributes, "coefficients");
    float[] intercepts = required(attributes, "intercepts");
    long[] labels = attributes.integers("classlabels_ints");
    long classes = labels != null ? labels.length : attributes.texts("classlabels_strings").size();
    if (intercepts.length != classes) {
      throw new InvalidInputException(
          "%d intercepts for %d classes are not supported".formatted(intercepts.length, classes));
    }
    UnaryOperator<Tensor> transform = transform(attributes);
    return inputs -> {
      Tensor x = rows(inputs.get(0));
      Tensor scores = linear(x, coefficients, intercepts, classes);
      Tensor place = scores.argmax(1);
      Tensor label =
          labels == null ? place : Tensor.of(labels, labels.length).indexSelect(0, place);
      return List.of(label, transform.apply(scores));
    };
  }

  private static Operator regressor(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("coefficients", "intercepts", "targets", "post_transform"));
    float[] coefficients = required(attributes, "coefficients");
    float[] intercepts = attributes.numbers("intercepts");
    long targets = attributes.integer("targets", 1);
    if (!attributes.text("post_transform", "NONE").equals("NONE")) {
      throw new InvalidInputException("attribute post_transform other than NONE is not supported");
    }
    return Operator.unary(x -> linear(rows(x), coefficients, intercepts, targets));
  }

  private static Operator normaliser(Node node, int opset) {
    node.attributes().allowOnly(Set.of("norm"));
    String norm = node.attributes().text("norm", "MAX");
    return switch (norm) {
      case "MAX" -> normaliser(x -> x.max(true, -1));
      case "L1" -> normaliser(x -> x.abs().sum(true, -1));
      case "L2" -> normaliser(x -> nonZero(x.mul(x).sum(true, -1)).sqrt());
      default -> throw new InvalidInputException("attribute norm is '" + norm + "'");
    };
  }

  private static Operator normaliser(UnaryOperator<Tensor> size) {
    return Operator.unary(
        given -> {
          Tensor x = given.dtype().isFloating() ? given : given.to(DType.FLOAT32);
          return x.div(nonZero(size.apply(x)));
        });
  }

  /** A row without a size stays as it is. */
  private static Tensor nonZero(Tensor size) {
    return Tensor.where(size.eq(0), Tensor.scalar(1, size.dtype()), size);
  }

  private static Operator scaler(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("offset", "scale"));
    float[] offset = required(attributes, "offset");
    float[] scale = required(attributes, "scale");
    return Operator.unary(
        given -> {
          Tensor x = given.dtype().isFloating() ? given : given.to(DType.FLOAT32);
          long features = x.rank() == 0 ? 1 : x.size(-1);
          return x.sub(each("offset", offset, features).to(x.dtype()))
              .mul(each("scale", scale, features).to(x.dtype()));
        });
  }

  /** What stands for a missing value becomes another number; everything else stays. */
  private static Operator imputer(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(
        Set.of(
            "imputed_value_floats",
            "imputed_value_int64s",
            "replaced_value_float",
            "replaced_value_int64"));
    float[] imputed = required(attributes, "imputed_value_floats");
    double missing = attributes.number("replaced_value_float", 0);
    return Operator.unary(
        x -> {
          if (!x.dtype().isFloating()) {
            throw new InvalidInputException("floating-point numbers are wanted, found " + x);
          }
          long features = x.rank() == 0 ? 1 : x.size(-1);
          Tensor isMissing = Double.isNaN(missing) ? x.isNan() : x.eq(missing);
          Tensor other = each("imputed_value_floats", imputed, features).to(x.dtype());
          return Tensor.where(isMissing, other, x);
        });
  }

  private static Tensor each(String name, float[] values, long features) {
    if (values.length != 1 && values.length != features) {
      throw new InvalidInputException(
          "attribute %s has %d numbers for %d features".formatted(name, values.length, features));
    }
    return Tensor.of(values, values.length);
  }

  /** Names for the columns of a matrix, which stays what it is. */
  private static Operator zipMap(Node node, int opset) {
    node.attributes().allowOnly(Set.of("classlabels_int64s", "classlabels_strings"));
    return Operator.unary(x -> x);
  }

  private static Tensor extracted(Inputs inputs) {
    Tensor x = inputs.get(0);
    if (x.rank() == 0) {
      throw new InvalidInputException("rows of features are wanted, found " + x);
    }
    Tensor places = inputs.get(1).reshape(-1);
    int last = x.rank() - 1;
    Tensor result = x.indexSelect(last, Indexing.indices(places, x.size(last)));
    return x.rank() == 1 ? result.unsqueeze(0) : result;
  }

  private static Operator joined(Node node, int opset) {
    node.attributes().allowOnly(Set.of("inputdimensions"));
    long[] sizes = node.attributes().integers("inputdimensions");
    return Operator.single(
        inputs -> {
          List<Tensor> parts = new ArrayList<>();
          for (int i = 0; i < inputs.count(); i++) {
            Tensor part = rows(inputs.get(i));
            if (sizes != null && (i >= sizes.length || part.size(1) != sizes[i])) {
              throw new InvalidInputException("attribute inputdimensions does not fit " + part);
            }
            parts.add(part);
          }
          return Tensor.concat(parts, 1);
        });
  }
}
