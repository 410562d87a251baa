package io.foolproof.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Journals of an audit that were changed: the audit that goes on from one refuses it, or ends with
 * the results of the audit that was not touched.
 */
final class TamperHarness {
  private static final InputSpec INPUT = InputSpec.unit(1, 2, 3);
  private static final LinearClassifier MODEL = LinearClassifier.random(INPUT, 3, 11);
  private static final int SAMPLES = 12;

  /** What is done to a journal. */
  private enum Change {
    FLIPPED_BIT,
    CHANGED_DIGIT,
    CHANGED_FIELD,
    SWAPPED_LINES,
    MISSING_LINE,
    REPEATED_LINE,
    LINE_OF_ANOTHER_RUN,
    CUT_SHORT
  }

  private final Path folder;
  private final SplittableRandom random;
  private final AuditResult reference;
  private final List<String> lines;
  private final List<String> other;

  private TamperHarness(Path folder, long seed) throws IOException {
    this.folder = folder;
    this.random = new SplittableRandom(seed);
    this.reference = audit(folder.resolve("whole"), 7);
    audit(folder.resolve("other"), 8);
    this.lines = Files.readAllLines(folder.resolve("whole"));
    this.other = Files.readAllLines(folder.resolve("other"));
  }

  /** Changes a journal so many times. */
  static void run(int count, long seed) throws IOException {
    Path folder = Files.createTempDirectory("foolproof-tamper");
    TamperHarness harness = new TamperHarness(folder, seed);
    TreeMap<String, Integer> outcomes = new TreeMap<>();
    int silent = 0;
    for (int i = 0; i < count; i++) {
      Change change = Change.values()[i % Change.values().length];
      String outcome = harness.outcome(harness.changed(change));
      outcomes.merge(change + ": " + outcome, 1, Integer::sum);
      silent += outcome.startsWith("OTHER") ? 1 : 0;
    }
    outcomes.forEach((what, number) -> System.out.printf("%,8d  %s%n", number, what));
    System.out.printf(
        "%,d changed journals, %d of them changed results in silence%n", count, silent);
  }

  private static AuditResult audit(Path journal, long seed) {
    float[] pixels = new float[SAMPLES * INPUT.elements()];
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      float[] image = new float[INPUT.elements()];
      new RandomStream(5, i, "images", 0).fillUniform(image, 0, image.length, 0.3f, 0.7f);
      System.arraycopy(image, 0, pixels, i * image.length, image.length);
      labels[i] = MODEL.predict(image);
    }
    ImageSet images =
        ImageSet.ofPixels("grey", new ImageShape(1, 2, 3), pixels, labels, List.of("a", "b", "c"));
    return Audit.of(MODEL, images)
        .against(ThreatModel.linf(0.05))
        .with(Attacks.parse("fgsm"), Attacks.parse("pgd:steps=3"))
        .extent(new AuditPlan.Extent(false, 4, false))
        .seed(seed)
        .workers(1)
        .journal(journal)
        .run();
  }

  private byte[] changed(Change change) {
    List<String> all = new ArrayList<>(lines);
    int at = random.nextInt(all.size());
    int place = random.nextInt(all.size());
    switch (change) {
      case CHANGED_DIGIT -> all.set(at, withDigit(all.get(at)));
      case CHANGED_FIELD -> all.set(at, withField(all.get(at)));
      case SWAPPED_LINES -> Collections.swap(all, at, place);
      case MISSING_LINE -> all.remove(at);
      case REPEATED_LINE -> all.add(place, all.get(at));
      case LINE_OF_ANOTHER_RUN -> all.set(at, other.get(Math.min(at, other.size() - 1)));
      default -> {
        // Bytes, not lines.
      }
    }
    byte[] bytes = (String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8);
    if (change == Change.FLIPPED_BIT) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return change == Change.CUT_SHORT ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  private String withDigit(String line) {
    List<Integer> digits = new ArrayList<>();
    for (int i = 0; i < line.length(); i++) {
      if (Character.isDigit(line.charAt(i))) {
        digits.add(i);
      }
    }
    int at = digits.get(random.nextInt(digits.size()));
    return line.substring(0, at) + random.nextInt(10) + line.substring(at + 1);
  }

  private String withField(String line) {
    String[] fields = line.split(",", -1);
    int at = random.nextInt(fields.length);
    String value = List.of("null", "1", "\"FOOLED\"", "-3", "").get(random.nextInt(5));
    fields[at] = fields[at].replaceFirst(":.*", ":" + value);
    return String.join(",", fields);
  }

  private String outcome(byte[] journal) throws IOException {
    Path file = folder.resolve("changed");
    Files.write(file, journal);
    try {
      AuditResult result = audit(file, 7);
      assertThat(result.samples())
          .usingRecursiveFieldByFieldElementComparator()
          .isEqualTo(reference.samples());
      assertThat(result.curve()).isEqualTo(reference.curve());
      return "the same results";
    } catch (AssertionError e) {
      return "OTHER RESULTS";
    } catch (InvalidInputException e) {
      return "refused";
    }
  }
}
