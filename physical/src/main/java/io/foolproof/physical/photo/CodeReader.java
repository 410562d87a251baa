package io.foolproof.physical.photo;

import boofcv.abst.fiducial.QrCodeDetector;
import boofcv.alg.fiducial.qrcode.QrCode;
import boofcv.factory.fiducial.ConfigQrCode;
import boofcv.factory.fiducial.FactoryFiducial;
import boofcv.struct.image.GrayU8;
import io.foolproof.physical.sheet.Area;
import io.foolproof.physical.sheet.SheetCode;
import io.foolproof.physical.sheet.SheetLayout;
import java.util.Optional;

/** Reads the QR code of a sheet whose plane is known: seen from straight above. */
final class CodeReader {
  /** The white that a QR code needs around it, in millimetres. */
  private static final double QUIET = 4.5;

  /** Pixels a millimetre of the views that are tried in turn. */
  private static final double[] SCALES = {8, 5, 12};

  private final QrCodeDetector<GrayU8> detector =
      FactoryFiducial.qrcode(new ConfigQrCode(), GrayU8.class);

  /** What it says; empty where none is read. */
  Optional<SheetCode> read(Probe probe, SheetLayout layout) {
    Area area = layout.code().grown(QUIET);
    for (double scale : SCALES) {
      detector.process(view(probe, area, scale));
      for (QrCode code : detector.getDetections()) {
        Optional<SheetCode> read = SheetCode.parse(code.message);
        if (read.isPresent()) {
          return read;
        }
      }
    }
    return Optional.empty();
  }

  private static GrayU8 view(Probe probe, Area area, double scale) {
    GrayU8 view = new GrayU8((int) (area.width() * scale), (int) (area.height() * scale));
    for (int y = 0; y < view.height; y++) {
      for (int x = 0; x < view.width; x++) {
        double level = probe.at(area.x() + (x + 0.5) / scale, area.y() + (y + 0.5) / scale);
        view.data[y * view.width + x] = (byte) (Double.isNaN(level) ? 255 : Math.round(level));
      }
    }
    return view;
  }
}
