package io.foolproof.model.remote;

import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * {@link RemoteContract#OPEN_INFERENCE}: tensors with name, type and shape, as JSON numbers.
 *
 * @param batched whether the first size of the input is that of the batch; otherwise the model
 *     takes one image as it is
 */
record OpenInferenceProtocol(
    RemoteUrl asked, RemoteModel model, Declared input, Declared output, boolean batched)
    implements Protocol {

  /** A tensor as the server describes it; sizes that vary are -1. */
  record Declared(String name, String datatype, long[] shape) {
    boolean isFloating() {
      return datatype.startsWith("FP") || datatype.equals("BF16");
    }

    boolean isInteger() {
      return datatype.startsWith("INT") || datatype.startsWith("UINT");
    }

    @Override
    public String toString() {
      return name + " " + datatype + Arrays.toString(shape);
    }
  }

  static OpenInferenceProtocol of(RemoteUrl url, Answer metadata, RemoteModel.Unsaid unsaid) {
    Declared input = input(metadata);
    Declared output = output(metadata);
    boolean scores = output.isFloating();
    boolean batched = !scores || output.shape().length != 1;
    int most = batched ? mostImages(metadata, input) : 1;
    long[] shape = sampleShape(metadata, input, batched ? 1 : 0, unsaid);
    InputSpec spec = RemoteModel.input(metadata, shape, unsaid.low(), unsaid.high());
    int classes = classes(metadata, output, unsaid);
    String name =
        metadata.root().has("name") ? metadata.text(metadata.root(), "name") : url.lastName();
    RemoteModel model = new RemoteModel(name, spec, classes, scores, most);
    return new OpenInferenceProtocol(url.withInfer(), model, input, output, batched);
  }

  private static Declared input(Answer metadata) {
    List<Declared> inputs = declared(metadata, "inputs");
    if (inputs.size() != 1) {
      throw metadata.wrong("the inputs", inputs.toString(), "one, the images");
    }
    Declared input = inputs.get(0);
    if (!input.datatype().equals("FP32") && !input.datatype().equals("FP64")) {
      throw metadata.wrong("the type of the input", input.toString(), "FP32 or FP64");
    }
    return input;
  }

  /** Scores where there are any; a server of scikit-learn models answers labels beside them. */
  private static Declared output(Answer metadata) {
    List<Declared> outputs = declared(metadata, "outputs");
    List<Declared> chosen = outputs.stream().filter(Declared::isFloating).toList();
    if (chosen.isEmpty()) {
      chosen = outputs.stream().filter(Declared::isInteger).toList();
    }
    if (chosen.size() != 1) {
      throw metadata.wrong(
          "the outputs", outputs.toString(), "one of floating-point scores, or one of labels");
    }
    Declared output = chosen.get(0);
    long[] shape = output.shape();
    boolean labels = output.isInteger();
    if (labels ? !(shape.length == 1 || (shape.length == 2 && shape[1] == 1)) : shape.length > 2) {
      throw metadata.wrong(
          "the output", output.toString(), labels ? "labels [N]" : "scores [N, classes]");
    }
    return output;
  }

  private static List<Declared> declared(Answer metadata, String field) {
    List<Declared> tensors = new ArrayList<>();
    for (JsonNode node : metadata.array(metadata.root(), field, "an array of tensors")) {
      tensors.add(
          new Declared(
              metadata.text(node, "name"),
              metadata.text(node, "datatype"),
              metadata.integers(node, "shape")));
    }
    return tensors;
  }

  private static int mostImages(Answer metadata, Declared input) {
    long first = input.shape().length < 2 ? 0 : input.shape()[0];
    if (first != -1 && first != 1) {
      throw metadata.wrong(
          "the input", input.toString(), "images [N, ...], with -1 or 1 as the size of the batch");
    }
    return first == 1 ? 1 : Integer.MAX_VALUE;
  }

  private static long[] sampleShape(
      Answer metadata, Declared input, int from, RemoteModel.Unsaid unsaid) {
    long[] shape = Arrays.copyOfRange(input.shape(), from, input.shape().length);
    boolean known = unsaid.shape().length == shape.length;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == -1 && !known) {
        throw new InvalidInputException(
            "%s: the input is %s, which leaves sizes open besides the batch; say which shape the images have"
                .formatted(metadata.where(), metadata.shown(input)));
      }
      shape[i] = shape[i] == -1 ? unsaid.shape()[i] : shape[i];
    }
    return shape;
  }

  private static int classes(Answer metadata, Declared output, RemoteModel.Unsaid unsaid) {
    long[] shape = output.shape();
    long said = output.isFloating() && shape.length > 0 ? shape[shape.length - 1] : -1;
    if (said == -1 && unsaid.classes() == 0) {
      throw new InvalidInputException(
          "%s: the output is %s, which does not say how many classes there are; give their number (--classes)"
              .formatted(metadata.where(), metadata.shown(output)));
    }
    long classes = said == -1 ? unsaid.classes() : said;
    boolean agreed = unsaid.classes() == 0 || unsaid.classes() == classes;
    if (!agreed || classes < 2 || classes > RemoteModel.MOST_CLASSES) {
      throw metadata.wrong(
          "the number of classes in the output " + output,
          String.valueOf(classes),
          agreed ? "2 to " + RemoteModel.MOST_CLASSES : unsaid.classes() + ", as asked for");
    }
    return (int) classes;
  }

  @Override
  public byte[] request(float[] pixels, int images) {
    long[] shape = batched ? model.input().batchShape(images) : model.input().shape();
    return Protocol.json(
        json -> {
          json.writeArrayPropertyStart("inputs");
          json.writeStartObject();
          json.writeStringProperty("name", input.name());
          json.writeName("shape");
          json.writeArray(shape, 0, shape.length);
          json.writeStringProperty("datatype", input.datatype());
          json.writeArrayPropertyStart("data");
          for (float pixel : pixels) {
            json.writeNumber(pixel);
          }
          json.writeEndArray();
          json.writeEndObject();
          json.writeEndArray();
          json.writeArrayPropertyStart("outputs");
          json.writeStartObject();
          json.writeStringProperty("name", output.name());
          json.writeEndObject();
          json.writeEndArray();
        });
  }

  @Override
  public float[] scores(Answer answer, int images) {
    JsonNode found = named(answer);
    String what = "the output '" + output.name() + "'";
    JsonNode data = answer.array(found, "data", "the numbers of the tensor, as JSON");
    if (!model.scores()) {
      return model.oneHot(answer, answer.numbers(data, what, images));
    }
    long[] shape = answer.integers(found, "shape");
    long[] expected = batched ? new long[] {images, model.classes()} : new long[] {model.classes()};
    if (!Arrays.equals(shape, expected)) {
      throw answer.wrong("the shape of " + what, Arrays.toString(shape), Arrays.toString(expected));
    }
    int count = Math.multiplyExact(images, model.classes());
    return Protocol.narrowed(answer.numbers(data, what, count));
  }

  private JsonNode named(Answer answer) {
    JsonNode outputs = answer.array(answer.root(), "outputs", "an array of tensors");
    for (JsonNode tensor : outputs) {
      if (answer.text(tensor, "name").equals(output.name())) {
        return tensor;
      }
    }
    String names =
        outputs
            .valueStream()
            .map(tensor -> tensor.get("name").asString())
            .collect(Collectors.joining(", "));
    throw answer.wrong("the outputs", "[" + names + "]", "one named '" + output.name() + "'");
  }
}
