package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.foolproof.cli.option.ModelOpener;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.RemoteOptions;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.model.Classifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A model behind a URL, as the commands see it. */
class RemoteInspectTest {
  private static final String SECRET = "Bearer s3cr3t";

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private String url;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
          seen.add(exchange.getRequestMethod() + " " + header);
          boolean known = header.equals(SECRET);
          byte[] body =
              (known
                      ? "{\"shape\": [1, 28, 28], \"classes\": 10, \"answers\": \"labels\"}"
                      : "who is '" + header + "'?")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    url = "http://localhost:" + server.getAddress().getPort() + "/digits?key=s3cr3t";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void inspectSaysWhatAnswers() {
    InProcess run =
        InProcess.run("inspect", url, "--header", "Authorization: " + SECRET, "--remote-batch", 7);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("/digits\n")
        .contains("name         digits at localhost")
        .contains("contract     plain")
        .contains("input        [1, 28, 28] in [0.0, 1.0]")
        .contains("classes      10")
        .contains("answers      labels")
        .contains("up to 7 images")
        .doesNotContain("s3cr3t");
    assertThat(seen).containsExactly("GET " + SECRET);
  }

  @Test
  void theOpenerTakesWhatTheArgumentsName() {
    ModelOptions models = new ModelOptions();
    models.model(url);
    RemoteOptions remote = new RemoteOptions();
    remote.headers = List.of("Authorization: " + SECRET);
    remote.budget = 5L;
    try (Classifier opened =
        new ModelOpener(models, remote)
            .remote(URI.create(url), GeneratedDigits.standard().test(1))) {
      assertThat(opened.classes()).isEqualTo(10);
      assertThat(opened.answersScores()).isFalse();
    }
  }

  @Test
  void whatIsWrongIsOneLineWithoutSecrets() {
    refused("found status 401", "inspect", url, "--header", "Authorization: s3cr3t");
    refused("--header 'Authorization: ...'", "inspect", url);
    refused("header 1 cannot be sent", "inspect", url, "--header", "s3cr3t");
    refused("query budget: found 0", "inspect", url, "--query-budget", 0);
    refused("rate: found NaN", "inspect", url, "--rate", "NaN");
    refused("timeout: found 0.0", "inspect", url, "--timeout", "-1");
    refused("timeout: found 1000000.0", "inspect", url, "--timeout", "1e300");
    refused("--contract is 'v3'", "inspect", url, "--contract", "v3");
    refused("cannot be read", "inspect", "http://local host/?s3cr3t");
    refused("expected http(s)://host/path", "inspect", "http:///digits");
    refused(
        "--box says -1.0 to 1.0; leave --box out",
        "inspect",
        boxed(),
        "--box=-1,1",
        "--header",
        "Authorization: " + SECRET);
  }

  /** A server that says what its pixels are. */
  private String boxed() {
    server.createContext(
        "/boxed",
        exchange -> {
          byte[] body =
              "{\"shape\": [2], \"box\": [0, 255], \"classes\": 3, \"answers\": \"scores\"}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    return url.replaceFirst("/digits.*", "/boxed");
  }

  private static void refused(String message, Object... arguments) {
    InProcess run = InProcess.run(arguments);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("s3cr3t", "Exception");
    assertThat(run.err().lines().filter(line -> line.startsWith("foolproof: "))).hasSize(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void theCommandLineInReportsHoldsNoSecrets() {
    assertThat(
            CommandText.of(
                List.of("audit", "https://h/m?key=s3cr3t", "--header", "A: s3cr3t", "--rate", "3")))
        .isEqualTo("./foolproof audit 'https://h/m?...' --header ... --rate 3");
    assertThat(CommandText.of(List.of("audit", "--header=A: s3cr3t", "a b.onnx")))
        .isEqualTo("./foolproof audit --header=... 'a b.onnx'");
  }
}
