package io.foolproof.audit;

import io.foolproof.attack.Viewed;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Why a model classifies clean images no better than chance: shows it the same images in the other
 * ways that people prepare images, and tells which of them it was made for.
 */
final class LikelyCause {
  /** So many images tell a right preparation from a wrong one. */
  private static final int ENOUGH = 200;

  private static final float[] IMAGENET_MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] IMAGENET_STD = {0.229f, 0.224f, 0.225f};

  private final Classifier model;

  /** The model that images are shown to otherwise: without a view, which would clip them. */
  private final Classifier bare;

  private final ImageSet images;

  LikelyCause(Classifier model, ImageSet images) {
    this.model = model;
    bare = model instanceof Viewed viewed ? viewed.model() : model;
    this.images = images.sample(Math.min(ENOUGH, images.size()), 0);
  }

  /**
   * The preparation with which the model classifies most images correctly, and clearly more than as
   * they are; empty where there is none, and where answers may cost something.
   */
  String text() {
    if (model.isMetered()) {
      return "";
    }
    Proportion best = correct(model, image -> image);
    double before = best.high();
    String text = "";
    for (Map.Entry<String, UnaryOperator<float[]>> other : others().entrySet()) {
      Proportion now = correct(bare, other.getValue());
      if (now.low() > before && now.value() > best.value()) {
        best = now;
        text = String.format(Locale.ROOT, "%.1f %% %s", 100 * now.value(), other.getKey());
      }
    }
    return text;
  }

  private Map<String, UnaryOperator<float[]>> others() {
    Map<String, UnaryOperator<float[]>> others = new LinkedHashMap<>();
    if (bare != model) {
      others.put("without the view", image -> image);
    }
    others.put("with pixels from 0 to 255 (--box 0,255)", each((v, c) -> 255 * v));
    others.put("with pixels from -1 to 1 (--box=-1,1)", each((v, c) -> 2 * v - 1));
    others.put("with black and white exchanged", each((v, c) -> 1 - v));
    if (images.channels() == 1) {
      others.put(
          "normalised as MNIST (--mean 0.1307 --std 0.3081)",
          each((v, c) -> (v - 0.1307f) / 0.3081f));
    }
    if (images.channels() == 3) {
      others.put(
          "normalised as ImageNet (--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225)",
          each((v, c) -> (v - IMAGENET_MEAN[c]) / IMAGENET_STD[c]));
      others.put("with channels last (--layout nhwc)", this::channelsLast);
      others.put("with the channels in the order blue, green, red", this::channelsReversed);
    }
    return others;
  }

  /** What becomes of a value, given its channel. */
  @FunctionalInterface
  private interface Change {
    float of(float value, int channel);
  }

  private UnaryOperator<float[]> each(Change change) {
    int plane = images.height() * images.width();
    return image -> {
      float[] changed = new float[image.length];
      for (int i = 0; i < image.length; i++) {
        changed[i] = change.of(image[i], i / plane);
      }
      return changed;
    };
  }

  private float[] channelsLast(float[] image) {
    int plane = images.height() * images.width();
    int channels = images.channels();
    float[] changed = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      changed[i % plane * channels + i / plane] = image[i];
    }
    return changed;
  }

  private float[] channelsReversed(float[] image) {
    int plane = images.height() * images.width();
    float[] changed = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      changed[(images.channels() - 1 - i / plane) * plane + i % plane] = image[i];
    }
    return changed;
  }

  private Proportion correct(Classifier asked, UnaryOperator<float[]> change) {
    int correct = 0;
    int batch = asked.microBatch();
    for (int from = 0; from < images.size(); from += batch) {
      int first = from;
      float[][] some =
          IntStream.range(from, Math.min(images.size(), from + batch))
              .mapToObj(i -> change.apply(images.pixels(i)))
              .toArray(float[][]::new);
      Replay.Answer[] answers = Replay.ask(asked, some);
      correct +=
          (int)
              IntStream.range(0, answers.length)
                  .filter(i -> answers[i].prediction() == images.label(first + i))
                  .count();
    }
    return new Proportion(correct, images.size());
  }
}
