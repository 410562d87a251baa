package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.model.Classifier;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Audits of the built-in model behind a URL. */
@Tag("slow")
class RemoteAuditTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;

  private final AtomicLong asked = new AtomicLong();
  private Classifier model;
  private HttpServer server;
  private String url;

  @BeforeEach
  void serve() throws IOException {
    model = OnnxRuntimeClassifier.load(new ModelOptions().path());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newFixedThreadPool(2));
    server.createContext("/scores", exchange -> answer(exchange, "scores"));
    server.createContext("/labels", exchange -> answer(exchange, "labels"));
    server.start();
    url = "http://localhost:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    model.close();
  }

  private void answer(HttpExchange exchange, String kind) throws IOException {
    String body =
        exchange.getRequestMethod().equals("GET")
            ? "{"
                + name(exchange)
                + "\"shape\": [1, 28, 28], \"classes\": 10, \"answers\": \""
                + kind
                + "\"}"
            : JSON.writeValueAsString(Map.of(kind, rows(exchange, kind)));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String name(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    return query != null && query.contains("repeat")
        ? "\"name\": \"for "
            + exchange.getRequestHeaders().getFirst("Authorization")
            + " at "
            + query
            + "\", "
        : "";
  }

  private List<Object> rows(HttpExchange exchange, String kind) throws IOException {
    float[][] images =
        JSON.treeToValue(
            JSON.readTree(exchange.getRequestBody().readAllBytes()).path("images"),
            float[][].class);
    asked.addAndGet(images.length);
    List<Object> rows = new ArrayList<>();
    for (float[] image : images) {
      try (Scope scope = Scope.open()) {
        float[] scores = model.logits(Tensor.of(image, 1, 1, 28, 28)).toFloats();
        int best = 0;
        for (int k = 0; k < scores.length; k++) {
          best = scores[k] > scores[best] ? k : best;
        }
        rows.add(kind.equals("labels") ? (Object) best : scores);
      }
    }
    return rows;
  }

  private InProcess audit(String kind, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("audit", url + "/" + kind, "--samples", 12, "--epsilon", 0.2, "--out", folder));
    arguments.addAll(List.of(more));
    return InProcess.run(arguments.toArray());
  }

  private JsonNode report() {
    return JSON.readTree(folder.resolve("report.json"));
  }

  @Test
  void scoresAreEnoughForAnAudit() {
    InProcess run = audit("scores", "--attacks", "noise,square:queries=60");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(report().at("/summary/cleanAccuracy").asDouble()).isGreaterThan(0.8);
    assertThat(report().at("/summary/verdicts/fooled").asInt()).isPositive();
    assertThat(report().at("/subject/notes").toString()).contains("over the network");
  }

  /** Wherever a budget ends, the audit ends too, and says so where its figure is read. */
  @ParameterizedTest
  @ValueSource(ints = {20, 400})
  void aBudgetIsNeverExceededAndWhatWasFoundIsReported(int budget) {
    String attacks = "noise:draws=3,square:queries=40";
    InProcess run =
        audit("scores", "--attacks", attacks, "--query-budget", budget, "--fail-under", 0.01);
    assertThat(asked.get()).isBetween(12L, (long) budget);
    JsonNode report = report();
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("the query budget ended the audit");
    assertThat(run.out()).contains("Warning: The audit was not finished");
    assertThat(report.at("/summary/warnings").toString()).contains("unfinished");
    assertThat(report.at("/diagnostics/0/figure").asString())
        .contains("the query budget of " + budget + " images is exhausted");
    assertThat(report.at("/diagnostics")).hasSize(16);
    assertThat(report.at("/curve/1/noise").isNumber()).isFalse();
    // What was not attacked any more is standing, and nobody claims to have fooled it.
    int fooled = report.at("/summary/verdicts/fooled").asInt();
    int claimed = 0;
    for (JsonNode attack : report.at("/attacks")) {
      claimed += attack.path("fooled").asInt();
      assertThat(attack.path("fooled").asInt()).isLessThanOrEqualTo(attack.path("tried").asInt());
    }
    assertThat(claimed).isEqualTo(fooled);
  }

  @Test
  void withMoreQueriesAnAuditGoesOnWhereItStopped() {
    String attacks = "noise:draws=3,square:queries=10";
    audit("scores", "--attacks", attacks, "--query-budget", 150);
    assertThat(report().at("/summary/warnings").toString()).contains("unfinished");
    InProcess more = audit("scores", "--attacks", attacks, "--query-budget", 1_000_000);
    assertThat(more.exitCode()).as(more.err()).isZero();
    assertThat(report().at("/summary/warnings").toString()).doesNotContain("unfinished");
    assertThat(report().at("/curve/1/noise").isNumber()).isTrue();
  }

  /** What was answered before the process died is not paid for again. */
  @Test
  void anAuditThatIsKilledGoesOnWithWhatWasAnswered(@TempDir Path whole, @TempDir Path killed)
      throws IOException, InterruptedException {
    String[] command = {
      "audit",
      url + "/scores",
      "--samples",
      "8",
      "--epsilon",
      "0.2",
      "--out",
      "r",
      "--attacks",
      "noise:draws=2,square:queries=60"
    };
    assertThat(Program.run(whole, command).exitCode()).isZero();
    long once = asked.getAndSet(0);
    long size = Files.size(whole.resolve("r/answers.jsonl"));
    Path answers = killed.resolve("r/answers.jsonl");
    for (double fraction : new double[] {0.1, 0.5}) {
      Process process = Program.start(killed, List.of(), command);
      while (process.isAlive()
          && !(Files.exists(answers) && Files.size(answers) > fraction * size)) {
        process.waitFor(5, TimeUnit.MILLISECONDS);
      }
      process.destroyForcibly().waitFor();
      assertThat(killed.resolve("r/samples.csv")).doesNotExist();
    }
    Program.Run rest = Program.run(killed, command);
    assertThat(rest.exitCode()).as(rest.err()).isZero();
    assertThat(read(killed.resolve("r/samples.csv")))
        .isEqualTo(read(whole.resolve("r/samples.csv")));
    // Each kill may lose the answers of the requests on the way: one of every image at most.
    assertThat(asked.get()).isBetween(once, once + 2 * 8);
  }

  /** As many runs as it takes: nothing is sent twice, and the verdicts are those of one run. */
  @Test
  void smallBudgetsReachInManyRunsWhatALargeOneReachesInOne(@TempDir Path other) {
    Object[] attack = {"--attacks", "noise:draws=2,square:queries=40"};
    assertThat(audit("scores", attack).exitCode()).isZero();
    long whole = asked.getAndSet(0);
    String verdicts = read(folder.resolve("samples.csv"));
    int budget = 300;
    int runs = 0;
    do {
      long before = asked.get();
      InProcess run =
          InProcess.run(
              "audit",
              url + "/scores",
              "--samples",
              12,
              "--epsilon",
              0.2,
              "--out",
              other,
              "--attacks",
              attack[1],
              "--query-budget",
              budget);
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(asked.get() - before).isPositive().isLessThanOrEqualTo(budget);
      runs++;
    } while (read(other.resolve("report.json")).matches("(?s).*(unfinished|did not suffice).*"));
    assertThat(read(other.resolve("samples.csv"))).isEqualTo(verdicts);
    assertThat(asked.get()).isEqualTo(whole);
    assertThat(runs).isEqualTo((int) ((whole + budget - 1) / budget));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anAttackThatABudgetEndedSaysSo() {
    InProcess run =
        InProcess.run(
            "attack",
            url + "/scores",
            "--samples",
            12,
            "--attack",
            "square:queries=40",
            "--query-budget",
            100,
            "--out",
            folder);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("The audit was not finished: ", "is exhausted");
  }

  /** Two models behind one host are two models. */
  @Test
  void whatOneModelAnsweredIsNotTakenForAnothers() {
    assertThat(audit("scores", "--attacks", "noise:draws=1").exitCode()).isZero();
    InProcess other = audit("labels", "--attacks", "noise:draws=1");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("holds another audit", "/scores", "/labels").hasLineCount(1);
  }

  @Test
  void whatIsBehindTheQuestionMarkAndInHeadersTellsModelsApart() {
    assertThat(audit("scores?model=A", "--attacks", "noise:draws=1").exitCode()).isZero();
    for (String[] other :
        new String[][] {
          {"scores?model=B", "A: b"}, {"scores?model=A", "X-Model: B"}, {"scores", "A: b"}
        }) {
      InProcess run = audit(other[0], "--attacks", "noise:draws=1", "--header", other[1]);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("holds another audit").hasLineCount(1);
    }
    assertThat(audit("scores?model=A", "--attacks", "noise:draws=1").exitCode()).isZero();
  }

  /** The server calls its model by the header's value. */
  @Test
  void whatAServerRepeatsOfASecretIsNowhere() throws IOException {
    String url = "scores?repeat=1&key=k3y-in-the-url";
    InProcess run =
        audit(
            url, "--attacks", "square:queries=5", "--header", "Authorization: Bearer s3cr3t-t0ken");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out() + run.err()).doesNotContain("s3cr3t", "k3y-in");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("s3cr3t", "k3y-in", "s3cr3t%2D", "czNjcjN0");
      }
    }
    assertThat(report().at("/subject/model/name").asString() + report()).contains("***");
  }

  @Test
  void aBudgetThatDoesNotReachForTheCleanImagesLeavesNoReport() {
    InProcess run = audit("scores", "--attacks", "noise", "--query-budget", 5);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "the query budget of 5 images suffices for none of the 12",
            "12 are sent clean",
            "takes up to 12; give --query-budget 24 or more")
        .hasLineCount(1);
    assertThat(asked.get()).isZero();
    assertThat(folder.resolve("report.json")).doesNotExist();
  }

  @Test
  void attacksThatNeedMoreThanItTellsAreRefusedBeforeAnythingIsAsked() {
    InProcess scores = audit("labels", "--attacks", "square");
    assertThat(scores.exitCode()).isEqualTo(2);
    assertThat(scores.err()).contains("square needs the scores of all classes").hasLineCount(1);
    InProcess gradients = audit("labels", "--attacks", "pgd");
    assertThat(gradients.err()).contains("pgd needs gradients").hasLineCount(1);
    assertThat(asked.get()).isZero();
    InProcess nothing = audit("scores", "--attacks", "noise", "--query-budget", 0);
    assertThat(nothing.exitCode()).isEqualTo(2);
    assertThat(nothing.err()).hasLineCount(1);
  }

  @Test
  void labelsAreEnoughForNoise() {
    InProcess run = audit("labels", "--attacks", "noise:draws=3");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(report().at("/summary/cleanAccuracy").asDouble()).isGreaterThan(0.8);
  }
}
