package io.foolproof.model.remote;

import io.foolproof.model.InputSpec;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** {@link RemoteContract#PLAIN}: a JSON row per image, there and back. */
record PlainProtocol(RemoteUrl asked, RemoteModel model) implements Protocol {

  static PlainProtocol of(RemoteUrl url, Answer description, RemoteModel.Unsaid unsaid) {
    JsonNode root = description.root();
    String name = root.has("name") ? description.text(root, "name") : url.lastName();
    double[] box = box(description, unsaid);
    InputSpec input =
        RemoteModel.input(description, description.integers(root, "shape"), box[0], box[1]);
    int classes =
        within(description, "classes", 2, RemoteModel.MOST_CLASSES, "two classes or more");
    if (unsaid.classes() != 0 && unsaid.classes() != classes) {
      throw description.wrong(
          "the number of classes", String.valueOf(classes), unsaid.classes() + ", as asked for");
    }
    String answers = description.text(root, "answers");
    if (!answers.equals("scores") && !answers.equals("labels")) {
      throw description.wrong("the field 'answers'", answers, "scores or labels");
    }
    int most =
        root.has("batch")
            ? within(description, "batch", 1, Integer.MAX_VALUE, "one image or more")
            : Integer.MAX_VALUE;
    return new PlainProtocol(
        url, new RemoteModel(name, input, classes, answers.equals("scores"), most));
  }

  private static double[] box(Answer description, RemoteModel.Unsaid unsaid) {
    if (!description.root().has("box")) {
      return new double[] {unsaid.low(), unsaid.high()};
    }
    double[] box = description.numbers(description.root().get("box"), "the field 'box'", 2);
    if (!(box[0] < box[1]) || Double.isInfinite(box[0]) || Double.isInfinite(box[1])) {
      throw description.wrong(
          "the field 'box'", Arrays.toString(box), "two numbers, the smaller first");
    }
    return box;
  }

  private static int within(Answer description, String name, long low, long high, String expected) {
    JsonNode field = description.field(description.root(), name, expected);
    long value = description.integer(field, "the field '" + name + "'");
    if (value < low || value > high) {
      throw description.wrong("the field '" + name + "'", String.valueOf(value), expected);
    }
    return (int) value;
  }

  @Override
  public byte[] request(float[] pixels, int images) {
    int elements = model.input().elements();
    return Protocol.json(
        json -> {
          json.writeName("images");
          json.writeStartArray();
          for (int i = 0; i < images; i++) {
            json.writeStartArray();
            for (int k = i * elements; k < (i + 1) * elements; k++) {
              json.writeNumber(pixels[k]);
            }
            json.writeEndArray();
          }
          json.writeEndArray();
        });
  }

  @Override
  public float[] scores(Answer answer, int images) {
    String name = model.scores() ? "scores" : "labels";
    JsonNode rows = answer.array(answer.root(), name, "one of each image");
    if (rows.size() != images) {
      throw answer.wrong(
          "the field '" + name + "'", rows.size() + " rows", images + ", one of each image");
    }
    if (!model.scores()) {
      return model.oneHot(answer, answer.numbers(rows, "the field 'labels'", images));
    }
    float[] scores = new float[Math.multiplyExact(images, model.classes())];
    for (int i = 0; i < images; i++) {
      int start = i * model.classes();
      if (rows.get(i).isNull()) {
        Arrays.fill(scores, start, start + model.classes(), Float.NaN);
        continue;
      }
      double[] row = answer.numbers(rows.get(i), "the scores of image " + i, model.classes());
      System.arraycopy(Protocol.narrowed(row), 0, scores, start, row.length);
    }
    return scores;
  }
}
