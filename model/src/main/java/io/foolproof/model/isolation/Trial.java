package io.foolproof.model.isolation;

import io.foolproof.model.Layout;
import io.foolproof.model.Preprocessing;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which file is loaded, and how: what goes to the process that does it.
 *
 * @param output which of the model's outputs has the scores; null where the file says it
 * @param shape of the images, [C, H, W]; null where it is that of the file
 */
record Trial(
    Path file, @Nullable String output, Preprocessing preprocessing, long @Nullable [] shape) {

  /** As words that {@link #parse} takes. */
  List<String> words() {
    return List.of(
        file.toAbsolutePath().toString(),
        output == null ? "" : "=" + output,
        preprocessing.low() + "," + preprocessing.high(),
        text(preprocessing.mean()),
        text(preprocessing.std()),
        preprocessing.layout().toString(),
        shape == null
            ? ""
            : Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(",")));
  }

  static Trial parse(List<String> words) {
    String output = words.get(1);
    double[] box = Arrays.stream(split(words.get(2))).mapToDouble(Double::parseDouble).toArray();
    String[] shape = split(words.get(6));
    return new Trial(
        Path.of(words.get(0)),
        output.isEmpty() ? null : output.substring(1),
        new Preprocessing(
            box[0], box[1], floats(words.get(3)), floats(words.get(4)), Layout.parse(words.get(5))),
        shape.length == 0 ? null : Arrays.stream(shape).mapToLong(Long::parseLong).toArray());
  }

  private static String text(float[] numbers) {
    return IntStream.range(0, numbers.length)
        .mapToObj(i -> Float.toString(numbers[i]))
        .collect(Collectors.joining(","));
  }

  private static float[] floats(String text) {
    String[] words = split(text);
    float[] numbers = new float[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = Float.parseFloat(words[i]);
    }
    return numbers;
  }

  private static String[] split(String text) {
    return text.isEmpty() ? new String[0] : text.split(",", -1);
  }
}
