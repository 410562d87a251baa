package io.foolproof.physical.photo;

import io.foolproof.physical.sheet.Area;
import io.foolproof.physical.sheet.SheetLayout;
import java.util.ArrayList;
import java.util.List;

/** How sharp a photograph is: over what length an edge rises from 10 to 90 per cent. */
final class Sharpness {
  private static final double REACH = 2.4;
  private static final double STEP = 0.05;
  private static final int PLACES = 16;

  private Sharpness() {}

  /** The median over the outer edges of the markers, in millimetres; NaN where none is seen. */
  static double rise(Probe probe, SheetLayout layout) {
    List<Double> rises = new ArrayList<>();
    for (int corner = 0; corner < SheetLayout.CORNERS; corner++) {
      Area marker = layout.marker(corner);
      add(rises, (t, d) -> probe.at(marker.x() - d, marker.y() + t * marker.height()));
      add(rises, (t, d) -> probe.at(marker.right() + d, marker.y() + t * marker.height()));
      add(rises, (t, d) -> probe.at(marker.x() + t * marker.width(), marker.y() - d));
      add(rises, (t, d) -> probe.at(marker.x() + t * marker.width(), marker.bottom() + d));
    }
    rises.sort(null);
    return rises.isEmpty() ? Double.NaN : rises.get(rises.size() / 2);
  }

  /** An edge: places along it, and how far outwards. */
  private interface Edge {
    double level(double along, double outwards);
  }

  private static void add(List<Double> rises, Edge edge) {
    int reach = (int) Math.round(REACH / STEP);
    double[] profile = new double[2 * reach + 1];
    for (int k = -reach; k <= reach; k++) {
      for (int place = 0; place < PLACES; place++) {
        profile[k + reach] += edge.level(0.2 + 0.6 * (place + 0.5) / PLACES, k * STEP);
      }
    }
    double dark = profile[0];
    double span = profile[2 * reach] - dark;
    if (!(span > 0)) {
      return;
    }
    rises.add(STEP * (crossing(profile, dark + 0.9 * span) - crossing(profile, dark + 0.1 * span)));
  }

  /** Where the profile last rises through a level, interpolated. */
  private static double crossing(double[] profile, double level) {
    for (int k = profile.length - 1; k > 0; k--) {
      if (profile[k - 1] < level && profile[k] >= level) {
        return k - (profile[k] - level) / (profile[k] - profile[k - 1]);
      }
    }
    return 0;
  }
}
