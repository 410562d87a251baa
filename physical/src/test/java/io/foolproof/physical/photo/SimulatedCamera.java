package io.foolproof.physical.photo;

import io.foolproof.physical.sheet.PrintRun;
import io.foolproof.physical.sheet.SheetPdf;
import io.foolproof.tensor.RandomStream;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/**
 * A camera that looks at a printed sheet on a desk: perspective, uneven light, ink that is not
 * black, blur, motion, noise, a tone curve and JPEG. It shares no code with what reads photographs.
 *
 * @param width of the photograph, in pixels
 * @param height of the photograph, in pixels
 * @param shot how it is taken
 */
public record SimulatedCamera(int width, int height, Shot shot) {
  private static final int DPI = 200;
  private static final double DOTS = DPI / 25.4;
  private static final double DESK = 0.18;

  /** Reflectance of paper and of ink. */
  private static final double PAPER = 0.85;

  private static final double INK = 0.05;

  /**
   * How a photograph is taken.
   *
   * @param tilt of the sheet against the image plane, in degrees
   * @param towards the direction of the tilt, in degrees
   * @param roll about the optical axis, in degrees
   * @param fill the fraction of the photograph that the sheet spans in its tighter direction
   * @param light of the middle, where 1 makes paper nearly white
   * @param uneven how much light falls off from one side to the other, as a fraction
   * @param blur standard deviation, in pixels of the photograph
   * @param motion length in pixels, along a diagonal
   * @param noise standard deviation, in levels
   * @param quality of the JPEG, in per cent
   * @param scale at which the sheet was printed
   */
  public record Shot(
      double tilt,
      double towards,
      double roll,
      double fill,
      double light,
      double uneven,
      double blur,
      double motion,
      double noise,
      int quality,
      double scale) {

    /** From above, in good light. */
    public static Shot plain() {
      return new Shot(0, 0, 0, 0.95, 0.9, 0.1, 0.6, 0, 2, 90, 1);
    }

    /** Any roll, tilted up to 45 degrees, uneven light, blur, noise, JPEG 70. */
    public static Shot drawn(RandomStream random) {
      return new Shot(
          45 * random.nextDouble(),
          360 * random.nextDouble(),
          360 * random.nextDouble(),
          0.9 + 0.08 * random.nextDouble(),
          0.6 + 0.35 * random.nextDouble(),
          0.5 * random.nextDouble(),
          0.4 + 0.5 * random.nextDouble(),
          0,
          1 + 4 * random.nextDouble(),
          70,
          1);
    }

    public Shot tilted(double degrees, double direction) {
      return new Shot(
          degrees, direction, roll, fill, light, uneven, blur, motion, noise, quality, scale);
    }

    public Shot rolled(double degrees) {
      return new Shot(
          tilt, towards, degrees, fill, light, uneven, blur, motion, noise, quality, scale);
    }

    public Shot filling(double fraction) {
      return new Shot(
          tilt, towards, roll, fraction, light, uneven, blur, motion, noise, quality, scale);
    }

    public Shot lit(double level) {
      return new Shot(
          tilt, towards, roll, fill, level, uneven, blur, motion, noise, quality, scale);
    }

    public Shot moved(double pixels) {
      return new Shot(
          tilt, towards, roll, fill, light, uneven, blur, pixels, noise, quality, scale);
    }

    public Shot blurred(double pixels) {
      return new Shot(
          tilt, towards, roll, fill, light, uneven, pixels, motion, noise, quality, scale);
    }

    public Shot printedAt(double factor) {
      return new Shot(
          tilt, towards, roll, fill, light, uneven, blur, motion, noise, quality, factor);
    }
  }

  /** A sheet on paper: its reflectance in [0, 1], grey or three channels, before ink and paper. */
  public record Print(int width, int height, float[][] channels, double paperWidth) {

