package io.foolproof.model.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.model.remote.TestServer.Request;
import io.foolproof.model.remote.TestServer.Response;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** How many images are sent, how fast, and how often again. */
class RemoteQueriesTest {
  private static final double UNLIMITED = Double.POSITIVE_INFINITY;
  private static final String DESCRIPTION =
      "{\"shape\": [1], \"classes\": 2, \"answers\": \"scores\"}";

  private final TestTicks ticks = new TestTicks();

  private static RemoteSettings settings(long budget, double rate, int retries, int batch) {
    return new RemoteSettings(
        budget,
        rate,
        Duration.ofSeconds(20),
        retries,
        batch,
        List.of("X-Key: value"),
        RemoteContract.BY_PATH,
        0);
  }

  private RemoteClassifier open(TestServer server, RemoteSettings settings) {
    RemoteModel.Unsaid unsaid = new RemoteModel.Unsaid(new long[0], 0, 1, 0);
    return RemoteClassifier.open(server.url("/m"), unsaid, settings, ticks);
  }

  private static Response sound(Request request) {
    String rows = String.join(",", Collections.nCopies(request.images(), "[0, 1]"));
    return Response.of(200, request.asks() ? "{\"scores\": [" + rows + "]}" : DESCRIPTION);
  }

  /** Fails this often before it answers. */
  private static Function<Request, Response> failing(int times, Response failure) {
    AtomicInteger left = new AtomicInteger(times);
    return request -> request.asks() && left.getAndDecrement() > 0 ? failure : sound(request);
  }

  private static float[] ask(RemoteClassifier remote, int images) {
    try (Scope scope = Scope.open()) {
      return remote.logits(Tensor.of(new float[images], images, 1)).toFloats();
    }
  }

  @Test
  void theBudgetIsNeverExceeded() throws IOException {
    try (TestServer server = new TestServer(RemoteQueriesTest::sound)) {
      RemoteClassifier remote = open(server, settings(10, UNLIMITED, 0, 4));
      assertThat(ask(remote, 7)).hasSize(14);
      assertThatThrownBy(() -> ask(remote, 4))
          .isInstanceOf(QueryBudgetExhausted.class)
          .hasMessageContaining("the query budget of 10 images is exhausted: 7 are used, 4 more");
      assertThat(server.images()).isEqualTo(7);
      assertThat(ask(remote, 3)).hasSize(6);
      assertThat(remote.queries()).isEqualTo(10);
      assertThatThrownBy(() -> ask(remote, 1)).isInstanceOf(QueryBudgetExhausted.class);
      assertThat(server.images()).isEqualTo(10);
    }
  }

  @Test
  void imagesSentAgainCountAgain() throws IOException {
    try (TestServer server = new TestServer(failing(1, Response.of(500, "")))) {
      RemoteClassifier remote = open(server, settings(100, UNLIMITED, 3, 4));
      ask(remote, 6);
      assertThat(server.images()).isEqualTo(10);
      assertThat(remote.queries()).isEqualTo(10);
    }
    try (TestServer server = new TestServer(failing(9, Response.of(500, "")))) {
      RemoteClassifier remote = open(server, settings(10, UNLIMITED, 9, 4));
      assertThatThrownBy(() -> ask(remote, 4))
          .isInstanceOf(QueryBudgetExhausted.class)
          .hasMessageContaining("8 are used, 4 more");
      assertThat(server.images()).isEqualTo(8);
    }
  }

  @Test
  void whatWasNotSentIsGivenBack() throws IOException {
    try (TestServer server = new TestServer(failing(1, Response.of(400, "")))) {
      RemoteClassifier remote = open(server, settings(10, UNLIMITED, 0, 4));
      assertThatThrownBy(() -> ask(remote, 10)).isInstanceOf(InvalidInputException.class);
      assertThat(remote.queries()).isEqualTo(4);
      assertThat(ask(remote, 6)).hasSize(12);
      assertThat(server.images()).isEqualTo(10);
    }
  }

