package io.foolproof.defense.detector;

import io.foolproof.attack.Settings;
import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.stream.Collectors;

/** The detectors that there are. */
public final class Detectors {
  private Detectors() {}

  /** All with their standard settings. */
  public static List<Detector> all() {
    return List.of(
        Squeezing.standard(),
        LocalDimension.standard(),
        Mahalanobis.standard(),
        Odds.standard(),
        HullDistance.standard());
  }

  /**
   * Reads {@code name:setting=value:...}.
   *
   * @throws InvalidInputException saying which names or settings there are
   */
  public static Detector parse(String text) {
    Settings settings = Settings.parse(text);
    for (Detector detector : all()) {
      if (Settings.name(detector.getClass()).equals(settings.attack())) {
        Detector read = (Detector) settings.read((Record) detector);
        settings.refuseUnknown();
        return read;
      }
    }
    throw new InvalidInputException(
        "'%s' is no detector: give one of %s"
            .formatted(
                settings.attack(),
                all().stream()
                    .map(detector -> Settings.name(detector.getClass()))
                    .collect(Collectors.joining(", "))));
  }
}
