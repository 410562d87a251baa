package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.cli.option.ModelOptions;
import io.foolproof.data.Hashes;
import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Evidence packs: what holds is accepted, what was tampered with is not. */
@Tag("slow")
class EvidenceTest {
  private static final int TAMPERINGS = 100;
  private static final String IMAGES = "adversarial/0000.npz";
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir static Path folder;
  private static Path model;
  private static Path pack;

  @BeforeAll
  static void packAnAudit() throws IOException {
    model = folder.resolve("digits.onnx");
    try (InputStream in = ModelOptions.class.getResourceAsStream("digits.onnx")) {
      Files.write(model, Objects.requireNonNull(in).readAllBytes());
    }
    audit("report", "--attacks", "fgsm,pgd:steps=5", "--epsilon", "0.15");
    pack = folder.resolve("pack.zip");
    InProcess packed = InProcess.run("evidence", folder.resolve("report"), "--out", pack);
    assertThat(packed.exitCode()).as(packed.err()).isZero();
    assertThat(packed.out()).contains("SHA-256:  " + Hashes.ofFile(pack));
  }

  private static void audit(String out, Object... more) {
    List<Object> words = new ArrayList<>(List.of("audit", model, "--samples", "30", "--out"));
    words.add(folder.resolve(out));
    words.addAll(Arrays.asList(more));
    InProcess audit = InProcess.run(words.toArray());
    assertThat(audit.exitCode()).as(audit.err()).isZero();
  }

  private static InProcess verify(Path file, Object... more) {
    List<Object> words = new ArrayList<>(List.of("verify", file, model));
    words.addAll(Arrays.asList(more));
    return InProcess.run(words.toArray());
  }

  @Test
  void anOriginalHoldsAndTheSameAuditGivesTheSameBytes() throws IOException {
    InProcess verified = verify(pack);
    assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
    assertThat(verified.out())
        .contains("clean classes  30 of 30", "computed anew from the samples", "The pack holds.");
    assertThat(verified.out()).doesNotContain("FAILED");
    assertThat(verified.out().lines()).allMatch(line -> line.length() <= 80);
    Path again = folder.resolve("made again.zip");
    InProcess made = InProcess.run("evidence", folder.resolve("report"), "--out", again);
    assertThat(made.out()).contains("Check it with: ./foolproof verify '" + again + "' " + model);
    assertThat(again).hasSameBinaryContentAs(pack);
  }

