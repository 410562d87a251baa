package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Suggestion;
import java.util.List;

/** The catalogue of layers: one line for each. */
public final class Layers {
  private static final List<LayerEntry> ALL =
      List.of(
          GaussianNoise.ENTRY,
          BitDepth.ENTRY,
          Threshold.ENTRY,
          Ramp.ENTRY,
          Thermometer.ENTRY,
          Jpeg.ENTRY,
          Median.ENTRY,
          TotalVariation.ENTRY,
          RandomResize.ENTRY,
          Winners.ENTRY,
          ActivationPruning.ENTRY,
          Temperature.ENTRY);

  private Layers() {}

  /** All layers. */
  public static List<LayerEntry> all() {
    return ALL;
  }

  /**
   * Makes a layer from its name and settings, {@code noise:sigma=0.3}.
   *
   * @throws InvalidInputException when there is no such layer or setting
   */
  public static Layer parse(String text) {
    Settings settings = Settings.parse(text.strip());
    String name = settings.attack();
    for (LayerEntry entry : ALL) {
      if (entry.name().equals(name)) {
        Layer layer = (Layer) settings.read((Record) entry.standard());
        settings.refuseUnknown();
        return layer;
      }
    }
    List<String> names = ALL.stream().map(LayerEntry::name).toList();
    throw new InvalidInputException(
        "there is no layer '"
            + name
            + "'"
            + Suggestion.of(name, names)
            + " (there are "
            + String.join(", ", names)
            + ")");
  }
}
