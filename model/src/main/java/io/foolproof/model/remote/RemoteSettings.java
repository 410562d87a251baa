package io.foolproof.model.remote;

import io.foolproof.tensor.InvalidInputException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;

/**
 * How a classifier behind a URL is asked, and how much.
 *
 * @param budget the most images that are ever sent, retries included; at least 1
 * @param imagesPerSecond the most images sent in a second, on average; infinite for no limit, at
 *     least 0.001
 * @param timeout how long one request may take until its whole answer is there; up to an hour
 * @param retries how often a request is sent again after status 429 or 5xx, a timeout or a broken
 *     connection; 0 to 20
 * @param batch the most images in a request; 1 to 4096
 * @param headers sent with every request, each {@code Name: value}; never shown or written
 * @param contract how the server is spoken to
 * @param classes how many classes there are, where the server does not say it; otherwise 0
 */
public record RemoteSettings(
    long budget,
    double imagesPerSecond,
    Duration timeout,
    int retries,
    int batch,
    List<String> headers,
    RemoteContract contract,
    int classes) {
  private static final double SLOWEST = 0.001;
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MOST_RETRIES = 20;
  private static final int LARGEST_BATCH = 4096;

  /**
   * Checks all of it.
   *
   * @throws InvalidInputException when one cannot be used
   */
  public RemoteSettings {
    headers = List.copyOf(headers);
    require(budget >= 1, "query budget", budget, "at least 1 image");
    require(
        imagesPerSecond >= SLOWEST,
        "rate",
        imagesPerSecond,
        "at least " + SLOWEST + " images a second");
    require(
        timeout.compareTo(Duration.ZERO) > 0 && timeout.compareTo(LONGEST) <= 0,
        "timeout",
        timeout.toMillis() / 1e3,
        "more than 0 and up to 3600 seconds");
    require(retries >= 0 && retries <= MOST_RETRIES, "retries", retries, "0 to " + MOST_RETRIES);
    require(batch >= 1 && batch <= LARGEST_BATCH, "remote batch", batch, "1 to " + LARGEST_BATCH);
    require(
        classes == 0 || (classes >= 2 && classes <= RemoteModel.MOST_CLASSES),
        "classes",
        classes,
        "2 to " + RemoteModel.MOST_CLASSES + ", or 0 where the server says it");
    addHeaders(HttpRequest.newBuilder(URI.create("http://localhost")), headers);
  }

  /**
   * At most 10,000 images, no faster than the server answers; 30 seconds a request of up to 32
   * images, 4 retries, no headers, the contract told by the path.
   */
  public static RemoteSettings standard() {
    return new RemoteSettings(
        10_000,
        Double.POSITIVE_INFINITY,
        Duration.ofSeconds(30),
        4,
        32,
        List.of(),
        RemoteContract.BY_PATH,
        0);
  }

  private static void require(boolean sound, String what, Object found, String expected) {
    if (!sound) {
      throw new InvalidInputException("%s: found %s, expected %s".formatted(what, found, expected));
    }
  }

  HttpRequest.Builder addTo(HttpRequest.Builder request) {
    return addHeaders(request, headers);
  }

  private static HttpRequest.Builder addHeaders(HttpRequest.Builder request, List<String> headers) {
    for (int i = 0; i < headers.size(); i++) {
      int colon = headers.get(i).indexOf(':');
      try {
        request.header(
            headers.get(i).substring(0, Math.max(0, colon)).strip(),
            headers.get(i).substring(colon + 1).strip());
      } catch (IllegalArgumentException e) {
        // Not chained: its message holds the value, which is a secret.
        throw new InvalidInputException(
            "header %d cannot be sent, expected Name: value, of a name that HTTP clients may set and printable ASCII"
                .formatted(i + 1));
      }
    }
    return request;
  }

  /** All but the headers, of which only the number is told. */
  @Override
  public String toString() {
    return "RemoteSettings[budget=%d, imagesPerSecond=%s, timeout=%s, retries=%d, batch=%d, %d headers, contract=%s, classes=%d]"
        .formatted(
            budget, imagesPerSecond, timeout, retries, batch, headers.size(), contract, classes);
  }
}
