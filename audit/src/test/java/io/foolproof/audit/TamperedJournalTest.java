package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.journal.Resealed;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a journal, the audit that goes on from it refuses it or ends the same. */
class TamperedJournalTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 2, 3);
  private static final LinearClassifier MODEL = LinearClassifier.random(INPUT, 3, 11);
  private static final double EPSILON = 0.05;
  private static final int SAMPLES = 12;
  private static final int FLIPS = 200;

  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(\"[^\"]*\"|[^,}]+)");

  @TempDir Path folder;
  private Path file;
  private AuditResult reference;
  private List<String> lines;

  @BeforeEach
  void audit() throws IOException {
    file = folder.resolve("journal");
    reference = run(file, 7);
    lines = Files.readAllLines(file);
  }

  private static ImageSet data() {
    float[] pixels = new float[SAMPLES * INPUT.elements()];
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      int from = i * INPUT.elements();
      int to = from + INPUT.elements();
      new RandomStream(5, i, "images", 0).fillUniform(pixels, from, to, 0.3f, 0.7f);
      labels[i] = MODEL.predict(Arrays.copyOfRange(pixels, from, to));
    }
    return ImageSet.ofPixels(
        "grey", new ImageShape(1, 2, 3), pixels, labels, List.of("a", "b", "c"));
  }

  private static AuditResult run(Path journal, long seed) {
    return Audit.of(MODEL, data())
        .against(ThreatModel.linf(EPSILON))
        .with(Attacks.parse("fgsm"), Attacks.parse("pgd:steps=3"))
        .extent(new AuditPlan.Extent(false, 4, false))
        .seed(seed)
        .workers(1)
        .journal(journal)
        .run();
  }

  /** Why the audit does not go on from a journal; empty where it does, and ends the same. */
  private String refused(byte[] journal) throws IOException {
    Files.write(file, journal);
    try {
      AuditResult result = run(file, 7);
      assertThat(result.samples())
          .usingRecursiveFieldByFieldElementComparator()
          .isEqualTo(reference.samples());
      assertThat(result.curve()).isEqualTo(reference.curve());
      assertThat(result.attacks())
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds")
          .isEqualTo(reference.attacks());
      return "";
    } catch (InvalidInputException e) {
      assertThat(e).hasMessageContaining("--fresh");
      return Objects.requireNonNull(e.getMessage());
    }
  }

  private String refused(List<String> changed) throws IOException {
    return refused((String.join("\n", changed) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private int line(String stage, String outcome) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("\"" + stage) && lines.get(i).contains(outcome)) {
        return i;
      }
    }
    throw new AssertionError("no line of " + stage + " " + outcome);
  }

  private List<String> with(int line, UnaryOperator<String> change) {
    List<String> changed = new ArrayList<>(lines);
    changed.set(line, change.apply(lines.get(line)));
    assertThat(changed).isNotEqualTo(lines);
    return changed;
  }

  @Test
  void everyFieldOfALineIsCovered() throws IOException {
    for (int number : new int[] {0, line("clean", "NOT_FOOLED"), line("attack", "\"FOOLED")}) {
      Set<String> fields = new LinkedHashSet<>();
      Matcher matcher = FIELD.matcher(lines.get(number));
      while (matcher.find()) {
        fields.add(matcher.group());
      }
      assertThat(fields).hasSizeGreaterThan(number == 0 ? 10 : 13);
      for (String field : fields) {
        String name = field.substring(0, field.indexOf(':'));
        for (String value : List.of("null", "1", "977", "\"x\"")) {
          String other = name + ":" + value;
          if (!other.equals(field)) {
            String why = refused(with(number, line -> line.replace(field, other)));
            assertThat(why).as("%s to %s", field, other).isNotEmpty();
          }
        }
        String without = "(," + Pattern.quote(field) + "|" + Pattern.quote(field) + ",)";
        assertThat(refused(with(number, line -> line.replaceFirst(without, "")))).isNotEmpty();
      }
    }
  }

  @Test
  void flippedBitsAreRefusedOrChangeNothing() throws IOException {
    byte[] whole = String.join("\n", lines).concat("\n").getBytes(StandardCharsets.UTF_8);
    RandomStream random = new RandomStream(3, 0, "flips", 0);
    int refusals = 0;
    for (int i = 0; i < FLIPS; i++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      refusals += refused(flipped).isEmpty() ? 0 : 1;
    }
    // What is in the last line may make it one that is cut short, which is dropped.
    assertThat(refusals).isGreaterThan(FLIPS * 9 / 10);
  }

  @Test
  void linesThatAreMovedRepeatedLeftOutOrOfAnotherRunAreRefused() throws IOException {
    int clean = line("clean", "NOT_FOOLED");
    int attack = line("attack", "\"FOOLED");
    run(folder.resolve("other seed"), 8);
    run(folder.resolve("again"), 7);
    List<String> otherSeed = Files.readAllLines(folder.resolve("other seed"));
    List<String> again = Files.readAllLines(folder.resolve("again"));
    List<Function<List<String>, String>> changes =
        List.of(
            all -> {
              Collections.swap(all, clean, clean + 1);
              return "line " + (clean + 1);
            },
            all -> {
              all.add(attack, all.get(attack));
              return "line " + (attack + 2);
            },
            all -> {
              all.remove(clean);
              return "line " + (clean + 1);
            },
            all -> {
              all.add(clean, "null");
              return "line " + (clean + 1);
            },
            all -> {
              all.set(attack, otherSeed.get(attack));
              return "line " + (attack + 1);
            },
            all -> {
              // Up to the first time that was measured, the same run writes the same lines.
              all.set(attack + 1, again.get(attack + 1));
              return "line " + (attack + 2);
            });
    for (Function<List<String>, String> change : changes) {
      List<String> changed = new ArrayList<>(lines);
      String where = change.apply(changed);
      assertThat(refused(changed))
          .contains(where + " of the journal is refused, since its checksum does not match")
          .contains("delete this line and all after it to keep what was found before");
    }
  }

  /** What a refusal advises. */
  @Test
  void whatPrecedesARefusedLineIsKeptWhereTheRestIsDeleted() throws IOException {
    int attack = line("attack", "\"FOOLED");
    assertThat(refused(lines.subList(0, attack))).isEmpty();
    assertThat(Files.readAllLines(file).subList(0, attack)).isEqualTo(lines.subList(0, attack));
  }

  // ---- Checksums that were computed anew

  private String refusedResealed(List<String> changed) throws IOException {
    return refused(Resealed.journal(changed));
  }

  @Test
  void aLineThatHoldsNoFindingIsRefusedWhateverItsChecksum() throws IOException {
    assertThat(refusedResealed(lines)).isEmpty();
    int fooled = line("attack", "\"FOOLED");
    String where = "line " + (fooled + 1) + " of the journal is refused";
    for (String field : List.of("stage", "outcome", "index", "prediction", "forwards", "image")) {
      Matcher matcher = Pattern.compile("\"" + field + "\":(\"[^\"]*\"|[^,}]+),").matcher("");
      UnaryOperator<String> leftOut = line -> matcher.reset(line).replaceFirst("");
      UnaryOperator<String> none =
          line -> matcher.reset(line).replaceFirst("\"" + field + "\":null,");
      assertThat(refusedResealed(with(fooled, leftOut))).as(field).contains(where);
      assertThat(refusedResealed(with(fooled, none))).as(field).contains(where);
    }
    UnaryOperator<String> more = line -> "{\"more\":1," + line.substring(1);
    assertThat(refusedResealed(with(fooled, more))).contains(where);
    UnaryOperator<String> bytes = line -> line.replaceFirst("\"image\":\"[^\"]{4}", "\"image\":\"");
    assertThat(refusedResealed(with(fooled, bytes))).contains(where);
  }

  /** In every stage that holds any: each is replayed within the epsilon of that stage. */
  @Test
  void noWitnessCountsThatDoesNotHoldWhenReplayed() throws IOException {
    ImageSet data = data();
    Set<String> stages = new LinkedHashSet<>();
    for (int number = 1; number < lines.size(); number++) {
      String line = lines.get(number);
      if (!line.contains("\"FOOLED\"")) {
        continue;
      }
      stages.add(line.replaceFirst(".*\"stage\":\"(\\w+).*", "$1"));
      int index = Integer.parseInt(line.replaceFirst(".*\"index\":(\\d+).*", "$1"));
      float[] clean = data.pixels(index);
      float[] far = image(line);
      far[0] = clean[0] + (float) (far[0] > clean[0] ? 1.01 * EPSILON : -1.01 * EPSILON);
      String where = "line " + (number + 1) + " of the journal is refused";
      String why = "the adversarial example of sample " + index + " does not hold when replayed";
      for (float[] image : List.of(clean, far)) {
        assertThat(refusedResealed(with(number, one -> withImage(one, image))))
            .contains(where)
            .contains(why);
      }
      assertThat(refusedResealed(with(number, one -> withImage(one, Arrays.copyOf(clean, 5)))))
          .contains(where)
          .contains("its image has 5 values, expected 6");
      String another = "\"prediction\":" + data.label(index);
      assertThat(
              refusedResealed(with(number, one -> one.replaceFirst("\"prediction\":\\d", another))))
          .contains(why);
    }
    assertThat(stages).contains("attack", "curve");
  }

  private static float[] image(String line) {
    byte[] bytes =
        Base64.getDecoder().decode(line.replaceFirst(".*\"image\":\"([^\"]*)\".*", "$1"));
    float[] image = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(image);
    return image;
  }

  private static String withImage(String line, float[] image) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * image.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(image);
    String text = Base64.getEncoder().encodeToString(bytes.array());
    return line.replaceFirst("\"image\":\"[^\"]*\"", "\"image\":\"" + text + "\"");
  }
}
