package io.foolproof.model.remote;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/** How images are written for a server, and its answers read. */
sealed interface Protocol permits PlainProtocol, OpenInferenceProtocol {
  /** Writes requests. */
  JsonMapper JSON = JsonMapper.builder().build();

  /** What the server says of its model. */
  RemoteModel model();

  /** Where images are sent. */
  RemoteUrl asked();

  /**
   * The body of a request.
   *
   * @param pixels of all images, one after the other
   */
  byte[] request(float[] pixels, int images);

  /** Scores [images, classes] in an answer, one row after the other. */
  float[] scores(Answer answer, int images);

  /** Writes JSON into memory. */
  static byte[] json(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      writer.write(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** Numbers as single precision, which is what they came from. */
  static float[] narrowed(double[] numbers) {
    float[] narrowed = new float[numbers.length];
    for (int i = 0; i < narrowed.length; i++) {
      narrowed[i] = (float) numbers[i];
    }
    return narrowed;
  }

  /** Writes the fields of an object. */
  @FunctionalInterface
  interface Writer {
    void write(JsonGenerator json);
  }
}
