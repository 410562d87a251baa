package io.foolproof.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The commands, in the order of the help. A command is only made when it is called: to make all of
 * them takes longer than to refuse a wrong argument.
 */
enum Subcommand {
  AUDIT("Attacks a classifier and reports its robust accuracy."),
  ATTACK(
      "Runs one attack and writes adversarial images as PNG and NPZ files, rows of a table as CSV."),
  COMPARE("Compares two audits with the same settings, sample by sample."),
  MERGE("Makes one report of shards that ran on several machines."),
  EVIDENCE("Packs an audit into a file that others can check without trusting who made it."),
  VERIFY("Checks an evidence pack: hashes, adversarial images, figures and proofs."),
  PROVE("Proves where a classifier cannot be fooled, and writes certificates of it."),
  CHECK("Checks a certificate with a second, small program."),
  SMOOTH("Certifies a classifier that is smoothed by noise, at a confidence."),
  HULL(
      "Measures which images lie inside the convex hull of the training images, and how far"
          + " outside the others lie."),
  STUDY(
      "Tells why classifiers extrapolate and fail next to any image: figures and claims, computed"
          + " anew."),
  FRONTIER("Audits several models and charts their clean error against their robust error."),
  TRAIN("Trains a classifier and writes it as an ONNX file."),
  FIT("Computes a classifier from images in one step and writes it to a file."),
  DEFEND("Puts layers that are said to defend it into an ONNX file, as part of the file."),
  DETECT(
      "Measures what detectors of adversarial images are worth, against attacks that know them and"
          + " attacks that do not."),
  PATCH("Makes patches that fool on any image they are put on, and measures them on others."),
  MARK("Puts a sticker or a few strokes of a pen on each image so that it fools, by hand."),
  PRINT("Writes adversarial images and controls as a PDF to print and photograph."),
  RECAPTURE("Reads printed sheets from photographs and reports what survived of an attack."),
  DATA("Lists, downloads and shows data sets."),
  INSPECT("Shows what a model file or a model behind a URL is, and whether it can be attacked."),
  ATTACKS("Lists the attacks with their settings and papers.");

  private final String description;

  Subcommand(String description) {
    this.description = description;
  }

  /** Its name on the command line. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String description() {
    return description;
  }

  Object make() {
    return switch (this) {
      case AUDIT -> new AuditCommand();
      case ATTACK -> new AttackCommand();
      case COMPARE -> new CompareCommand();
      case MERGE -> new MergeCommand();
      case EVIDENCE -> new EvidenceCommand();
      case VERIFY -> new VerifyCommand();
      case PROVE -> new ProveCommand();
      case CHECK -> new CheckCommand();
      case SMOOTH -> new SmoothCommand();
      case HULL -> new HullCommand();
      case STUDY -> new StudyCommand();
      case FRONTIER -> new FrontierCommand();
      case TRAIN -> new TrainCommand();
      case FIT -> new FitCommand();
      case DEFEND -> new DefendCommand();
      case DETECT -> new DetectCommand();
      case PATCH -> new PatchCommand();
      case MARK -> new MarkCommand();
      case PRINT -> new PrintCommand();
      case RECAPTURE -> new RecaptureCommand();
      case DATA -> new DataCommand();
      case INSPECT -> new InspectCommand();
      case ATTACKS -> new AttacksCommand();
    };
  }

  /** The command of this name; null if there is none. */
  static @Nullable Subcommand named(String word) {
    for (Subcommand command : values()) {
      if (command.word().equals(word)) {
        return command;
      }
    }
    return null;
  }

  /** The descriptions of all commands by their names. */
  static Map<String, String> descriptions() {
    Map<String, String> descriptions = new LinkedHashMap<>();
    for (Subcommand command : values()) {
      descriptions.put(command.word(), command.description);
    }
    return descriptions;
  }
}
