package io.foolproof.model.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A server on this machine that answers as a test tells it to. */
final class TestServer implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong images = new AtomicLong();

  /** What came in. */
  record Request(String method, String path, @Nullable String authorization, JsonNode body) {
    boolean asks() {
      return method.equals("POST");
    }

    /** How many images it holds, under either contract. */
    int images() {
      JsonNode tensor = body.path("inputs").path(0);
      return tensor.isMissingNode() ? body.path("images").size() : tensor.at("/shape/0").asInt();
    }
  }

  /** What goes out. */
  record Response(int status, String type, String body, List<String> headers) {
    static Response json(JsonNode body) {
      return of(200, body.toString());
    }

    static Response of(int status, String body, String... headers) {
      return new Response(status, "application/json", body, List.of(headers));
    }
  }

  TestServer(Function<Request, Response> answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> handle(exchange, answers));
    server.start();
  }

  private void handle(HttpExchange exchange, Function<Request, Response> answers)
      throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders().getFirst("Authorization"),
              body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body));
      requests.add(request);
      if (request.asks()) {
        images.addAndGet(request.images());
      }
      Response response = answers.apply(request);
      byte[] bytes = response.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", response.type());
      for (String header : response.headers()) {
        String[] parts = header.split(": ", 2);
        exchange.getResponseHeaders().set(parts[0], parts[1]);
      }
      exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  URI url(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  /** What came in, in order. */
  List<Request> requests() {
    return requests;
  }

  /** How many images came in. */
  long images() {
    return images.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** A model under the plain contract. */
  static Function<Request, Response> plain(Classifier model, boolean scores) {
    return request -> {
      if (!request.asks()) {
        ObjectNode description = JSON.createObjectNode().put("name", "served");
        Arrays.stream(model.input().shape()).forEach(description.putArray("shape")::add);
        description.put("classes", model.classes()).put("answers", scores ? "scores" : "labels");
        return Response.json(description);
      }
      JsonNode rows = request.body().get("images");
      ObjectNode answer = JSON.createObjectNode();
      ArrayNode results = answer.putArray(scores ? "scores" : "labels");
      for (JsonNode row : rows) {
        float[] logits = logits(model, row);
        if (scores) {
          addAll(results.addArray(), logits);
        } else {
          results.add(largest(logits));
        }
      }
      return Response.json(answer);
    };
  }

  /** A model under the open inference protocol, with the batch as the first size. */
  static Function<Request, Response> openInference(Classifier model, int batch, boolean scores) {
    return request -> {
      ObjectNode answer = JSON.createObjectNode().put("name", "served").put("platform", "onnx");
      ObjectNode output = JSON.createObjectNode().put("name", "y");
      output.put("datatype", scores ? "FP32" : "INT64");
      ArrayNode shape = output.putArray("shape");
      if (!request.asks()) {
        ObjectNode input = answer.putArray("inputs").addObject();
        ArrayNode sizes = input.put("name", "x").put("datatype", "FP32").putArray("shape");
        sizes.add(batch);
        Arrays.stream(model.input().shape()).forEach(sizes::add);
        shape.add(batch);
      } else {
        JsonNode input = request.body().get("inputs").get(0);
        int images = input.get("shape").get(0).asInt();
        int elements = model.input().elements();
        ArrayNode data = output.putArray("data");
        for (int i = 0; i < images; i++) {
          ArrayNode row = JSON.createArrayNode();
          for (int k = 0; k < elements; k++) {
            row.add(input.get("data").get(i * elements + k));
          }
          float[] logits = logits(model, row);
          if (scores) {
            addAll(data, logits);
          } else {
            data.add(largest(logits));
          }
        }
        shape.add(images);
      }
      if (scores) {
        shape.add(model.classes());
      }
      answer.putArray("outputs").add(output);
      return Response.json(answer);
    };
  }

  private static void addAll(ArrayNode array, float[] numbers) {
    for (float number : numbers) {
      array.add(number);
    }
  }

  private static float[] logits(Classifier model, JsonNode pixels) {
    float[] image = new float[pixels.size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) pixels.get(i).doubleValue();
    }
    try (Scope scope = Scope.open()) {
      return model.logits(Tensor.of(image, model.input().batchShape(1))).toFloats();
    }
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