  @Test
  void manyThreadsShareOneBudget() throws Exception {
    // Every third request fails, so that retries compete with first attempts. One thread may meet
    // many of them in a row, so as many retries are allowed as there can be.
    AtomicInteger count = new AtomicInteger();
    Function<Request, Response> flaky =
        request ->
            request.asks() && count.incrementAndGet() % 3 == 0
                ? Response.of(503, "")
                : sound(request);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (TestServer server = new TestServer(flaky)) {
      RemoteClassifier remote = open(server, settings(101, UNLIMITED, 20, 2));
      List<Future<float[]>> asked = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        asked.add(threads.submit(() -> ask(remote, 3)));
      }
      int answered = 0;
      int exhausted = 0;
      for (Future<float[]> future : asked) {
        try {
          assertThat(future.get()).hasSize(6);
          answered++;
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(QueryBudgetExhausted.class);
          exhausted++;
        }
      }
      assertThat(server.images()).isEqualTo(remote.queries()).isBetween(95L, 101L);
      assertThat(answered).isPositive();
      assertThat(exhausted).isPositive();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void pausesGrowAndThenItIsTheUsersTurn() throws IOException {
    try (TestServer server = new TestServer(failing(99, Response.of(502, "")))) {
      RemoteClassifier remote = open(server, settings(100, UNLIMITED, 8, 4));
      assertThatThrownBy(() -> ask(remote, 1)).hasMessageContaining("found status 502");
      assertThat(server.images()).isEqualTo(9);
      double whole = 0.5;
      assertThat(ticks.waits()).hasSize(8);
      for (double wait : ticks.waits()) {
        assertThat(wait).isBetween(whole / 2, whole);
        whole = Math.min(30, 2 * whole);
      }
    }
  }

  @Test
  void theServersWishIsHonoured() throws IOException {
    Response later = Response.of(429, "", "Retry-After: 17");
    try (TestServer server = new TestServer(failing(2, later))) {
      ask(open(server, settings(100, UNLIMITED, 2, 4)), 1);
      assertThat(ticks.waits()).containsExactly(17.0, 17.0);
    }
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(120));
    try (TestServer server =
        new TestServer(failing(1, Response.of(503, "", "Retry-After: " + date)))) {
      ask(open(server, settings(100, UNLIMITED, 2, 4)), 1);
      assertThat(ticks.waits().get(2)).isBetween(100.0, 120.0);
    }
    Response tomorrow = Response.of(429, "", "Retry-After: 86400");
    try (TestServer server = new TestServer(failing(1, tomorrow))) {
      RemoteClassifier remote = open(server, settings(100, UNLIMITED, 2, 4));
      assertThatThrownBy(() -> ask(remote, 1)).hasMessageContaining("found status 429");
      assertThat(server.images()).isEqualTo(1);
    }
  }

  @Test
  void nothingIsSentFasterThanAllowed() throws IOException {
    try (TestServer server = new TestServer(failing(1, Response.of(500, "")))) {
      RemoteClassifier remote = open(server, settings(1000, 2, 1, 10));
      ask(remote, 10);
      ask(remote, 30);
      // 50 images at 2 a second; the last ten need not be waited for.
      assertThat(server.images()).isEqualTo(50);
      assertThat(ticks.nanos() / 1e9).isEqualTo(20);
    }
  }

  @Test
  void threadsShareOneRate() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (TestServer server = new TestServer(RemoteQueriesTest::sound)) {
      RemoteModel.Unsaid unsaid = new RemoteModel.Unsaid(new long[0], 0, 1, 0);
      RemoteClassifier remote =
          RemoteClassifier.open(server.url("/m"), unsaid, settings(1000, 100, 0, 10), Ticks.SYSTEM);
      long start = System.nanoTime();
      List<Future<float[]>> asked = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        asked.add(threads.submit(() -> ask(remote, 10)));
      }
      for (Future<float[]> future : asked) {
        assertThat(future.get()).hasSize(20);
      }
      // Four of the five must have waited a tenth of a second each; how much longer is no matter.
      assertThat((System.nanoTime() - start) / 1e9).isGreaterThan(0.39);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void settingsThatMakeNoSense() {
    RemoteSettings s = RemoteSettings.standard();
    assertThatThrownBy(() -> settings(0, 1, 1, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("query budget: found 0, expected at least 1 image");
    assertThatThrownBy(() -> settings(1, Double.NaN, 1, 1)).hasMessageContaining("rate: found NaN");
    assertThatThrownBy(() -> settings(1, 0, 1, 1)).hasMessageContaining("rate: found 0.0");
    assertThatThrownBy(() -> settings(1, 1, -1, 1)).hasMessageContaining("retries: found -1");
    assertThatThrownBy(() -> settings(1, 1, 1, 0)).hasMessageContaining("remote batch: found 0");
    for (String header :
        List.of("s3cr3t", ": s3cr3t", "A b: s3cr3t", "A: s3cr3t\r\nB: c", "Host: s3cr3t")) {
      assertThatThrownBy(
              () ->
                  new RemoteSettings(
                      1, 1, s.timeout(), 1, 1, List.of("A: b", header), s.contract(), 0))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("header 2 cannot be sent")
          .hasNoCause()
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cr3t"));
    }
    assertThatThrownBy(
            () -> new RemoteSettings(1, 1, Duration.ZERO, 1, 1, List.of(), s.contract(), 0))
        .hasMessageContaining("timeout: found 0.0");
    assertThatThrownBy(
            () -> new RemoteSettings(1, 1, s.timeout(), 1, 1, List.of(), s.contract(), 1))
        .hasMessageContaining("classes: found 1");
  }

  @Test
  void headersAreSentAndNotShown() throws IOException {
    RemoteSettings settings =
        new RemoteSettings(
            5,
            UNLIMITED,
            Duration.ofSeconds(20),
            0,
            4,
            List.of("Authorization: Bearer s3cr3t"),
            RemoteContract.PLAIN,
            0);
    assertThat(settings.toString()).contains("1 headers").doesNotContain("s3cr3t");
    try (TestServer server = new TestServer(RemoteQueriesTest::sound)) {
      ask(open(server, settings), 1);
      assertThat(server.requests()).extracting(Request::authorization).hasSize(2);
      assertThat(server.requests())
          .allSatisfy(request -> assertThat(request.authorization()).isEqualTo("Bearer s3cr3t"));
    }
  }
}
