package io.foolproof.transform;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Suggestion;
import java.util.Arrays;
import java.util.List;

/** The catalogue of transformations: one line for each, at strength 0 where it has one. */
public final class Transformations {
  private static final List<Transformation> ALL =
      List.of(
          new Rotation(Range.of(0)),
          new Scale(Range.of(1)),
          new Shift(Range.of(0), Range.of(0)),
          new Perspective(Range.of(0), Range.of(2)),
          new Brightness(Range.of(0)),
          new Contrast(Range.of(1)),
          new Gamma(Range.of(1)),
          new ColourCast(Range.of(1)),
          new GaussianBlur(Range.of(0)),
          new MotionBlur(Range.of(0)),
          new ShotNoise(Range.of(0)),
          new ReadNoise(Range.of(0)),
          new Vignetting(Range.of(0)),
          new UnevenLight(Range.of(0)),
          new Resolution(Range.of(1)),
          new ToneCurve(Range.of(0), Range.of(1)),
          new DotGain(Range.of(0)),
          new Occlusion(Range.of(0), new Range(0, 1)),
          new Rounding(256),
          new Halftone(4, Halftone.Screen.ORDERED),
          new Binarisation(),
          Jpeg.of(Range.of(75)));

  private Transformations() {}

  /** Whether a transformation does something with the knobs that it has in the catalogue. */
  static boolean changesAsItStands(Transformation transformation) {
    return transformation instanceof Rounding
        || transformation instanceof Halftone
        || transformation instanceof Binarisation
        || transformation instanceof Jpeg;
  }

  /** All transformations, with the knobs that they have unless a text changes them. */
  public static List<Transformation> all() {
    return ALL;
  }

  /**
   * Makes a transformation from its name and knobs, {@code rotation:degrees=-15..15}.
   *
   * @throws InvalidInputException when there is no such transformation or knob, or a value is not
   *     allowed
   */
  public static Transformation parse(String text) {
    String[] parts = text.strip().split(":", -1);
    for (Transformation standard : ALL) {
      if (standard.name().equals(parts[0])) {
        return Knobs.read(standard, Arrays.asList(parts).subList(1, parts.length));
      }
    }
    List<String> names = ALL.stream().map(Transformation::name).toList();
    throw new InvalidInputException(
        "there is no transformation '%s'%s (there are %s)"
            .formatted(parts[0], Suggestion.of(parts[0], names), String.join(", ", names)));
  }
}
