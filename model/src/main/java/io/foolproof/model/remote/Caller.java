package io.foolproof.model.remote;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests: no faster than allowed, and again where that may help. Safe from any thread.
 *
 * <p>Pauses between attempts double from half a second to 30, each shortened at random by up to a
 * half, so that several programs that were refused at once do not come back at once. The chance has
 * no part in any result.
 */
final class Caller {
  private static final Logger LOG = LoggerFactory.getLogger(Caller.class);
  private static final double FIRST_PAUSE_NANOS = 0.5e9;
  private static final double LONGEST_PAUSE_NANOS = 30e9;

  /** A server that wants more has said no. */
  private static final Duration LONGEST_WISH = Duration.ofMinutes(5);

  private final HttpClient client;
  private final RemoteSettings settings;
  private final QueryBudget budget;
  private final Pace pace;
  private final Ticks ticks;
  private final Secrets secrets;

  Caller(RemoteSettings settings, QueryBudget budget, Ticks ticks, Secrets secrets) {
    this.settings = settings;
    this.secrets = secrets;
    this.budget = budget;
    this.ticks = ticks;
    this.pace = new Pace(settings.imagesPerSecond(), ticks);
    // HTTP/1.1, since the offer to upgrade that a newer client sends is more than some servers
    // bear.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.timeout())
            .build();
  }

  /** Asks for a description. */
  Answer get(RemoteUrl url, long mostBytes) {
    return call(url, request(url).GET().build(), 0, mostBytes);
  }

  /** Sends images, which are set aside from the budget already; those sent again are not. */
  Answer post(RemoteUrl url, byte[] body, int images, long mostBytes) {
    HttpRequest request =
        request(url)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    return call(url, request, images, mostBytes);
  }

  private HttpRequest.Builder request(RemoteUrl url) {
    return settings.addTo(HttpRequest.newBuilder(url.uri()).header("Accept", "application/json"));
  }

  private Answer call(RemoteUrl url, HttpRequest request, int images, long mostBytes) {
    try {
      for (int attempt = 0; ; attempt++) {
        if (attempt > 0) {
          budget.take(images);
        }
        pace.await(images);
        Outcome outcome = send(request, mostBytes);
        if (outcome instanceof Outcome.Reply reply && reply.isSuccess()) {
          return Answer.parse(url, reply.response().body(), secrets::redact);
        }
        InvalidInputException problem = outcome.explain(url, secrets::redact);
        if (!outcome.mayPass()
            || attempt == settings.retries()
            || outcome.pause().compareTo(LONGEST_WISH) > 0) {
          throw problem;
        }
        LOG.info("{}; attempt {} of {}", problem.getMessage(), attempt + 1, settings.retries() + 1);
        ticks.sleep(Math.max(outcome.pause().toNanos(), pause(attempt)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException) new CancellationException("interrupted").initCause(e);
    }
  }

  private static long pause(int attempt) {
    double whole = Math.min(FIRST_PAUSE_NANOS * Math.pow(2, attempt), LONGEST_PAUSE_NANOS);
    return (long) (whole * ThreadLocalRandom.current().nextDouble(0.5, 1));
  }

  /** The client's own timeout ends with the headers of an answer; this one with its last byte. */
  private Outcome send(HttpRequest request, long mostBytes) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(request, info -> new LimitedBody(mostBytes));
    try {
      return new Outcome.Reply(response.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return new Outcome.Failure(new HttpTimeoutException("no answer in time"));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException problem) {
        return new Outcome.Failure(problem);
      }
      throw new IllegalStateException("the HTTP client failed", e.getCause());
    } finally {
      // Ends the exchange where it has not ended by itself.
      response.cancel(true);
    }
  }
}
