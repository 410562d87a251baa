package io.foolproof.physical.patch;

import io.foolproof.data.DecodedImage;
import io.foolproof.data.ImageShape;
import io.foolproof.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@link Patch} as two files: its pixels as PNG, and what they do not tell as JSON.
 *
 * @param patch what is put on images
 * @param places where it was put when it was made and measured
 */
public record PatchFile(Patch patch, Places places) {
  private static final String FORMAT = "foolproof patch";
  private static final int VERSION = 2;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The PNG file: one pixel for each of the patch. */
  public byte[] png() {
    int side = patch.side();
    boolean grey = patch.shape().channels() == 1;
    BufferedImage image =
        new BufferedImage(
            side, side, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    int[] levels = patch.levels();
    for (int k = 0; k < side * side; k++) {
      for (int c = 0; c < patch.shape().channels(); c++) {
        image.getRaster().setSample(k % side, k / side, c, levels[c * side * side + k]);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * The JSON file.
   *
   * @param png the name of the PNG file, in the same folder
   */
  public byte[] json(String png) {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT).put("version", VERSION).put("pixels", png);
    json.put("channels", patch.shape().channels()).put("side", patch.side());
    json.put("round", patch.round());
    if (patch.target() != null) {
      json.put("target", patch.target());
    }
    json.put("place", places.place()).put("angle", places.degrees()).put("size", places.size());
    return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a patch; no model is needed.
   *
   * @param file the JSON file, with the PNG file that it names in the same folder
   * @throws InvalidInputException if either is missing or damaged, or they do not fit
   */
  public static PatchFile read(Path file) {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readString(file));
      if (!json.path("format").asString("").equals(FORMAT)) {
        throw new InvalidInputException(
            file + ": no patch, expected the JSON file that 'foolproof patch' wrote");
      }
      int version = json.required("version").intValue();
      if (version != VERSION) {
        throw new InvalidInputException(
            "%s: a patch of version %d, expected %d: %s"
                .formatted(
                    file,
                    version,
                    VERSION,
                    version < VERSION
                        ? "make it anew with 'foolproof patch'"
                        : "use the release of Foolproof that wrote it"));
      }
      Path png = file.resolveSibling(json.required("pixels").stringValue());
      DecodedImage image = DecodedImage.read(png);
      ImageShape shape = image.shape();
      int side = json.required("side").intValue();
      int channels = json.required("channels").intValue();
      if (side < 1 || channels < 1 || !shape.equals(new ImageShape(channels, side, side))) {
        throw new InvalidInputException(
            "%s: has pixels of %s, expected %d x %d x %d, as %s says"
                .formatted(png, shape, channels, side, side, file));
      }
      byte[] bytes = new byte[shape.pixels()];
      image.copyLevels(bytes, 0);
      int[] levels = new int[bytes.length];
      for (int i = 0; i < levels.length; i++) {
        levels[i] = bytes[i] & 0xff;
      }
      Integer target = json.has("target") ? json.required("target").intValue() : null;
      if (target != null && target < 0) {
        throw new InvalidInputException(
            file + ": its target is " + target + ", expected the number of a class, from 0");
      }
      Patch patch = new Patch(shape, levels, json.required("round").booleanValue(), target);
      return new PatchFile(patch, places(file, json));
    } catch (JacksonException e) {
      throw new InvalidInputException(
          file + ": damaged, expected the JSON file that 'foolproof patch' wrote", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          file + ": cannot be read (" + InvalidInputException.reason(e) + ")", e);
    }
  }

  private static Places places(Path file, JsonNode json) {
    try {
      return new Places(
              json.required("angle").doubleValue(), json.required("size").doubleValue(), null)
          .at(json.required("place").stringValue());
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + ": " + e.getMessage(), e);
    }
  }
}
