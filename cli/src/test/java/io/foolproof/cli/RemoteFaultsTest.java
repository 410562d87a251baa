package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Progress;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.audit.journal.Journal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.remote.RemoteClassifier;
import io.foolproof.model.remote.RemoteContract;
import io.foolproof.model.remote.RemoteSettings;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Audits of a model behind a server that fails in every way: the budget is exact, every run ends,
 * and in the end all verdicts are those of a server that does not fail.
 */
@Timeout(300)
@Tag("slow")
class RemoteFaultsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int VALUES = 30;
  private static final int CLASSES = 3;
  private static final int SAMPLES = 20;

  /** The most images in a request. */
  private static final int LARGEST = 7;

  /** One request in so many fails. */
  private static final int EVERY = 40;

  private static final float[] WEIGHTS = new float[CLASSES * VALUES];

  static {
    // Otherwise each answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    new RandomStream(3, 0, "weights", 0).fillGaussian(WEIGHTS, 0, WEIGHTS.length);
  }

  @TempDir Path folder;
  @TempDir Path healthy;

  private final AtomicLong sent = new AtomicLong();
  private final AtomicInteger requests = new AtomicInteger();

  /** Of the images that were answered, in any order. */
  private final List<Integer> answered = new CopyOnWriteArrayList<>();

  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private Fault fault = Fault.NONE;
  private HttpServer server;
  private int port;
  private int deaths;

  /** What the server does to one request in {@value #EVERY}. */
  enum Fault {
    NONE,
    SLOW,
    RESETS,
    TOO_MANY,
    TOO_MANY_FOR_A_WHILE,
    FAILS,
    WRONG_COUNT,
    WRONG_CLASSES,
    GARBAGE,
    NOT_FINITE,
    DIES
  }

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    port = server.getAddress().getPort();
    server.setExecutor(threads);
    server.createContext("/m", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (exchange.getRequestMethod().equals("GET")) {
        reply(
            exchange,
            200,
            "{\"shape\": [1, 6, 5], \"classes\": 3, \"answers\": \"scores\", \"batch\": "
                + LARGEST
                + "}");
        return;
      }
      float[][] images = JSON.treeToValue(JSON.readTree(body).path("images"), float[][].class);
      sent.addAndGet(images.length);
      boolean fails = requests.incrementAndGet() % EVERY == 0;
      answer(exchange, images, fails ? fault : Fault.NONE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, float[][] images, Fault now)
      throws IOException, InterruptedException {
    List<float[]> rows = new ArrayList<>();
    for (float[] image : images) {
      rows.add(scores(image));
    }
    String sound = JSON.writeValueAsString(Map.of("scores", rows));
    switch (now) {
      case SLOW -> Thread.sleep(2500);
      case RESETS -> {
        exchange.sendResponseHeaders(200, sound.length());
        exchange.getResponseBody().write(sound.substring(0, 20).getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        return;
      }
      case TOO_MANY -> reply(exchange, 429, "");
      case TOO_MANY_FOR_A_WHILE -> {
        exchange.getResponseHeaders().set("Retry-After", "1");
        reply(exchange, 429, "wait");
      }
      case FAILS -> reply(exchange, 500, "out of memory");
      case WRONG_COUNT -> reply(exchange, 200, "{\"scores\": []}");
      case WRONG_CLASSES -> reply(exchange, 200, sound.replaceAll("\\[([^\\[,]*),", "["));
      case GARBAGE -> reply(exchange, 200, "\u0000<html>");
      case NOT_FINITE -> reply(exchange, 200, sound.replaceAll("\\[-?\\d[^,]*,", "[NaN,"));
      case DIES -> {
        server.stop(0);
        return;
      }
      case NONE -> {}
    }
    if (now == Fault.SLOW) {
      reply(exchange, 200, sound);
    } else if (now == Fault.NONE) {
      reply(exchange, 200, sound);
      for (float[] image : images) {
        answered.add(Arrays.hashCode(image));
      }
    }
  }

  private static void reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static float[] scores(float[] image) {
    float[] scores = new float[CLASSES];
    for (int k = 0; k < CLASSES; k++) {
      for (int j = 0; j < VALUES; j++) {
        scores[k] += WEIGHTS[k * VALUES + j] * image[j];
      }
    }
    return scores;
  }

  private static ImageSet data() {
    float[] pixels = new float[SAMPLES * VALUES];
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      int from = i * VALUES;
      new RandomStream(5, i, "images", 0).fillUniform(pixels, from, from + VALUES, 0.3f, 0.7f);
      float[] scores = scores(Arrays.copyOfRange(pixels, from, from + VALUES));
      for (int k = 1; k < CLASSES; k++) {
        labels[i] = scores[k] > scores[labels[i]] ? k : labels[i];
      }
    }
    return ImageSet.ofPixels(
        "grey", new ImageShape(1, 6, 5), pixels, labels, List.of("a", "b", "c"));
  }

  private AuditResult audit(long budget, int retries, Path out) {
    RemoteSettings settings =
        new RemoteSettings(
            budget,
            Double.POSITIVE_INFINITY,
            Duration.ofMillis(fault == Fault.SLOW ? 1500 : 20_000),
            retries,
            32,
            List.of(),
            RemoteContract.PLAIN,
            0);
    try (RemoteClassifier model =
        RemoteClassifier.open(URI.create("http://localhost:" + port + "/m"), settings)) {
      return Audit.of(model, data())
          .against(ThreatModel.linf(0.04))
          .with(Attacks.parse("noise:draws=2"), Attacks.parse("square:queries=30"))
          .extent(new AuditPlan.Extent(false, 4, true))
          .journal(out.resolve(Journal.FILE))
          .progress(
              new Progress() {
                @Override
                public void note(String line) {
                  notes.add(line);
                }
              })
          .run();
    }
  }

  private static List<String> verdicts(AuditResult result) {
    return result.samples().stream().map(RemoteFaultsTest::text).toList();
  }

  private static String text(SampleVerdict sample) {
    return sample.index()
        + " "
        + sample.verdict()
        + (sample.witness() == null ? "" : Arrays.hashCode(sample.witness().image()));
  }

  /** Audits until one run finishes, each with the same budget. */
  private AuditResult untilFinished(long budget, int retries) throws IOException {
    for (int run = 0; run < 200; run++) {
      long before = sent.get();
      try {
        AuditResult result = audit(budget, retries, folder);
        if (result.isFinished()
            && result.diagnostics().stream().noneMatch(d -> d.sentence().contains("budget"))) {
          return result;
        }
      } catch (InvalidInputException e) {
        assertThat(e.getMessage()).doesNotContain("\n");
        if (fault == Fault.DIES) {
          deaths++;
          serve();
        }
      } finally {
        assertThat(sent.get() - before).as("sent").isLessThanOrEqualTo(budget);
      }
    }
    throw new AssertionError("no end: " + notes);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT_FINITE")
  void noVerdictIsLostWhateverFails(Fault failing) throws IOException {
    AuditResult whole = audit(100_000, 0, healthy);
    List<Integer> once = answered.stream().sorted().toList();
    assertThat(whole.count(Verdict.FOOLED).count()).isBetween(3, SAMPLES - 3);
    answered.clear();
    fault = failing;
    AuditResult result = untilFinished(500, 1);
    assertThat(verdicts(result)).isEqualTo(verdicts(whole));
    assertThat(result.curve()).isEqualTo(whole.curve());
    // What was answered is not sent again, in whatever runs and requests.
    if (failing == Fault.DIES) {
      // A server that dies may take the answer of another request with it.
      assertThat(answered).containsAll(once);
      assertThat(answered.size()).isBetween(once.size(), once.size() + LARGEST * deaths);
    } else {
      assertThat(answered.stream().sorted().toList()).isEqualTo(once);
    }
  }

  /** What has no scores is an error of its sample, and the others keep their verdicts. */
  @Test
  void scoresThatAreNotFiniteEndNothing() throws IOException {
    fault = Fault.NOT_FINITE;
    AuditResult result = untilFinished(500, 1);
    assertThat(result.count(Verdict.ERROR).count()).isPositive();
    assertThat(result.samples()).hasSize(SAMPLES);
  }

  @Test
  void whatABudgetReachesIsSaidBeforeTheFirstQuery() {
    AuditResult result = audit(220, 0, folder);
    assertThat(result.isFinished()).isFalse();
    assertThat(notes.get(0))
        .startsWith(
            "query budget: 220 images suffice for all of noise, and for at least 3 of 20 searches of"
                + " square:queries=30")
        .contains("each of up to 32, after 20 clean images; all of this audit takes up to ");
    assertThat(sent.get()).isEqualTo(220);
    notes.clear();
    audit(100_000, 0, folder);
    assertThat(notes.get(0))
        .startsWith("query budget: 100,000 images suffice for all of this audit");
  }

  @Test
  void aBudgetForNoSearchIsRefusedBeforeTheFirstQuery() {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> audit(23, 0, folder)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(
            "23 images suffices for none of the 20", "--query-budget 24 or more");
    assertThat(sent.get()).isZero();
    audit(24, 0, folder);
    assertThat(sent.get()).isEqualTo(24);
  }

  /** Searches share requests, but for replays and the last of a stage. */
  @Test
  void requestsAreShared() {
    audit(100_000, 0, folder);
    assertThat((double) sent.get() / requests.get()).isGreaterThan(2.5);
  }
}