  @Test
  void whatIsNoPackIsNotReplaced() throws IOException {
    Path notes = Files.writeString(folder.resolve("notes.txt"), "mine");
    InProcess refused = InProcess.run("evidence", folder.resolve("report"), "--out", notes);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).hasLineCount(1).contains("notes.txt: is there already");
    assertThat(notes).hasContent("mine");
    Path old = Files.copy(pack, folder.resolve("old.zip"));
    assertThat(InProcess.run("evidence", folder.resolve("report"), "--out", old).exitCode())
        .isZero();
  }

  /** A page that no audit wrote is somebody's. */
  @Test
  void aReportDoesNotReplaceWhatNoRunWrote() throws IOException {
    Path mine = Files.createDirectory(folder.resolve("mine"));
    Path page = Files.writeString(mine.resolve("index.html"), "mine");
    InProcess refused =
        InProcess.run("audit", "--samples", "5", "--attacks", "fgsm", "--out", mine);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).hasLineCount(1).contains("index.html: is there already");
    assertThat(page).hasContent("mine");
  }

  /** With few levels next to nothing may change, and every place that names epsilon says so. */
  @Test
  void levelsStandWhereverEpsilonDoes() throws IOException {
    audit("levels", "--attacks", "fgsm", "--epsilon", "0.3", "--levels", "4");
    Path few = folder.resolve("levels.zip");
    assertThat(InProcess.run("evidence", folder.resolve("levels"), "--out", few).exitCode())
        .isZero();
    assertThat(text(few, "what-this-shows.md")).contains("epsilon 0.3 and only 4 levels");
    assertThat(text(few, "ml-bom.cdx.json")).contains("epsilon 0.3 and only 4 levels");
    assertThat(folder.resolve("levels/report.json")).content().contains("nothing-may-change");
    assertThat(
            JSON.readTree(folder.resolve("levels/report.json")).at("/threatModel/levels").asInt())
        .isEqualTo(4);
    assertThat(text(pack, "what-this-shows.md")).contains("epsilon 0.15,").doesNotContain("levels");
    assertThat(verify(few).exitCode()).isZero();
  }

  private static String text(Path zip, String name) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile());
        InputStream in = file.getInputStream(file.getEntry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Attacks whose figures come about in other ways: the closest examples, scores alone. */
  @Test
  void figuresOfOtherSuitesFollowFromTheirSamplesToo() {
    for (String attacks : List.of("ddn:steps=20", "simba:queries=50,noise")) {
      audit("other", "--attacks", attacks, "--norm", "l2", "--epsilon", "1", "--fresh");
      Path file = folder.resolve("other.zip");
      InProcess packed = InProcess.run("evidence", folder.resolve("other"), "--out", file);
      assertThat(packed.exitCode()).as(attacks + ": " + packed.err()).isZero();
      assertThat(verify(file).exitCode()).isZero();
    }
  }

  /** The search for proofs fools some before attacks begin. */
  @Test
  void proofsAreCheckedAndWhatTheirSearchFooledCounts() {
    Path linear = folder.resolve("lda.onnx");
    InProcess.run("fit", "lda", "--data", "digits", "--out", linear);
    Path report = folder.resolve("proving");
    InProcess audit =
        InProcess.run(
            "audit", linear, "--samples", "60", "--epsilon", "0.03", "--prove", "--out", report);
    assertThat(audit.exitCode()).as(audit.err()).isZero();
    assertThat(audit.out()).containsPattern("proved +[1-9]").containsPattern("fooled +[1-9]");
    Path file = folder.resolve("proving.zip");
    InProcess packed = InProcess.run("evidence", report, "--out", file);
    assertThat(packed.exitCode()).as(packed.err()).isZero();
    InProcess verified = InProcess.run("verify", file, linear);
    assertThat(verified.exitCode()).as(verified.out()).isZero();
    assertThat(verified.out()).containsPattern("proofs +[1-9][0-9]* checked");
  }

  @Test
  void withoutImagesTheDataSetIsNeeded() {
    Path file = folder.resolve("without.zip");
    InProcess.run("evidence", folder.resolve("report"), "--out", file, "--without-images");
    InProcess refused = verify(file);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("has no clean images", "(--data)").hasLineCount(1);
    assertThat(verify(file, "--data", "digits").exitCode()).isZero();
  }

  @Test
  void aReportThatWasEditedIsNotPacked() throws IOException {
    audit("edited", "--attacks", "fgsm", "--epsilon", "0.1");
    Path report = folder.resolve("edited/report.json");
    ObjectNode tree = (ObjectNode) JSON.readTree(Files.readAllBytes(report));
    ((ObjectNode) tree.get("summary")).put("robustAccuracy", 0.99);
    Files.write(report, JSON.writeValueAsBytes(tree));
    Path out = folder.resolve("edited.zip");
    InProcess packed = InProcess.run("evidence", folder.resolve("edited"), "--out", out);
    assertThat(packed.exitCode()).isEqualTo(2);
    assertThat(packed.err()).contains("/summary/robustAccuracy is 0.99").hasLineCount(1);
    assertThat(out).doesNotExist();
    assertThat(folder.resolve("edited.zip.part")).doesNotExist();
  }

  // ---- Tampering

  @Test
  void everyTamperingIsFound() throws IOException {
    List<String> accepted = new ArrayList<>();
    Map<String, Integer> kinds = new TreeMap<>();
    for (int seed = 0; seed < TAMPERINGS; seed++) {
      Random random = new Random(seed);
      Tampering[] all = Tampering.values();
      Tampering kind = all[seed % all.length];
      Map<String, byte[]> files = files(pack);
      boolean rehash = kind.change(files, random);
      if (rehash) {
        rehash(files);
      }
      Path changed = folder.resolve("tampered.zip");
      write(changed, files);
      InProcess verified = verify(changed);
      kinds.merge(kind.name(), 1, Integer::sum);
      if (verified.exitCode() != 1 && verified.exitCode() != 2) {
        accepted.add(kind + " with seed " + seed + ": " + verified.out() + verified.err());
      }
    }
    assertThat(accepted).isEmpty();
    assertThat(kinds).hasSize(Tampering.values().length);
  }

  /** Each changes the files of a pack, and says whether the manifest is made to match them. */
  private enum Tampering {
    FIGURE {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        figure(files, random);
        return false;
      }
    },
    FIGURE_AND_HASHES {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        figure(files, random);
        return true;
      }
    },
    SWAPPED_IMAGES {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        images(
            files,
            images -> {
              int a = random.nextInt(images.length);
              int b = (a + 1 + random.nextInt(images.length - 1)) % images.length;
              float[] first = images[a];
              images[a] = images[b];
              images[b] = first;
            });
        return true;
      }
    },
    PIXELS {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        images(
            files,
            images -> {
              float[] image = images[random.nextInt(images.length)];
              int pixel = random.nextInt(image.length);
              image[pixel] = image[pixel] > 0.5f ? image[pixel] - 0.4f : image[pixel] + 0.4f;
            });
        return true;
      }
    },
    OUTSIDE_OF_THE_BOX {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        images(
            files, images -> images[random.nextInt(images.length)][random.nextInt(100)] = -0.01f);
        return true;
      }
    },
    LABEL {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        field(files, random, 1);
        return true;
      }
    },
    PREDICTION {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        field(files, random, 2);
        return true;
      }
    },
    VERDICT {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        String from = random.nextBoolean() ? ",fooled," : ",unknown,";
        String to = from.equals(",fooled,") ? ",unknown," : ",proved,";
        text(files, "samples.csv", text -> text.replaceFirst(from, to));
        return true;
      }
    },
    SMALLER_EPSILON {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        String epsilon = "0.1" + random.nextInt(5);
        for (String file : List.of("report.json", "plan.json")) {
          text(files, file, text -> text.replace(" : 0.15", " : " + epsilon));
        }
        return true;
      }
    },
    LARGER_EPSILON {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        String epsilon = "0." + (2 + random.nextInt(8));
        text(files, "report.json", text -> text.replace(" : 0.15", " : " + epsilon));
        return true;
      }
    },
    DELETED_FILE {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        List<String> names = new ArrayList<>(files.keySet());
        files.remove(names.get(random.nextInt(names.size())));
        return random.nextBoolean() && files.containsKey("manifest.json");
      }
    },
    ADDED_FILE {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        files.put("note-" + random.nextInt(100) + ".md", new byte[] {1});
        return false;
      }
    },
    ANOTHER_MODEL {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        byte[] hash = new byte[32];
        random.nextBytes(hash);
        String sha256 = HexFormat.of().formatHex(hash);
        JsonNode plan = JSON.readTree(files.get("plan.json"));
        String before = plan.at("/model/sha256").asString();
        for (String file : List.of("report.json", "plan.json", "ml-bom.cdx.json")) {
          text(files, file, text -> text.replace(before, sha256));
        }
        return true;
      }
    },
    BILL_OF_MATERIALS {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        text(
            files,
            "ml-bom.cdx.json",
            text -> text.replaceFirst("\"value\" : \"0\\.\\d+\"", "\"value\" : \"0.99\""));
        return true;
      }
    },
    CLEAN_IMAGE {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        Map<String, NpyArray> arrays =
            Npz.read(Objects.requireNonNull(files.get("clean/0000.npz")), "clean", 1 << 24);
        NpyArray levels = Objects.requireNonNull(arrays.get("images"));
        byte[] values = new byte[levels.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (byte) levels.integer(i);
        }
        values[random.nextInt(values.length)] ^= (byte) (1 + random.nextInt(255));
        arrays.put("images", NpyArray.ofBytes(values, levels.shape()));
        files.put("clean/0000.npz", Npz.bytes(arrays));
        return true;
      }
    },
    FLIPPED_BIT {
      @Override
      boolean change(Map<String, byte[]> files, Random random) {
        List<String> names = new ArrayList<>(files.keySet());
        names.remove("manifest.json");
        byte[] bytes = Objects.requireNonNull(files.get(names.get(random.nextInt(names.size()))));
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return false;
      }
    };

    abstract boolean change(Map<String, byte[]> files, Random random);

    private static final List<String> FIGURES =
        List.of(
            "/summary/robustAccuracy",
            "/summary/cleanAccuracy",
            "/summary/samples",
            "/summary/survivesRounding",
            "/summary/verdicts/fooled",
            "/summary/verdicts/unknown",
            "/summary/intervals/robustAccuracy/high",
            "/summary/intervals/cleanAccuracy/low",
            "/attacks/0/fooled",
            "/attacks/0/tried",
            "/attacks/1/robustAccuracy",
            "/attacks/1/robustAccuracyInterval/low",
            "/curve/3/robustAccuracy",
            "/curve/5/robustAccuracyInterval/high",
            "/curve/4/epsilon",
            "/classes/2/robustAccuracy",
            "/classes/1/samples",
            "/threatModel/epsilon",
            "/threatModel/epsilonLevels",
            "/seed");

    private static void figure(Map<String, byte[]> files, Random random) {
      String pointer = FIGURES.get(random.nextInt(FIGURES.size()));
      JsonNode report = JSON.readTree(files.get("report.json"));
      int slash = pointer.lastIndexOf('/');
      ObjectNode parent =
          (ObjectNode) (slash == 0 ? report : report.at(pointer.substring(0, slash)));
      String name = pointer.substring(slash + 1);
      JsonNode before = parent.get(name);
      if (before.isIntegralNumber()) {
        parent.put(name, before.asLong() + 1 + random.nextInt(3));
      } else {
        parent.put(name, before.asDouble() + (random.nextBoolean() ? 0.025 : -0.025));
      }
      files.put("report.json", JSON.writeValueAsBytes(report));
    }

    /** Changes a class in a column of a random row that has one. */
    private static void field(Map<String, byte[]> files, Random random, int column) {
      text(
          files,
          "samples.csv",
          text -> {
            List<String> lines = new ArrayList<>(text.lines().toList());
            int line = 1 + random.nextInt(lines.size() - 1);
            String[] fields = lines.get(line).split(",", -1);
            int before = Integer.parseInt(fields[column]);
            fields[column] = String.valueOf((before + 1 + random.nextInt(9)) % 10);
            lines.set(line, String.join(",", fields));
            return String.join("\r\n", lines) + "\r\n";
          });
    }
  }

  private interface OfText {
    String changed(String text);
  }

  private interface OfImages {
    void change(float[][] images);
  }

  private static void text(Map<String, byte[]> files, String name, OfText change) {
    String before = new String(files.get(name), StandardCharsets.UTF_8);
    String after = change.changed(before);
    assertThat(after).as(name).isNotEqualTo(before);
    files.put(name, after.getBytes(StandardCharsets.UTF_8));
  }

  private static void images(Map<String, byte[]> files, OfImages change) {
    Map<String, NpyArray> arrays =
        new LinkedHashMap<>(Npz.read(Objects.requireNonNull(files.get(IMAGES)), IMAGES, 1 << 24));
    NpyArray all = Objects.requireNonNull(arrays.get("images"));
    int n = all.shape()[0];
    int pixels = all.size() / n;
    float[][] images = new float[n][pixels];
    for (int i = 0; i < all.size(); i++) {
      images[i / pixels][i % pixels] = (float) all.real(i);
    }
    change.change(images);
    float[] values = new float[all.size()];
    IntStream.range(0, n).forEach(i -> System.arraycopy(images[i], 0, values, i * pixels, pixels));
    arrays.put("images", NpyArray.ofFloats(values, all.shape()));
    files.put(IMAGES, Npz.bytes(arrays));
  }

  /** As somebody would who knows how packs are made. */
  private static void rehash(Map<String, byte[]> files) {
    ObjectNode manifest = (ObjectNode) JSON.readTree(files.get("manifest.json"));
    ObjectNode hashes = manifest.putObject("sha256");
    files.forEach(
        (name, bytes) -> {
          if (!name.equals("manifest.json")) {
            hashes.put(name, HexFormat.of().formatHex(Hashes.sha256().digest(bytes)));
          }
        });
    files.put("manifest.json", JSON.writeValueAsBytes(manifest));
  }

  private static Map<String, byte[]> files(Path file) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        files.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return files;
  }

  private static void write(Path file, Map<String, byte[]> files) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> one : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(one.getKey()));
        zip.write(one.getValue());
        zip.closeEntry();
      }
    }
  }

  // ---- Hostile packs

  private void refused(Path file, String... says) {
    InProcess verified = verify(file);
    assertThat(verified.exitCode()).as(verified.out() + verified.err()).isEqualTo(2);
    assertThat(verified.out()).isEmpty();
    assertThat(verified.err()).contains(says).hasLineCount(1);
  }

  @Test
  void packsThatAreCutShortAreRefusedInOneLine() throws IOException {
    byte[] whole = Files.readAllBytes(pack);
    Path cut = folder.resolve("cut.zip");
    for (double part : new double[] {0, 0.3, 0.7, 0.99}) {
      Files.write(cut, Arrays.copyOf(whole, (int) (part * whole.length)));
      refused(cut, "cut.zip", "cut short");
    }
    refused(folder.resolve("none.zip"), "none.zip: there is no such file");
    refused(folder, "is a folder; name the file that foolproof evidence wrote");
  }

  /** Programs that read archives take no notice of what is around them. */
  @Test
  void bytesBeforeOrAfterThePackAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(pack);
    byte[] more = "hidden".getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("more.zip");
    Files.write(file, joined(more, whole));
    refused(file, "other bytes before or after the pack");
    Files.write(file, joined(whole, more));
    refused(file, "more.zip");
    // A comment, as the format has it; and another pack before this one.
    byte[] commented = joined(whole, more);
    commented[whole.length - 2] = (byte) more.length;
    Files.write(file, commented);
    refused(file, "other bytes before or after the pack");
    Files.write(file, joined(whole, whole));
    refused(file, "other bytes before or after the pack");
    Files.write(file, whole);
    assertThat(verify(file).exitCode()).isZero();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Test
  void aPackOfALaterVersionIsCalledSo() throws IOException {
    Map<String, byte[]> files = files(pack);
    text(files, "manifest.json", text -> text.replace("evidence 1", "evidence 2"));
    text(files, "manifest.json", text -> text.replaceFirst("\\{", "{\"signature\" : 1,"));
    Path file = folder.resolve("later.zip");
    write(file, files);
    refused(file, "'foolproof evidence 2', of a later version of Foolproof");
  }

  /** Its file is not there any more for who reads the advice. */
  @Test
  void thePackOfTheBuiltInModelIsCheckedWithoutItsFile() {
    Path report = folder.resolve("built-in");
    InProcess audit =
        InProcess.run("audit", "--samples", "10", "--attacks", "fgsm", "--out", report);
    assertThat(audit.exitCode()).as(audit.err()).isZero();
    Path file = folder.resolve("built-in.zip");
    InProcess packed = InProcess.run("evidence", report, "--out", file);
    assertThat(packed.out()).endsWith("verify " + file + System.lineSeparator());
    assertThat(InProcess.run("verify", file).exitCode()).isZero();
    assertThat(InProcess.run("verify", pack).exitCode()).isZero();
  }

  @Test
  void namesThatLeaveTheFolderAreRefused() throws IOException {
    for (String name : List.of("../evil.md", "/etc/passwd", "a/../../b.md", "a\\b.md", "C:x.md")) {
      Map<String, byte[]> files = files(pack);
      files.put(name, new byte[10]);
      rehash(files);
      Path file = folder.resolve("names.zip");
      write(file, files);
      refused(file, "it is refused");
    }
    assertThat(folder.resolveSibling("evil.md")).doesNotExist();
  }

  /** A gigabyte of zeros in a megabyte; and one in an NPZ inside of the pack. */
  @Test
  void bombsAreRefusedBeforeTheyAreUnpacked() throws IOException {
    Path bomb = folder.resolve("bomb.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
      zip.putNextEntry(new ZipEntry("manifest.json"));
      zip.write("{}".getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("clean/0000.npz"));
      zeros(zip, 1 << 10);
    }
    refused(bomb, "unpacks to more than a pack may have, at clean/0000.npz");
    ByteArrayOutputStream inner = new ByteArrayOutputStream();
    try (ZipOutputStream npz = new ZipOutputStream(inner)) {
      npz.putNextEntry(new ZipEntry("images.npy"));
      zeros(npz, 200);
    }
    Map<String, byte[]> files = files(pack);
    files.put(IMAGES, inner.toByteArray());
    rehash(files);
    write(bomb, files);
    refused(bomb, "unpacks to more");
  }

  private static void zeros(OutputStream out, int megabytes) throws IOException {
    byte[] zeros = new byte[1 << 20];
    for (int i = 0; i < megabytes; i++) {
      out.write(zeros);
    }
  }

  @Test
  void whatIsNoReportIsRefused() {
    InProcess none =
        InProcess.run("evidence", folder.resolve("nothing"), "--out", folder.resolve("x.zip"));
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("expected the folder of an audit's report").hasLineCount(1);
    assertThat(folder.resolve("x.zip")).doesNotExist();
  }

  @Test
  void commandsAreReadAsAShellReadsThem() {
    assertThat(RecordedAudit.words("./foolproof audit 'my net.onnx' --out 'it'\\''s' ''"))
        .containsExactly("./foolproof", "audit", "my net.onnx", "--out", "it's", "");
  }
}
