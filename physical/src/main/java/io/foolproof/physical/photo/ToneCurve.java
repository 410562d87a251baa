package io.foolproof.physical.photo;

import io.foolproof.physical.sheet.Area;
import io.foolproof.physical.sheet.SheetLayout;
import java.util.Arrays;

/**
 * How bright a printed grey is in the photograph, against the paper next to it; from the tone
 * strip, and read backwards for the cells. A step that is out of order, which noise does, is pooled
 * with its neighbours (isotonic regression by pool adjacent violators; Barlow, Bartholomew,
 * Bremner, Brunk: Statistical inference under order restrictions, 1972).
 *
 * @param ratios of the steps from ink to paper: the level over that of paper, ascending
 */
public record ToneCurve(double[] ratios) {
  /** Levels that paper must be over ink. */
  private static final double LEAST_CONTRAST = 24;

  /** Paper this bright may be brighter than the sensor tells. */
  static final double SATURATED = 253;

  private static final int SAMPLES = 12;

  /** Copies the ratios. */
  public ToneCurve {
    ratios = ratios.clone();
  }

  @Override
  public double[] ratios() {
    return ratios.clone();
  }

  /**
   * Reads the strip.
   *
   * @param flatbed whether paper may be as bright as can be told, since light is the same
   *     everywhere
   * @throws UnreadableException where the strip gives no curve
   */
  static ToneCurve read(Probe probe, SheetLayout layout, boolean flatbed) {
    double[] ratios = new double[SheetLayout.TONES];
    double contrast = 0;
    for (int step = 0; step < ratios.length; step++) {
      Area tone = layout.tone(step);
      double inside = probe.mean(tone.grown(-tone.width() / 4), SAMPLES);
      double paper = (whiteAt(probe, tone, -2.5) + whiteAt(probe, tone, tone.height() + 2.5)) / 2;
      if (Double.isNaN(inside + paper)) {
        throw new UnreadableException(
            "the tone strip is not in the photograph: photograph the whole sheet");
      }
      boolean lost = step < ratios.length - 1 && inside >= SATURATED;
      if (lost || (paper >= SATURATED && !flatbed)) {
        throw new UnreadableException(
            "the photograph is overexposed (paper is as bright as the camera tells): take it with"
                + " less light, or scan it darker");
      }
      ratios[step] = inside / paper;
      contrast = Math.max(contrast, paper - inside);
    }
    if (contrast < LEAST_CONTRAST) {
      throw new UnreadableException(
          "the photograph is too dark or flat (paper is %.0f levels over ink, expected %.0f or more):"
                  .formatted(contrast, LEAST_CONTRAST)
              + " take it in more light");
    }
    if (ratios[ratios.length - 1] - ratios[0] < contrast / 255 / 2) {
      throw new UnreadableException(
          "the tone strip does not go from ink to paper: it is covered, or the sheet is another's");
    }
    return new ToneCurve(ascending(ratios));
  }

  private static double whiteAt(Probe probe, Area tone, double down) {
    Area white = new Area(tone.x(), tone.y() + down - 0.75, tone.width(), 1.5);
    return probe.mean(white, SAMPLES / 2);
  }

  private static double[] ascending(double[] values) {
    double[] level = new double[values.length];
    int[] count = new int[values.length];
    int pools = 0;
    for (double value : values) {
      level[pools] = value;
      count[pools++] = 1;
      while (pools > 1 && level[pools - 2] > level[pools - 1]) {
        int both = count[pools - 2] + count[pools - 1];
        level[pools - 2] =
            (level[pools - 2] * count[pools - 2] + level[pools - 1] * count[pools - 1]) / both;
        count[pools - 2] = both;
        pools--;
      }
    }
    double[] ascending = new double[values.length];
    int to = 0;
    for (int pool = 0; pool < pools; pool++) {
      Arrays.fill(ascending, to, to + count[pool], level[pool]);
      to += count[pool];
    }
    return ascending;
  }

  /** How much darker ink is than paper, as a fraction of paper. */
  double contrast() {
    return ratios[ratios.length - 1] - ratios[0];
  }

  /** The printed grey, from 0 (ink) to 1 (paper), of a level over that of paper. */
  double grey(double ratio) {
    int last = ratios.length - 1;
    if (ratio <= ratios[0]) {
      return 0;
    }
    for (int step = 1; step <= last; step++) {
      if (ratio < ratios[step]) {
        double within = (ratio - ratios[step - 1]) / (ratios[step] - ratios[step - 1]);
        return (step - 1 + within) / last;
      }
    }
    return 1;
  }
}
