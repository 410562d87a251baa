package io.foolproof.physical.sheet;

import boofcv.alg.drawing.FiducialRenderEngine;
import boofcv.alg.fiducial.qrcode.QrCode;
import boofcv.alg.fiducial.qrcode.QrCodeEncoder;
import boofcv.alg.fiducial.qrcode.QrCodeGenerator;
import boofcv.alg.fiducial.square.FiducialSquareHammingGenerator;
import boofcv.factory.fiducial.ConfigHammingMarker;
import boofcv.factory.fiducial.HammingDictionary;
import boofcv.struct.image.GrayU8;
import georegression.struct.point.Point2D_F64;
import java.util.ArrayList;
import java.util.List;

/** Markers and QR codes as rectangles, black unless said otherwise. */
public final class Marks {
  private Marks() {}

  /**
   * A rectangle of a mark, in units of the mark's side, from its upper left corner.
   *
   * @param grey 0 is ink, 1 is paper
   */
  record Tile(Area area, double grey) {}

  /** The markers that sheets have in their corners: ArUco MIP, 5 x 5 bits, Hamming distance 7. */
  public static ConfigHammingMarker dictionary() {
    return ConfigHammingMarker.loadDictionary(HammingDictionary.ARUCO_MIP_25h7);
  }

  static List<Tile> marker(int id) {
    Tiles tiles = new Tiles();
    FiducialSquareHammingGenerator generator = new FiducialSquareHammingGenerator(dictionary());
    generator.setMarkerWidth(1);
    generator.setRenderer(tiles);
    generator.generate(id);
    return tiles.drawn;
  }

  /** A QR code that still reads with a quarter of its modules damaged. */
  static List<Tile> code(String text) {
    QrCode code = new QrCodeEncoder().setError(QrCode.ErrorLevel.Q).addAlphanumeric(text).fixate();
    Tiles tiles = new Tiles();
    new QrCodeGenerator(1).setRender(tiles).render(code);
    return tiles.drawn;
  }

  /** Keeps what is drawn. */
  private static final class Tiles extends FiducialRenderEngine {
    private final List<Tile> drawn = new ArrayList<>();
    private double grey;

    @Override
    public void init() {
      drawn.clear();
    }

    @Override
    public void setGray(double value) {
      grey = value;
    }

    @Override
    public void rectangle(double x0, double y0, double x1, double y1) {
      drawn.add(new Tile(new Area(x0, y0, x1 - x0, y1 - y0), grey));
    }

    /** A square that is hollow: its outer side, and how thick its border is. */
    @Override
    public void square(double x, double y, double side, double border) {
      rectangle(x, y, x + side, y + border);
      rectangle(x, y + side - border, x + side, y + side);
      rectangle(x, y + border, x + border, y + side - border);
      rectangle(x + side - border, y + border, x + side, y + side - border);
    }

    @Override
    public void circle(double x, double y, double radius) {
      throw new UnsupportedOperationException("no mark has circles");
    }

    @Override
    public void draw(GrayU8 image, double x0, double y0, double x1, double y1) {
      throw new UnsupportedOperationException("no mark has pictures");
    }

    @Override
    public void inputToDocument(double x, double y, Point2D_F64 document) {
      document.setTo(x, y);
    }
  }
}
