package io.foolproof.model.remote;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;

/** What became of one request. */
sealed interface Outcome permits Outcome.Reply, Outcome.Failure {
  /** Whether the same request may do better a little later. */
  boolean mayPass();

  /** How long the server wants to be left alone. */
  Duration pause();

  /** What is wrong, for the user. */
  InvalidInputException explain(RemoteUrl where, UnaryOperator<String> redact);

  /** The server answered. */
  record Reply(HttpResponse<byte[]> response) implements Outcome {
    boolean isSuccess() {
      return response.statusCode() == 200;
    }

    @Override
    public boolean mayPass() {
      return response.statusCode() == 429 || response.statusCode() / 100 == 5;
    }

    @Override
    public Duration pause() {
      return response.headers().firstValue("Retry-After").map(Reply::pause).orElse(Duration.ZERO);
    }

    /** In seconds, or until a date; what is neither is no wish. */
    private static Duration pause(String retryAfter) {
      String text = retryAfter.strip();
      if (text.matches("\\d{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(text));
      }
      try {
        ZonedDateTime until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
        Duration left = Duration.between(Instant.now(), until);
        return left.isNegative() ? Duration.ZERO : left;
      } catch (DateTimeParseException e) {
        return Duration.ZERO;
      }
    }

    @Override
    public InvalidInputException explain(RemoteUrl where, UnaryOperator<String> redact) {
      String said = Answer.excerpt(response.body(), redact);
      return new InvalidInputException(
          "%s: found status %d%s, expected 200; %s"
              .formatted(
                  where,
                  response.statusCode(),
                  said.isEmpty() ? "" : " ('" + said + "')",
                  advice(redact)));
    }

    private String advice(UnaryOperator<String> redact) {
      int status = response.statusCode();
      return switch (status) {
        case 401, 403 -> "give a header that lets you in, such as --header 'Authorization: ...'";
        case 404 -> "there is no model here, check the URL";
        case 405 -> "this is no URL of a model, or another contract's: check the URL";
        case 413 -> "the request is too large, give a smaller --remote-batch";
        case 429 -> "the server is asked too often, give a lower --rate";
        default ->
            switch (status / 100) {
              case 3 -> "it redirects" + target(redact) + "; give the URL it leads to";
              case 5 -> "the server fails, see its log and try again later";
              default -> "check that the URL is that of a model, see docs/remote-models.md";
            };
      };
    }

    private String target(UnaryOperator<String> redact) {
      return response
          .headers()
          .firstValue("Location")
          .map(Reply::shownTarget)
          .map(text -> " to " + Answer.printable(redact.apply(text), 200))
          .orElse("");
    }

    private static String shownTarget(String location) {
      try {
        return RemoteUrl.shown(URI.create(location));
      } catch (IllegalArgumentException e) {
        return "what is no URL";
      }
    }
  }

  /** There is no answer. */
  record Failure(IOException problem) implements Outcome {
    @Override
    public boolean mayPass() {
      return !(problem instanceof ConnectException
          || problem instanceof UnknownHostException
          || problem instanceof SSLException
          || problem instanceof LimitedBody.TooLongException);
    }

    @Override
    public Duration pause() {
      return Duration.ZERO;
    }

    @Override
    public InvalidInputException explain(RemoteUrl where, UnaryOperator<String> redact) {
      String message = where + ": " + reason(redact);
      String cause = String.valueOf(problem.getMessage());
      // What a client quotes of an answer may hold a secret, and stack traces show causes.
      return redact.apply(cause).equals(cause)
          ? new InvalidInputException(message, problem)
          : new InvalidInputException(message);
    }

    private String reason(UnaryOperator<String> redact) {
      if (problem instanceof LimitedBody.TooLongException) {
        return problem.getMessage() + "; check that the URL is that of a model";
      }
      if (problem instanceof HttpTimeoutException) {
        return "found no answer in time; check the server, or give a longer --timeout";
      }
      if (problem instanceof UnknownHostException
          || problem.getCause() instanceof UnresolvedAddressException) {
        return "there is no such host; check the URL";
      }
      if (problem instanceof ConnectException) {
        return "the connection is refused; check that the server runs, and the URL's port";
      }
      String reason = Answer.printable(redact.apply(InvalidInputException.reason(problem)), 200);
      return problem instanceof SSLException
          ? "no secure connection (" + reason + "); check the certificate, and http or https"
          : "the connection broke (" + reason + "); check the server";
    }
  }
}
