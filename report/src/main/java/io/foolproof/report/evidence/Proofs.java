package io.foolproof.report.evidence;

import io.foolproof.attack.Norm;
import io.foolproof.certify.property.Robustness;
import io.foolproof.checker.Checker;
import io.foolproof.checker.UncheckableException;
import io.foolproof.checker.Verdict;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxEditor;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proofs of a pack: for a sample {@code proofs/image-INDEX.vnnlib}, what is proved, and {@code
 * proofs/image-INDEX.proof}, the certificate.
 */
record Proofs(Pack pack, PackPlan plan, OnnxModel model) {
  private static final Pattern NAME = Pattern.compile("proofs/image-(\\d{1,9})\\.proof");
  private static final Pattern RADIUS = Pattern.compile("within ([0-9.]{1,64}) of an image");

  /** The name of the property that belongs to a certificate. */
  static String property(String certificate) {
    return certificate.replaceFirst("\\.proof$", ".vnnlib");
  }

  /** What does not hold, in words. */
  List<String> check(ImageSet images, List<SampleRow> rows, int classes) {
    List<String> failures = new ArrayList<>();
    List<String> names =
        pack.in(Pack.PROOFS).stream().filter(name -> name.endsWith(".proof")).toList();
    if (names.size() != plan.proofs()) {
      failures.add("%d proofs, the plan has %d".formatted(names.size(), plan.proofs()));
    }
    for (SampleRow row : rows) {
      if (row.status().equals("proved")
          && !names.contains(Pack.PROOFS + "image-" + row.index() + ".proof")) {
        failures.add(
            "sample " + row.index() + ": is called proved, but its proof is not in the pack");
      }
    }
    if (names.isEmpty()) {
      return failures;
    }
    if (!isPlain()) {
      failures.add(
          "proofs are of a file's only output, L-inf, L2 or L1, and any wrong class; this audit is"
              + " not");
      return failures;
    }
    byte[] network =
        OnnxEditor.takingPixels(model, images.shape(), plan.model().preprocessing()).bytes();
    Map<Long, Integer> places = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      places.put(rows.get(i).index(), i);
    }
    for (String name : names) {
      Matcher matcher = NAME.matcher(name);
      Integer place = matcher.matches() ? places.get(Long.parseLong(matcher.group(1))) : null;
      String why =
          place == null
              ? "is of no sample of this audit"
              : why(name, network, images.pixels(place), rows.get(place), classes);
      if (!why.isEmpty()) {
        failures.add(name + " " + why);
      }
    }
    return failures;
  }

  private boolean isPlain() {
    return plan.model().output() == null
        && Norm.withBalls().stream().anyMatch(norm -> norm.id().equals(plan.threat().norm()))
        && plan.threat().target() == null;
  }

  private Norm norm() {
    return Norm.parse(plan.threat().norm());
  }

  private String why(String name, byte[] network, float[] image, SampleRow row, int classes) {
    byte[] property = pack.bytes(property(name));
    Matcher matcher =
        RADIUS.matcher(
            new String(property, 0, Math.min(200, property.length), StandardCharsets.UTF_8));
    if (!matcher.find()) {
      return "proves a property that is not about an image";
    }
    BigDecimal radius = new BigDecimal(matcher.group(1));
    String expected = new Robustness(image, row.label(), classes, norm(), radius, null).vnnLib();
    if (!expected.equals(new String(property, StandardCharsets.UTF_8))) {
      return "proves something else than that the sample keeps its class";
    }
    if (radius.doubleValue() < plan.threat().epsilon()) {
      return "proves it within %s, epsilon is %s".formatted(radius, plan.threat().epsilon());
    }
    if (row.isFooled()) {
      return "proves what the sample's witness contradicts";
    }
    Verdict verdict = checked(network, property, pack.bytes(name));
    return verdict.proved() ? "" : "does not hold: " + verdict.reason();
  }

  /** The checker reads files, and nothing else. */
  private Verdict checked(byte[] network, byte[] property, byte[] certificate) {
    try {
      Path folder = Files.createTempDirectory("foolproof-proof");
      Path specification = folder.resolve("property.vnnlib");
      Path proof = folder.resolve("certificate.proof");
      try {
        Files.write(specification, property);
        Files.write(proof, certificate);
        return Checker.check(network, specification, proof);
      } finally {
        Files.deleteIfExists(specification);
        Files.deleteIfExists(proof);
        Files.delete(folder);
      }
    } catch (UncheckableException e) {
      return new Verdict(false, String.valueOf(e.getMessage()), Double.NaN, Double.NaN, 0, 0);
    } catch (IOException e) {
      throw new InvalidInputException(
          "a proof cannot be checked (%s)".formatted(InvalidInputException.reason(e)), e);
    }
  }
}
