package io.foolproof.transform;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Suggestion;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How images are seen: transformations in their order, the last of which is followed by clipping to
 * [0, 1].
 *
 * @param name of a preset, or the transformations as text
 * @param transformations in their order
 */
public record View(String name, List<Transformation> transformations) {

  /** Images as they are. */
  public static final View NONE = new View("none", List.of());

  /** Copies the list. */
  public View {
    transformations = List.copyOf(transformations);
  }

  /** Transformations without a name of their own. */
  public static View of(Transformation... transformations) {
    return of(Arrays.asList(transformations));
  }

  private static View of(List<Transformation> transformations) {
    return new View(text(transformations), transformations);
  }

  /** The views that have a name. */
  public static List<View> presets() {
    return Presets.ALL;
  }

  /**
   * {@code none}, a preset by its name, or transformations and presets, separated by commas: {@code
   * phone-photo,jpeg:quality=60..90}.
   *
   * @throws InvalidInputException when there is no such preset, transformation or knob, or a value
   *     is not allowed
   */
  public static View parse(String text) {
    if (text.strip().equals(NONE.name)) {
      return NONE;
    }
    List<Transformation> all = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      all.addAll(part(part.strip()));
    }
    return presets().stream()
        .filter(preset -> preset.name.equals(text.strip()))
        .findFirst()
        .orElseGet(() -> of(all));
  }

  private static List<Transformation> part(String text) {
    for (View preset : presets()) {
      if (preset.name.equals(text)) {
        return preset.transformations;
      }
    }
    String name = text.split(":", 2)[0];
    List<String> known = Transformations.all().stream().map(Transformation::name).toList();
    if (known.contains(name)) {
      Transformation transformation = Transformations.parse(text);
      if (text.equals(name) && !Transformations.changesAsItStands(transformation)) {
        throw new InvalidInputException(
            "%s without a knob changes nothing: give one, such as %s (docs/physical.md)"
                .formatted(name, transformation.settings().replaceFirst("=[^:]*", "=LOW..HIGH")));
      }
      return List.of(transformation);
    }
    List<String> presets = presets().stream().map(View::name).toList();
    throw new InvalidInputException(
        "there is no view '%s'%s (there are %s, and of single transformations %s)"
            .formatted(
                text,
                Suggestion.of(name, Stream.concat(presets.stream(), known.stream()).toList()),
                String.join(", ", presets),
                String.join(", ", known)));
  }

  /** This view and another transformation behind it. */
  View then(String newName, Transformation next) {
    return new View(newName, Stream.concat(transformations.stream(), Stream.of(next)).toList());
  }

  /**
   * Images as they are seen in one draw. Transformations in a row that move pixels are one map, so
   * that pixels are interpolated once.
   *
   * @param images [N, C, H, W] in [0, 1]
   * @param draw a stream for each image
   * @return [N, C, H, W] in [0, 1]
   */
  public Tensor apply(Tensor images, Draw draw) {
    if (draw.size() != images.size(0)) {
      throw new IllegalArgumentException(
          "%d images and random streams of %d".formatted(images.size(0), draw.size()));
    }
    Tensor seen = images;
    List<PlaneMap> maps = List.of();
    for (Transformation transformation : transformations) {
      Draw own = draw.spawn();
      if (transformation instanceof Geometric geometric) {
        maps = geometric.after(maps, images, own);
      } else {
        seen = transformation.apply(moved(seen, maps), own);
        maps = List.of();
      }
    }
    return moved(seen, maps).clamp(0, 1);
  }

  private static Tensor moved(Tensor images, List<PlaneMap> maps) {
    return maps.isEmpty() ? images : PlaneMap.resample(images, maps);
  }

  /** All transformations with all their knobs, as they are written. */
  public String settings() {
    return text(transformations);
  }

  private static String text(List<Transformation> transformations) {
    return transformations.stream().map(Transformation::settings).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return name;
  }
}
