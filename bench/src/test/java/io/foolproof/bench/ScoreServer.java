package io.foolproof.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/** The built-in model behind a URL of this machine. */
final class ScoreServer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final OnnxRuntimeClassifier model = OnnxRuntimeClassifier.load(new ModelOptions().path());
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final HttpServer server;

  private ScoreServer(HttpServer server) {
    this.server = server;
  }

  static ScoreServer start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ScoreServer scores = new ScoreServer(server);
    server.setExecutor(scores.threads);
    server.createContext("/", scores::answer);
    server.start();
    return scores;
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort() + "/scores";
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body =
        exchange.getRequestMethod().equals("GET")
            ? "{\"shape\": [1, 28, 28], \"classes\": 10, \"answers\": \"scores\"}"
            : JSON.writeValueAsString(Map.of("scores", scores(exchange)));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private float[][] scores(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    float[][] images = JSON.treeToValue(JSON.readTree(body).path("images"), float[][].class);
    float[][] scores = new float[images.length][];
    for (int i = 0; i < images.length; i++) {
      try (Scope scope = Scope.open()) {
        scores[i] = model.logits(Tensor.of(images[i], 1, 1, 28, 28)).toFloats();
      }
    }
    return scores;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    model.close();
  }
}