    /** A page of the PDF. */
    public static Print of(PrintRun run, int page) {
      try (PDDocument document = Loader.loadPDF(SheetPdf.of(run))) {
        boolean grey = run.shape().channels() == 1;
        BufferedImage image =
            new PDFRenderer(document)
                .renderImageWithDPI(page - 1, DPI, grey ? ImageType.GRAY : ImageType.RGB);
        return of(image, run.layout().paper().width());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static Print of(BufferedImage image, double paperWidth) {
      int w = image.getWidth();
      int h = image.getHeight();
      int bands = image.getRaster().getNumBands();
      float[][] channels = new float[bands][w * h];
      for (int b = 0; b < bands; b++) {
        image.getRaster().getSamples(0, 0, w, h, b, channels[b]);
        for (int i = 0; i < w * h; i++) {
          channels[b][i] /= 255;
        }
      }
      return new Print(w, h, channels, paperWidth);
    }

    /** With a rectangle covered by something grey, in fractions of the paper. */
    public Print covered(double x0, double y0, double x1, double y1) {
      float[][] copies = new float[channels.length][];
      for (int b = 0; b < copies.length; b++) {
        copies[b] = channels[b].clone();
        for (int y = (int) (y0 * height); y < (int) (y1 * height); y++) {
          for (int x = (int) (x0 * width); x < (int) (x1 * width); x++) {
            copies[b][y * width + x] = 0.4f;
          }
        }
      }
      return new Print(width, height, copies, paperWidth);
    }
  }

  /** The photograph as a JPEG file. */
  public byte[] photograph(Print print, RandomStream random) {
    double[] plane = plane(print);
    int bands = print.channels.length;
    BufferedImage image =
        new BufferedImage(
            width, height, bands == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    for (int b = 0; b < bands; b++) {
      float[] scene = blurred(scene(print.channels[b], print, plane));
      int band = b;
      expose(scene, random, (x, y, level) -> image.getRaster().setSample(x, y, band, level));
    }
    return jpeg(image, shot.quality);
  }

  /** Light that comes from the scene, linear. */
  private float[] scene(float[] ink, Print print, double[] h) {
    float[] scene = new float[width * height];
    double[] steps = {1 / 6.0, 3 / 6.0, 5 / 6.0};
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (double dy : steps) {
          for (double dx : steps) {
            double px = x + dx;
            double py = y + dy;
            double w = h[6] * px + h[7] * py + h[8];
            double u = (h[0] * px + h[1] * py + h[2]) / w;
            double v = (h[3] * px + h[4] * py + h[5]) / w;
            sum += onPaper(ink, print, u, v);
          }
        }
        double fall = 1 - shot.uneven * ((double) x / width * 0.7 + (double) y / height * 0.3);
        scene[y * width + x] = (float) (sum / 9 * fall * shot.light);
      }
    }
    return scene;
  }

  /** At a place of the paper, in millimetres: the desk around it, and a print that is scaled. */
  private double onPaper(float[] ink, Print print, double u, double v) {
    double paperHeight = print.height / DOTS;
    if (u < 0 || v < 0 || u >= print.paperWidth || v >= paperHeight) {
      return DESK;
    }
    double x = ((u - print.paperWidth / 2) / shot.scale + print.paperWidth / 2) * DOTS - 0.5;
    double y = ((v - paperHeight / 2) / shot.scale + paperHeight / 2) * DOTS - 0.5;
    int column = (int) Math.floor(x);
    int row = (int) Math.floor(y);
    if (column < 0 || row < 0 || column + 1 >= print.width || row + 1 >= print.height) {
      return PAPER;
    }
    double fx = x - column;
    double fy = y - row;
    int i = row * print.width + column;
    double level =
        (ink[i] * (1 - fx) + ink[i + 1] * fx) * (1 - fy)
            + (ink[i + print.width] * (1 - fx) + ink[i + print.width + 1] * fx) * fy;
    // A page's greys are as displays show them: linear is their power of 2.2.
    return INK + (PAPER - INK) * Math.pow(level, 2.2);
  }

