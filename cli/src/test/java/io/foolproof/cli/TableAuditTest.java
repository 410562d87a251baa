package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.model.TestGraph;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A linear model of loans: for each row it is known in closed form what fools it. */
class TableAuditTest {
  private static final int ROWS = 80;

  /** Of the score: income, age, owner, tenant; the bias puts about half on each side. */
  private static final float[] SLOPE = {4e-5f, -0.05f, 0.6f, 0};

  private static final float BIAS = 0;

  @TempDir Path folder;

  private Path model;
  private Path csv;
  private final float[][] rows = new float[ROWS][];
  private final List<Integer> labels = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    model = folder.resolve("loans.onnx");
    Files.write(
        model,
        new TestGraph()
            .input("x", "N", "4")
            .output("y", "N", "2")
            .floats("w", new float[] {0, SLOPE[0], 0, SLOPE[1], 0, SLOPE[2], 0, SLOPE[3]}, 4, 2)
            .floats("b", new float[] {0, BIAS}, 2)
            .node("MatMul", List.of("x", "w"), "xw")
            .node("Add", List.of("xw", "b"), "y")
            .bytes());
    StringBuilder text = new StringBuilder("id,income,age,owner,tenant,granted\n");
    for (int i = 0; i < ROWS; i++) {
      float[] drawn = new float[3];
      new RandomStream(1, i, "loans", 0).fillUniform(drawn, 0, 3, 0, 1);
      boolean owner = drawn[2] > 0.5;
      rows[i] =
          new float[] {
            100_000 * drawn[0], 18 + (int) (60 * drawn[1]), owner ? 1 : 0, owner ? 0 : 1
          };
      int label = score(rows[i]) > 0 ? 1 : 0;
      labels.add(label);
      text.append(
          "%d,%s,%s,%d,%d,%s%n"
              .formatted(
                  i,
                  rows[i][0],
                  (int) rows[i][1],
                  owner ? 1 : 0,
                  owner ? 0 : 1,
                  label == 1 ? "yes" : "no"));
    }
    csv = Files.writeString(folder.resolve("loans.csv"), text.toString());
    Files.writeString(folder.resolve("names.txt"), "no\nyes\n");
  }

  private static double score(float[] row) {
    double score = BIAS;
    for (int j = 0; j < row.length; j++) {
      score += (double) SLOPE[j] * row[j];
    }
    return score;
  }

  private float end(int j, boolean high) {
    float end = rows[0][j];
    for (float[] row : rows) {
      end = high ? Math.max(end, row[j]) : Math.min(end, row[j]);
    }
    return end;
  }

  /** How much the score can move towards the other class, each feature in its box. */
  private double reach(int i, double income, double years, boolean home) {
    double direction = labels.get(i) == 1 ? -1 : 1;
    double best = 0;
    double[] most = {income, years};
    for (int j = 0; j < 2; j++) {
      double up = Math.min(end(j, true) - rows[i][j], most[j]);
      double down = -Math.min(rows[i][j] - end(j, false), most[j]);
      best += Math.max(direction * SLOPE[j] * up, direction * SLOPE[j] * down);
    }
    double moved = (rows[i][2] == 1 ? -1 : 1) * (double) SLOPE[2] * direction;
    return best + (home ? Math.max(0, moved) : 0);
  }

  private int fooled(double income, double years, boolean home) {
    int fooled = 0;
    for (int i = 0; i < ROWS; i++) {
      double margin = Math.abs(score(rows[i]));
      double reach = reach(i, income, years, home);
      // No row is so close to being fooled, or not, that rounding would decide.
      assertThat(Math.abs(margin - reach)).isGreaterThan(1e-5);
      fooled += margin < reach ? 1 : 0;
    }
    return fooled;
  }

  private InProcess audit(String... options) {
    List<Object> all = new ArrayList<>();
    all.addAll(
        List.of("audit", model, "--out", folder.resolve("out"), "--attacks", "pgd:restarts=2"));
    all.addAll(List.of(options));
    return InProcess.run(all.toArray());
  }

  private InProcess auditCsv(String... options) {
    return audit(
        Stream.concat(
                Stream.of(
                    "--data",
                    csv.toString(),
                    "--label",
                    "granted",
                    "--ignore",
                    "id",
                    "--class-names",
                    folder.resolve("names.txt").toString()),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private JsonNode report() throws IOException {
    return new JsonMapper().readTree(Files.readString(folder.resolve("out/report.json")));
  }

  @Test
  void epsilonIsAFractionOfEachRange() throws IOException {
    InProcess run = auditCsv("--epsilon", "0.1", "--frozen", "owner,tenant");
    assertThat(run.exitCode()).as(run.err()).isZero();
    double income = 0.1 * (end(0, true) - end(0, false));
    double years = 0.1 * (end(1, true) - end(1, false));
    int expected = fooled(income, years, false);
    assertThat(expected).isBetween(10, 60);
    JsonNode json = report();
    assertThat(json.at("/summary/cleanAccuracy").asDouble()).isEqualTo(1);
    assertThat(json.at("/summary/verdicts/fooled").asInt()).isEqualTo(expected);
    assertThat(json.at("/table/boxFromData").asBoolean()).isTrue();
    assertThat(run.out()).contains("80 rows").contains("largest value of the data");
    assertThat(run.out()).doesNotContain("image").doesNotContain("8-bit");
    assertThat(Files.readString(folder.resolve("out/index.html")))
        .contains("may change every feature by up to 0.1 of its range")
        .contains("of the 80 rows that it classifies correctly")
        .contains("adversarial.csv");
    assertThat(report().at("/diagnostics").toString()).doesNotContain("image");
  }

  /** What the report gives as adversarial rows fools the file itself, fed to another runtime. */
  @Test
  void adversarialRowsKeepTheRulesAndFoolTheFile() throws IOException {
    InProcess run =
        auditCsv(
            "--epsilon-in",
            "units",
            "--epsilon",
            "9000,3.7,1,1",
            "--integer",
            "age",
            "--one-hot",
            "owner,tenant");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(report().at("/summary/verdicts/fooled").asInt()).isEqualTo(fooled(9000, 3, true));
    List<String> lines = Files.readAllLines(folder.resolve("out/adversarial.csv"));
    assertThat(lines.get(0))
        .isEqualTo("row,label,prediction_after,attack,changes,income,age,owner,tenant");
    assertThat(lines).hasSize(1 + fooled(9000, 3, true));
    boolean moved = false;
    try (OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.load(model);
        Scope scope = Scope.open()) {
      for (String line : lines.subList(1, lines.size())) {
        String[] fields = line.split(",", -1);
        int place = Integer.parseInt(fields[0]) - 1;
        float[] row = new float[4];
        for (int j = 0; j < 4; j++) {
          row[j] = Float.parseFloat(fields[fields.length - 4 + j]);
        }
        double[] logits = runtime.logits(Tensor.of(row, 1, 4)).toDoubles();
        int label = labels.get(place);
        assertThat(logits[label]).isLessThan(logits[1 - label]);
        assertThat(fields[2]).isEqualTo(label == 1 ? "no" : "yes");
        assertThat(Math.abs((double) row[0] - rows[place][0])).isLessThanOrEqualTo(9000);
        assertThat(Math.abs(row[1] - rows[place][1])).isIn(0f, 1f, 2f, 3f);
        assertThat(row[2] + row[3]).isEqualTo(1);
        assertThat(row[2]).isIn(0f, 1f);
        moved |= row[2] != rows[place][2];
      }
    }
    assertThat(moved).isTrue();
  }

  /** As many as there are in closed form, under the rules that an audit has. */
  @Test
  void attacksWriteTheirRowsToo() throws IOException {
    List<String> all = new ArrayList<>(List.of("--data", csv.toString(), "--label", "granted"));
    all.addAll(List.of("--ignore", "id", "--class-names", folder.resolve("names.txt").toString()));
    all.addAll(List.of("--epsilon-in", "units", "--epsilon", "9000,3.7,0,0", "--integer", "age"));
    InProcess run = attack(all.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    int fooled = fooled(9000, 3, false);
    assertThat(Files.readAllLines(folder.resolve("rows/adversarial.csv")))
        .hasSize(1 + fooled)
        .startsWith("row,label,prediction_after,attack,changes,income,age,owner,tenant");
    assertThat(run.out().replace("\n", " "))
        .contains("80 rows: 0 misclassified when clean, " + fooled + " fooled by pgd")
        .contains("Rows: " + folder.resolve("rows/adversarial.csv"))
        .doesNotContain("image")
        .doesNotContain("8-bit");
    assertThat(folder.resolve("rows/adversarial.npz")).doesNotExist();
  }

  private InProcess attack(String... options) {
    List<Object> all = new ArrayList<>();
    all.addAll(List.of("attack", model, "--out", folder.resolve("rows"), "--attack"));
    all.add("pgd:restarts=2");
    all.addAll(List.of(options));
    return InProcess.run(all.toArray());
  }

  @Test
  void whatIsFrozenStaysAndOneFeatureIsOneFeature() throws IOException {
    assertThat(auditCsv("--frozen", "income,owner,tenant", "--epsilon", "0.2").exitCode()).isZero();
    double years = 0.2 * (end(1, true) - end(1, false));
    assertThat(report().at("/summary/verdicts/fooled").asInt()).isEqualTo(fooled(0, years, false));
    // The journal is that of other rules.
    assertThat(auditCsv("--frozen", "owner,tenant", "--epsilon", "0.2").exitCode()).isEqualTo(2);
  }

  @Test
  void arraysWithABoxForEachFeatureAreTables() throws IOException {
    Path npz = folder.resolve("loans.npz");
    float[] flat = new float[4 * ROWS];
    for (int k = 0; k < flat.length; k++) {
      flat[k] = rows[k / 4][k % 4];
    }
    Npz.write(
        npz,
        Map.of(
            "images", NpyArray.ofFloats(flat, ROWS, 4),
            "labels", NpyArray.ofInts(labels.stream().mapToInt(l -> l).toArray(), ROWS)));
    Path box =
        Files.writeString(
            folder.resolve("box.csv"), "feature,low,high\nf0,0,200000\nf1,0,100\nf2,0,1\nf3,0,1\n");
    InProcess run =
        audit("--data", npz.toString(), "--box", box.toString(), "--epsilon", "0.05,0.05,0,0");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).doesNotContain("largest value of the data");
    assertThat(report().at("/table/features/0/epsilon").asDouble()).isEqualTo(10_000);
    int expected = 0;
    for (int i = 0; i < ROWS; i++) {
      double direction = labels.get(i) == 1 ? -1 : 1;
      double income = Math.min(10_000, direction > 0 ? 200_000 - rows[i][0] : rows[i][0]);
      double years = Math.min(5, direction > 0 ? rows[i][1] : 100 - rows[i][1]);
      expected += Math.abs(score(rows[i])) < SLOPE[0] * income - SLOPE[1] * years ? 1 : 0;
    }
    assertThat(report().at("/summary/verdicts/fooled").asInt()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--epsilon 0.1,0.2|2 epsilons for 4 features",
        "--epsilon 0.1,agee=0.2|there is no feature 'agee' that could be given an epsilon; did you mean 'age'?",
        "--epsilon 0.1,0.1,age=1|2 numbers without a name and some with",
        "--epsilon age=1|the feature 'income' has no epsilon",
        "--frozen incomes|there is no feature 'incomes' that could be frozen; did you mean 'income'?",
        "--one-hot owner,age|the one-hot group owner, age has the values",
        "--integer income|is declared an integer",
        "--norm flow|flow moves the pixels of images",
        "--levels 256|--levels are those of image files",
        "--norm l0 --epsilon 1,1,0,0|for l0, epsilon is the number of features",
        "--epsilon-in metres|--epsilon-in is 'metres': give range or units",
        "--epsilon-in units|--epsilon-in units needs an --epsilon",
        "--box 0,1|--box is '0,1', but features of a table have a box each",
        "--box none.csv|none.csv: there is no such file",
        "--ignore sex|has no column 'sex'",
        "--ignore age|takes 4 values, but the table has 3 features: income, owner, tenant",
      })
  void rulesThatDoNotFitAreOneLine(String options, String message) {
    InProcess run = auditCsv(options.split(" ", -1));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(message);
    assertThat(folder.resolve("out/index.html")).doesNotExist();
  }

  @Test
  void tablesAndImagesAreToldApart() {
    InProcess images = audit("--frozen", "age");
    assertThat(images.exitCode()).isEqualTo(2);
    assertThat(images.err()).contains("--frozen is about a table, and digits are images");
    InProcess hull = InProcess.run("hull", "--data", csv, "--out", folder.resolve("out"));
    assertThat(hull.exitCode()).isEqualTo(2);
    assertThat(hull.err()).contains("a CSV file is a table of features");
    InProcess attack = attack("--frozen", "age", "--data", "digits");
    assertThat(attack.exitCode()).isEqualTo(2);
    assertThat(attack.err()).contains("--frozen is about a table, and digits are images");
    InProcess label = audit("--data", csv.toString());
    assertThat(label.err()).contains("which column has the labels is not known; give it (--label");
  }
}
