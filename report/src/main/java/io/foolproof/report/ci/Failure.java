package io.foolproof.report.ci;

import io.foolproof.data.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A rule that an audit breaks: one for a rule and class, however many samples are behind it.
 *
 * @param rule which one
 * @param about the class or the sign that it is about; empty where it is about the whole
 * @param failsBuild whether a gate failed by it; else it is a warning
 * @param message what was found, in a sentence or two
 */
record Failure(Rule rule, String about, boolean failsBuild, String message) {

  /**
   * What tells it from other failures of the same model file, and is the same in every run: not the
   * figures, which change.
   *
   * @param model the path of the model's file
   */
  String fingerprint(String model) {
    byte[] text = String.join("\n", rule.id(), about, model).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(Hashes.sha256().digest(text));
  }
}
