package io.foolproof.physical.patch;

import io.foolproof.attack.Goal;
import io.foolproof.data.EightBit;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import io.foolproof.transform.Draw;
import io.foolproof.transform.View;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How often a patch fools a model: each image once, at a place and in a view drawn for it, so that
 * outcomes are independent; and, at the same places and in the same views, its controls.
 *
 * @param images how many count: for a target, those of other classes
 * @param clean how many of them are classified correctly without a patch, in the same views
 * @param fooled how many reach the goal, by what is put on them
 */
public record PatchRates(int images, int clean, Map<Cover, Integer> fooled) {

  /** What is put on an image. */
  public enum Cover {
    /** The patch. */
    PATCH,
    /** Pixels drawn uniformly. */
    RANDOM,
    /** The largest level throughout. */
    WHITE,
    /** The smallest level throughout. */
    BLACK,
    /** The patch's own pixels, in a random order. */
    SHUFFLED,
    /** Nothing. */
    NOTHING
  }

  /** Copies the map. */
  public PatchRates {
    fooled = Map.copyOf(fooled);
  }

  /**
   * Measures.
   *
   * @param images that the patch was not made from, with pixels in [0, 1]
   * @param seed of places, views and controls
   */
  public static PatchRates measure(
      Classifier model,
      Patch patch,
      ImageSet images,
      Places places,
      View view,
      long seed,
      Workers workers) {
    Goal goal = patch.target() == null ? new Goal.Untargeted() : new Goal.Targeted(patch.target());
    int[] others =
        IntStream.range(0, images.size())
            .filter(i -> patch.target() == null || images.label(i) != patch.target())
            .toArray();
    Map<Cover, Patch> covers = covers(patch, seed);
    List<PatchRates> parts =
        workers.map(
            others.length,
            Workers.MICRO_BATCH,
            (from, to) -> {
              int[] batch = IntStream.range(from, to).map(k -> others[k]).toArray();
              return batch(model, goal, covers, images, batch, places, view, seed);
            });
    int clean = 0;
    Map<Cover, Integer> fooled = new EnumMap<>(Cover.class);
    for (PatchRates part : parts) {
      clean += part.clean;
      part.fooled.forEach((cover, count) -> fooled.merge(cover, count, Integer::sum));
    }
    return new PatchRates(others.length, clean, fooled);
  }

  private static Map<Cover, Patch> covers(Patch patch, long seed) {
    Map<Cover, Patch> covers = new EnumMap<>(Cover.class);
    covers.put(Cover.PATCH, patch);
    covers.put(Cover.RANDOM, patch.random(new RandomStream(seed, 0, "random patch", 0)));
    covers.put(Cover.WHITE, patch.filled(EightBit.HIGHEST));
    covers.put(Cover.BLACK, patch.filled(0));
    covers.put(Cover.SHUFFLED, patch.shuffled(new RandomStream(seed, 0, "shuffled patch", 0)));
    return covers;
  }

  private static PatchRates batch(
      Classifier model,
      Goal goal,
      Map<Cover, Patch> covers,
      ImageSet images,
      int[] batch,
      Places places,
      View view,
      long seed) {
    Tensor clean = images.tensor(batch);
    List<Placement> placements = placements(covers, images, batch, places, seed);
    Classifier own = drawing(model, images, batch, seed);
    int correct = 0;
    Map<Cover, Integer> fooled = new EnumMap<>(Cover.class);
    for (Cover cover : Cover.values()) {
      Patch put = covers.get(cover);
      Tensor covered = put == null ? clean : put.on(clean, placements);
      Tensor seen = view.apply(covered, draw(images, batch, seed));
      long[] predicted = own.logits(inUnitsOf(model, seen)).argmax(1).toLongs();
      int reached = 0;
      for (int i = 0; i < batch.length; i++) {
        int label = images.label(batch[i]);
        reached += goal.isReachedBy((int) predicted[i], label) ? 1 : 0;
        correct += cover == Cover.NOTHING && predicted[i] == label ? 1 : 0;
      }
      fooled.put(cover, reached);
    }
    return new PatchRates(batch.length, correct, fooled);
  }

  private static List<Placement> placements(
      Map<Cover, Patch> covers, ImageSet images, int[] batch, Places places, long seed) {
    Patch form = covers.values().iterator().next();
    List<Placement> placements = new ArrayList<>();
    for (int i : batch) {
      RandomStream random = new RandomStream(seed, images.index(i), "places on held-out images", 0);
      placements.add(
          places.draw(random, images.height(), images.width(), form.side(), form.round()));
    }
    return placements;
  }

  /**
   * An image with a patch on it, as the model saw it.
   *
   * @param index of the image in its data set
   * @param label its class
   * @param pixels {@code [C, H, W]} in [0, 1]
   * @param prediction what the model takes it for
   */
  public record Seen(long index, int label, float[] pixels, int prediction) {}

  /** The first images that {@link #measure} counts, with the patch where it is there. */
  public static List<Seen> draws(
      Classifier model,
      Patch patch,
      ImageSet images,
      Places places,
      View view,
      long seed,
      int count) {
    int[] batch =
        IntStream.range(0, images.size())
            .filter(i -> patch.target() == null || images.label(i) != patch.target())
            .limit(count)
            .toArray();
    try (Scope scope = Scope.open()) {
      List<Placement> placements =
          placements(Map.of(Cover.PATCH, patch), images, batch, places, seed);
      Tensor covered = patch.on(images.tensor(batch), placements);
      Tensor seen = view.apply(covered, draw(images, batch, seed));
      Classifier own = drawing(model, images, batch, seed);
      long[] predicted = own.logits(inUnitsOf(model, seen)).argmax(1).toLongs();
      List<Seen> draws = new ArrayList<>();
      for (int i = 0; i < batch.length; i++) {
        float[] pixels = seen.rows(i, i + 1).toFloats();
        draws.add(
            new Seen(images.index(batch[i]), images.label(batch[i]), pixels, (int) predicted[i]));
      }
      return draws;
    }
  }

  /** A randomised model whose random numbers are those of the batch. */
  private static Classifier drawing(Classifier model, ImageSet images, int[] batch, long seed) {
    return model.drawing(
        new RandomStream(seed, images.index(batch[0]), "model on held-out images", 0));
  }

  private static Draw draw(ImageSet images, int[] batch, long seed) {
    int[] indices = IntStream.of(batch).map(i -> (int) images.index(i)).toArray();
    return Draw.of(seed, indices, "views of held-out images", 0);
  }

  /** Pixels in [0, 1] as the model takes them. */
  static Tensor inUnitsOf(Classifier model, Tensor images) {
    InputSpec input = model.input();
    return input.low() == 0 && input.high() == 1
        ? images
        : images.mul(input.high() - input.low()).add(input.low());
  }

  static Tensor labels(ImageSet images, int[] places) {
    return Tensor.of(IntStream.of(places).mapToLong(images::label).toArray(), places.length);
  }
}
