package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * An image file, decoded and found usable: 8 bits a channel, opaque, grey or colour.
 *
 * @param image as decoded
 * @param shape one channel for grey, three for colour
 */
public record DecodedImage(BufferedImage image, ImageShape shape) {

  private static final Set<String> FORMATS = Set.of("png", "jpeg");

  /** What the platform says of colours that it does not decode. */
  private static final String UNKNOWN_COLOURS = "Unsupported Image Type";

  /**
   * Decodes a PNG or JPEG file; what the file is called counts for nothing.
   *
   * @throws InvalidInputException if the file is damaged or not usable as it is
   */
  public static DecodedImage read(Path file) {
    BufferedImage image = ExactReader.explain(file, () -> decode(file));
    requireUsable(image, file);
    return new DecodedImage(
        image,
        new ImageShape(isGrey(image.getColorModel()) ? 1 : 3, image.getHeight(), image.getWidth()));
  }

  /** Writes the levels in C, H, W order. */
  public void copyLevels(byte[] target, int offset) {
    int plane = shape.height() * shape.width();
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        int k = offset + y * shape.width() + x;
        if (shape.channels() == 1) {
          target[k] = (byte) greyLevel(x, y);
        } else {
          int rgb = image.getRGB(x, y);
          target[k] = (byte) (rgb >> 16);
          target[k + plane] = (byte) (rgb >> 8);
          target[k + 2 * plane] = (byte) rgb;
        }
      }
    }
  }

  private int greyLevel(int x, int y) {
    // As stored: getRGB() would convert grey through another gamma. Palettes hold sRGB already.
    return image.getColorModel() instanceof IndexColorModel
        ? image.getRGB(x, y) & 0xff
        : image.getRaster().getSample(x, y, 0);
  }

  private static BufferedImage decode(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new InvalidInputException(
            file + ": not an image that can be read, expected PNG or JPEG; convert or remove it");
      }
      ImageReader reader = readers.next();
      try {
        requireKnown(reader.getFormatName(), file);
        reader.setInput(stream, true, true);
        return decode(reader, file);
      } catch (InvalidInputException e) {
        throw e;
      } catch (RuntimeException e) {
        // How the platform's decoders meet some damaged files.
        throw new IOException("damaged image", e);
      } finally {
        reader.dispose();
      }
    }
  }

  /** The platform reads other formats, of which some have several images in a file. */
  private static void requireKnown(String format, Path file) {
    if (!FORMATS.contains(format.toLowerCase(Locale.ROOT))) {
      throw new InvalidInputException(
          "%s: is a %s image, whatever it is called, expected PNG or JPEG; convert it"
              .formatted(file, format.toUpperCase(Locale.ROOT)));
    }
  }

  private static BufferedImage decode(ImageReader reader, Path file) throws IOException {
    // Asked before decoding: a damaged header must not make us allocate what it says.
    ImageShape.of(3, reader.getHeight(0), reader.getWidth(0), file.toString());
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    BufferedImage image;
    try {
      image = reader.read(0);
    } catch (IIOException e) {
      if (UNKNOWN_COLOURS.equals(e.getMessage())) {
        throw ofInks(file);
      }
      throw e;
    }
    for (String warning : warnings) {
      // The JPEG decoder fills what is missing with grey and only warns.
      String lower = warning.toLowerCase(Locale.ROOT);
      if (lower.contains("premature") || lower.contains("corrupt")) {
        throw new IOException(warning);
      }
    }
    return image;
  }

  /** Which colours inks are depends on the printer; some platforms decode them all the same. */
  private static InvalidInputException ofInks(Path file) {
    return new InvalidInputException(
        file + ": has colours as for printing (CMYK), expected grey or RGB; convert the image");
  }

  private static void requireUsable(BufferedImage image, Path file) {
    for (int bits : image.getSampleModel().getSampleSize()) {
      if (bits > 8) {
        throw new InvalidInputException(
            "%s: %d bits a channel, expected at most 8; convert the image".formatted(file, bits));
      }
    }
    if (image.getColorModel().getNumColorComponents() > 3) {
      throw ofInks(file);
    }
    if (!image.getColorModel().hasAlpha()) {
      return;
    }
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        if (image.getRGB(x, y) >>> 24 != 0xff) {
          throw new InvalidInputException(
              "%s: the pixel at column %d, row %d is see-through, expected an opaque image; flatten it"
                  .formatted(file, x, y));
        }
      }
    }
  }

  private static boolean isGrey(ColorModel colours) {
    if (colours instanceof IndexColorModel palette) {
      for (int k = 0; k < palette.getMapSize(); k++) {
        int grey = palette.getRed(k);
        if (palette.getGreen(k) != grey || palette.getBlue(k) != grey) {
          return false;
        }
      }
      return true;
    }
    return colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }
}