  /** The homography from pixels of the photograph to millimetres on the paper. */
  private double[] plane(Print print) {
    double w = print.paperWidth;
    double h = print.height / DOTS;
    double tilt = Math.toRadians(shot.tilt);
    double towards = Math.toRadians(shot.towards);
    double roll = Math.toRadians(shot.roll);
    // Tilt about an axis in the plane, then roll.
    double[] axis = {Math.cos(towards), Math.sin(towards)};
    double c = Math.cos(tilt);
    double s = Math.sin(tilt);
    double[][] r = {
      {c + axis[0] * axis[0] * (1 - c), axis[0] * axis[1] * (1 - c), axis[1] * s},
      {axis[0] * axis[1] * (1 - c), c + axis[1] * axis[1] * (1 - c), -axis[0] * s},
      {-axis[1] * s, axis[0] * s, c}
    };
    double cr = Math.cos(roll);
    double sr = Math.sin(roll);
    double distance = 420;
    double[] forward = new double[9];
    for (int k = 0; k < 2; k++) {
      double a = cr * r[0][k] - sr * r[1][k];
      double b = sr * r[0][k] + cr * r[1][k];
      forward[k] = a;
      forward[3 + k] = b;
      forward[6 + k] = r[2][k] / distance;
    }
    forward[8] = 1;
    // Where the corners come to lie, from the middle of the paper.
    double[] box = {1e9, 1e9, -1e9, -1e9};
    for (int corner = 0; corner < 4; corner++) {
      double x = (corner % 2 == 0 ? -1 : 1) * w / 2;
      double y = (corner < 2 ? -1 : 1) * h / 2;
      double d = forward[6] * x + forward[7] * y + 1;
      double u = (forward[0] * x + forward[1] * y) / d;
      double v = (forward[3] * x + forward[4] * y) / d;
      box[0] = Math.min(box[0], u);
      box[1] = Math.min(box[1], v);
      box[2] = Math.max(box[2], u);
      box[3] = Math.max(box[3], v);
    }
    double zoom = shot.fill * Math.min(width / (box[2] - box[0]), height / (box[3] - box[1]));
    double[] view = {
      zoom,
      0,
      width / 2.0 - zoom * (box[0] + box[2]) / 2,
      0,
      zoom,
      height / 2.0 - zoom * (box[1] + box[3]) / 2,
      0,
      0,
      1
    };
    double[] middle = {1, 0, -w / 2, 0, 1, -h / 2, 0, 0, 1};
    return inverse(product(product(view, forward), middle));
  }

  private float[] blurred(float[] image) {
    float[] result = image;
    if (shot.blur > 0) {
      int reach = (int) Math.ceil(3 * shot.blur);
      double[] kernel = new double[2 * reach + 1];
      for (int k = -reach; k <= reach; k++) {
        kernel[k + reach] = Math.exp(-k * k / (2 * shot.blur * shot.blur));
      }
      result = along(along(result, kernel, 1, 0), kernel, 0, 1);
    }
    if (shot.motion > 0) {
      double[] kernel = new double[2 * (int) Math.ceil(shot.motion / 2 / Math.sqrt(2)) + 1];
      Arrays.fill(kernel, 1);
      result = along(result, kernel, 1, 1);
    }
    return result;
  }

  private float[] along(float[] image, double[] kernel, int dx, int dy) {
    float[] result = new float[image.length];
    int reach = kernel.length / 2;
    double total = 0;
    for (double weight : kernel) {
      total += weight;
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (int k = -reach; k <= reach; k++) {
          int row = Math.max(0, Math.min(height - 1, y + k * dy));
          int column = Math.max(0, Math.min(width - 1, x + k * dx));
          sum += kernel[k + reach] * image[row * width + column];
        }
        result[y * width + x] = (float) (sum / total);
      }
    }
    return result;
  }

  private interface Sensor {
    void set(int x, int y, int level);
  }

  private void expose(float[] scene, RandomStream random, Sensor sensor) {
    RandomStream own = random.spawn();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double level = 255 * Math.pow(Math.max(0, scene[y * width + x]), 1 / 2.2);
        level += shot.noise * own.nextGaussian();
        sensor.set(x, y, (int) Math.max(0, Math.min(255, Math.rint(level))));
      }
    }
  }

  static byte[] jpeg(BufferedImage image, int quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam settings = writer.getDefaultWriteParam();
    settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    settings.setCompressionQuality(quality / 100f);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  static BufferedImage decoded(byte[] jpeg) {
    try {
      return ImageIO.read(new ByteArrayInputStream(jpeg));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] product(double[] a, double[] b) {
    double[] c = new double[9];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 3; k++) {
          c[3 * i + j] += a[3 * i + k] * b[3 * k + j];
        }
      }
    }
    return c;
  }

  private static double[] inverse(double[] m) {
    double[] adjoint = {
      m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
      m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
      m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]
    };
    return adjoint;
  }
}
