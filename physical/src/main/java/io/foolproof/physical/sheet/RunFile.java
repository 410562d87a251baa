package io.foolproof.physical.sheet;

import io.foolproof.data.ImageShape;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A {@link PrintRun} as a file. */
final class RunFile {
  private static final String FORMAT = "foolproof print run";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RunFile() {}

  static String json(PrintRun run) {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT);
    json.put("version", PrintRun.VERSION);
    json.put("run", run.id());
    json.setAll(fields(run));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
  }

  /** What the name of the run is computed from. */
  static String content(PrintRun run) {
    return JSON.writeValueAsString(fields(run));
  }

  private static ObjectNode fields(PrintRun run) {
    ObjectNode json = JSON.createObjectNode();
    json.put("paper", run.paper().name().toLowerCase(Locale.ROOT));
    ArrayNode shape = json.putArray("shape");
    shape.add(run.shape().channels()).add(run.shape().height()).add(run.shape().width());
    json.put("ink", run.inkIsOne() ? 1 : 0);
    json.put("source", run.source());
    if (run.target() != null) {
      json.put("target", run.target());
    }
    ArrayNode cells = json.putArray("cells");
    for (Cell cell : run.cells()) {
      ObjectNode entry = cells.addObject();
      entry.put("kind", cell.kind().word());
      entry.put("index", cell.index());
      entry.put("label", cell.label());
      entry.put("levels", Base64.getEncoder().encodeToString(bytes(cell.levels())));
    }
    return json;
  }

  static PrintRun read(Path file) {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readString(file));
    } catch (JacksonException e) {
      throw new InvalidInputException(
          file + ": not JSON, expected the run file that 'foolproof print' wrote", e);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          file + ": not JSON, expected the run file that 'foolproof print' wrote", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          file
              + ": cannot be read ("
              + InvalidInputException.reason(e)
              + "), expected the run file that 'foolproof print' wrote",
          e);
    }
    if (!json.path("format").asString("").equals(FORMAT)) {
      throw new InvalidInputException(
          file + ": no run file, expected the one that 'foolproof print' wrote beside the PDF");
    }
    int version = json.path("version").asInt(0);
    if (version != PrintRun.VERSION) {
      throw new InvalidInputException(
          "%s: is of version %d, expected %d: use the release of Foolproof that printed it"
              .formatted(file, version, PrintRun.VERSION));
    }
    PrintRun run;
    try {
      run = run(json);
    } catch (JacksonException | IllegalArgumentException e) {
      throw damaged(file, e);
    }
    if (!run.id().equals(json.path("run").asString(""))) {
      throw damaged(file, null);
    }
    return run;
  }

  private static InvalidInputException damaged(Path file, @Nullable RuntimeException cause) {
    String message =
        file
            + ": was damaged or changed since it was written: print the sheets again, or find a"
            + " copy";
    return cause == null
        ? new InvalidInputException(message)
        : new InvalidInputException(message, cause);
  }

  private static PrintRun run(JsonNode json) {
    JsonNode shape = json.required("shape");
    ImageShape images =
        new ImageShape(
            shape.required(0).intValue(),
            shape.required(1).intValue(),
            shape.required(2).intValue());
    List<Cell> cells = new ArrayList<>();
    for (JsonNode entry : json.required("cells")) {
      int[] levels = levels(Base64.getDecoder().decode(entry.required("levels").stringValue()));
      int label = entry.required("label").intValue();
      if (levels.length != images.pixels() || label < 0) {
        throw new IllegalArgumentException("a cell does not fit");
      }
      Kind kind = Kind.valueOf(entry.required("kind").stringValue().toUpperCase(Locale.ROOT));
      cells.add(new Cell(kind, entry.required("index").longValue(), label, levels));
    }
    return new PrintRun(
        Paper.parse(json.required("paper").stringValue()),
        images,
        json.required("ink").intValue() == 1,
        json.required("source").stringValue(),
        json.has("target") ? json.required("target").intValue() : null,
        cells);
  }

  private static byte[] bytes(int[] levels) {
    byte[] bytes = new byte[levels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) levels[i];
    }
    return bytes;
  }

  private static int[] levels(byte[] bytes) {
    int[] levels = new int[bytes.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return levels;
  }
}
