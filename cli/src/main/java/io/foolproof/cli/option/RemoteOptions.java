package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.model.remote.RemoteContract;
import io.foolproof.model.remote.RemoteSettings;
import io.foolproof.tensor.InvalidInputException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How requests go to a model behind a URL: options that several commands share. */
@Under(Heading.REMOTE)
public final class RemoteOptions {
  private static final double MOST_SECONDS = 1e6;

  @Option(
      names = "--query-budget",
      paramLabel = "N",
      description = "largest number of images sent, retries included (default: 10000)")
  public @Nullable Long budget;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "largest number of images sent per second (default: no limit)")
  public @Nullable Double rate;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "longest wait for a complete response (default: 30)")
  public @Nullable Double timeout;

  @Option(
      names = "--retries",
      paramLabel = "N",
      description =
          "how many times a failed request is repeated; repeated images count as sent (default: 4)")
  public @Nullable Integer retries;

  @Option(
      names = "--header",
      paramLabel = "HEADER",
      description =
          "sent with every request, such as 'Authorization: Bearer ...'; never shown; can be"
              + " repeated")
  public List<String> headers = List.of();

  @Option(
      names = "--remote-batch",
      paramLabel = "N",
      description = "largest number of images in one request (default: 32)")
  public @Nullable Integer batch;

  @Option(
      names = "--contract",
      paramLabel = "NAME",
      description = "plain or open-inference (default: by the path of the URL)")
  public @Nullable String contract;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "number of classes, if the server does not state it")
  public @Nullable Integer classes;

  /**
   * Refuses options that would change nothing.
   *
   * @throws InvalidInputException if any was given
   */
  public void requireNone() {
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("--query-budget", Optional.ofNullable(budget));
    given.put("--rate", Optional.ofNullable(rate));
    given.put("--timeout", Optional.ofNullable(timeout));
    given.put("--retries", Optional.ofNullable(retries));
    given.put("--header", headers.stream().findFirst());
    given.put("--remote-batch", Optional.ofNullable(batch));
    given.put("--contract", Optional.ofNullable(contract));
    given.put("--classes", Optional.ofNullable(classes));
    given.forEach(
        (option, value) -> {
          if (!value.equals(Optional.empty())) {
            throw new InvalidInputException(
                option
                    + " is about a model behind a URL, and the model here is a file: leave it out");
          }
        });
  }

  /** What was given, and otherwise what is usual. */
  public RemoteSettings settings() {
    RemoteSettings usual = RemoteSettings.standard();
    return new RemoteSettings(
        budget == null ? usual.budget() : budget,
        rate == null ? usual.imagesPerSecond() : rate,
        timeout == null ? usual.timeout() : seconds(timeout),
        retries == null ? usual.retries() : retries,
        batch == null ? usual.batch() : batch,
        headers,
        contract == null ? usual.contract() : contract(contract),
        classes == null ? usual.classes() : classes);
  }

  /** Beyond any limit, a duration would overflow before it is refused. */
  private static Duration seconds(double seconds) {
    double bounded = Math.max(0, Math.min(seconds, MOST_SECONDS));
    return Duration.ofNanos((long) (bounded * 1e9));
  }

  private static RemoteContract contract(String name) {
    return switch (name) {
      case "plain" -> RemoteContract.PLAIN;
      case "open-inference" -> RemoteContract.OPEN_INFERENCE;
      default ->
          throw new InvalidInputException(
              "--contract is '" + name + "': give plain or open-inference");
    };
  }
}
