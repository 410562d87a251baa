package io.foolproof.model.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.model.remote.TestServer.Request;
import io.foolproof.model.remote.TestServer.Response;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server does, the user reads one line: what, where, found, expected, what to do. */
class RemoteFailureTest {
  private static final String SECRET = "Bearer s3cr3t-t0ken";
  private static final RemoteModel.Unsaid UNSAID = new RemoteModel.Unsaid(new long[0], 0, 1, 0);
  private static final RemoteSettings SETTINGS =
      new RemoteSettings(
          1000,
          Double.POSITIVE_INFINITY,
          Duration.ofSeconds(20),
          2,
          32,
          List.of("Authorization: " + SECRET),
          RemoteContract.BY_PATH,
          0);

  private Scope scope;

  @BeforeEach
  void openScope() {
    scope = Scope.open();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  private static void refused(String message, Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .hasSizeLessThan(600)
                    .doesNotContain("s3cr3t", "Exception", "\n", "\u001b", "key=")
                    .contains("localhost"));
  }

  private static void openRefused(String path, Response response, String message)
      throws IOException {
    try (TestServer server = new TestServer(request -> response)) {
      refused(message, () -> open(server.url(path)));
    }
  }

  private static RemoteClassifier open(URI url) {
    return RemoteClassifier.open(url, UNSAID, SETTINGS, new TestTicks());
  }

  static Stream<Arguments> statuses() {
    return Stream.of(
        Arguments.of(401, "--header 'Authorization: ...'"),
        Arguments.of(403, "--header 'Authorization: ...'"),
        Arguments.of(404, "check the URL"),
        Arguments.of(405, "check the URL"),
        Arguments.of(413, "--remote-batch"),
        Arguments.of(422, "check that the URL"),
        Arguments.of(429, "--rate"),
        Arguments.of(500, "the server fails"),
        Arguments.of(503, "the server fails"),
        Arguments.of(204, "expected 200"));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void statusesThatAreNoAnswer(int status, String advice) throws IOException {
    String body = status == 204 ? "" : "{\"error\": \"no\\n\u001b[31m " + SECRET + "\"}";
    openRefused("/m?key=1", Response.of(status, body), "found status " + status);
    openRefused("/m?key=1", Response.of(status, body), advice);
  }

  @Test
  void aRedirectIsNotFollowed() throws IOException {
    Response moved = Response.of(308, "", "Location: https://other.localhost/m?key=1");
    openRefused("/m", moved, "redirects to https://other.localhost/m; give the URL");
    openRefused("/m", Response.of(302, "", "Location: :::"), "redirects to what is no URL");
  }

  static Stream<Arguments> descriptions() {
    String sizes = "{\"shape\": [1, 2], \"classes\": 3";
    return Stream.of(
        Arguments.of("<html><body>Welcome</body></html>", "an HTML page, found '<html><body>W"),
        Arguments.of("", "no JSON, found ''"),
        Arguments.of("[1]", "no JSON, found '[1]'"),
        Arguments.of("{\"shape\": [1", "expected a JSON object"),
        Arguments.of("[".repeat(5000), "no JSON"),
        Arguments.of("{\"shape\": [" + "9".repeat(5000) + "]}", "no JSON"),
        Arguments.of("{}", "the field 'shape': found only []"),
        Arguments.of("{\"shape\": 3}", "the field 'shape': found 3"),
        Arguments.of("{\"shape\": [\"a\"]}", "element 0 of 'shape': found \"a\""),
        Arguments.of("{\"shape\": [1.5]}", "element 0 of 'shape': found 1.5"),
        Arguments.of("{\"shape\": [1e400]}", "element 0 of 'shape'"),
        Arguments.of("{\"shape\": []}", "the shape of an image: found []"),
        Arguments.of("{\"shape\": [0, 3]}", "the shape of an image: found [0, 3]"),
        Arguments.of("{\"shape\": [-2, -3]}", "the shape of an image: found [-2, -3]"),
        Arguments.of("{\"shape\": [4294967296, 4294967296]}", "up to 2^24 pixels"),
        Arguments.of("{\"shape\": [1]}", "the field 'classes'"),
        Arguments.of("{\"shape\": [1], \"classes\": 1}", "the field 'classes': found 1"),
        Arguments.of("{\"shape\": [1], \"classes\": 4294967298}", "the field 'classes'"),
        Arguments.of(sizes + "}", "the field 'answers': found only [shape, classes]"),
        Arguments.of(sizes + ", \"answers\": \"logits\"}", "found logits, expected scores or"),
        Arguments.of(sizes + ", \"name\": 3}", "the field 'name': found 3"),
        Arguments.of(sizes + ", \"box\": [1, 0]}", "the field 'box': found [1.0, 0.0]"),
        Arguments.of(sizes + ", \"box\": [null, 0]}", "the field 'box'"),
        Arguments.of(sizes + ", \"box\": 7}", "the field 'box': found 1 numbers"),
        Arguments.of(
            sizes + ", \"answers\": \"labels\", \"batch\": 0}", "the field 'batch': found 0"));
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void descriptionsThatMakeNoSense(String body, String message) throws IOException {
    openRefused("/m?key=1", Response.of(200, body), message);
  }

  private static String tensors(String inputs, String outputs) {
    return "{\"inputs\": [" + inputs + "], \"outputs\": [" + outputs + "]}";
  }

  private static String tensor(String datatype, String shape) {
    return "{\"name\": \"t\", \"datatype\": \"%s\", \"shape\": %s}".formatted(datatype, shape);
  }

  static Stream<Arguments> metadata() {
    String x = tensor("FP32", "[-1, 4]");
    String y = tensor("FP32", "[-1, 2]");
    return Stream.of(
        Arguments.of("{}", "the field 'inputs'"),
        Arguments.of(tensors("", y), "the inputs: found []"),
        Arguments.of(tensors(x + "," + x, y), "the inputs: found [t FP32[-1, 4], t FP32"),
        Arguments.of(tensors("3", y), "the field 'name': found 3"),
        Arguments.of(tensors(tensor("UINT8", "[-1, 4]"), y), "found t UINT8[-1, 4], expected FP32"),
        Arguments.of(tensors(tensor("FP32", "[7, 4]"), y), "with -1 or 1 as the size of the batch"),
        Arguments.of(tensors(tensor("FP32", "[4]"), y), "with -1 or 1 as the size of the batch"),
        Arguments.of(tensors(tensor("FP32", "[-1, 0]"), y), "the shape of an image: found [0]"),
        Arguments.of(tensors(tensor("FP32", "[-1, -7]"), y), "the shape of an image: found [-7]"),
        Arguments.of(tensors(tensor("\\u001b[31m", "[-1, -1]"), y), "expected FP32"),
        Arguments.of(
            tensors("{\"name\": \"\\u001b[31m\", \"datatype\": \"FP32\", \"shape\": [-1, -1]}", y),
            "leaves sizes open besides the batch"),
        Arguments.of(tensors(x, ""), "the outputs: found []"),
        Arguments.of(tensors(x, y + "," + y), "one of floating-point scores"),
        Arguments.of(tensors(x, tensor("BYTES", "[-1]")), "the outputs: found [t BYTES[-1]]"),
        Arguments.of(tensors(x, tensor("FP32", "[-1, 2, 2]")), "expected scores [N, classes]"),
        Arguments.of(tensors(x, tensor("INT64", "[-1, 2]")), "expected labels [N]"),
        Arguments.of(tensors(x, tensor("FP32", "[-1, 1]")), "the number of classes"),
        Arguments.of(tensors(x, tensor("FP32", "[-1, -1]")), "give their number (--classes)"),
        Arguments.of(tensors(x, tensor("FP32", "[]")), "does not say how many classes"));
  }

  @ParameterizedTest
  @MethodSource("metadata")
  void metadataThatMakeNoSense(String body, String message) throws IOException {
    openRefused("/v2/models/m", Response.of(200, body), message);
  }

  static Stream<Arguments> answers() {
    String plain = "{\"shape\": [1], \"classes\": 2, \"answers\": \"scores\"}";
    String labels = "{\"shape\": [1], \"classes\": 2, \"answers\": \"labels\"}";
    String open = tensors(tensor("FP32", "[-1, 1]"), tensor("FP32", "[-1, 2]"));
    String path = "/v2/models/m";
    return Stream.of(
        Arguments.of("/m", plain, "{}", "the field 'scores': found only []"),
        Arguments.of("/m", plain, "{\"scores\": [[1, 2]]}", "found 1 rows, expected 2"),
        Arguments.of("/m", plain, "{\"scores\": [[1, 2], [3]]}", "image 1: found 1 numbers"),
        Arguments.of("/m", plain, "{\"scores\": [[1, 2, 3], [3, 4]]}", "image 0: found 3 numbers"),
        Arguments.of("/m", plain, "{\"scores\": [[1, 2], [3, \"x\"]]}", "image 1: found \"x\""),
        Arguments.of("/m", plain, "{\"scores\": [[1, 2], 3]}", "image 1: found 1 numbers"),
        Arguments.of("/m", plain, "<h1>oops</h1>", "an HTML page"),
        Arguments.of("/m", labels, "{\"labels\": [1]}", "found 1 rows, expected 2"),
        Arguments.of("/m", labels, "{\"labels\": [1, 2]}", "label of image 1: found 2.0"),
        Arguments.of("/m", labels, "{\"labels\": [0.5, 1]}", "label of image 0: found 0.5"),
        Arguments.of("/m", labels, "{\"labels\": [-1, 1]}", "label of image 0: found -1.0"),
        Arguments.of("/m", labels, "{\"labels\": [\"cat\", 1]}", "found \"cat\""),
        Arguments.of(path, open, "{\"outputs\": []}", "expected one named 't'"),
        Arguments.of(path, open, "{\"outputs\": [{\"name\": \"u\"}]}", "found [u]"),
        Arguments.of(path, open, "{\"outputs\": [{\"name\": \"t\"}]}", "the field 'data'"),
        Arguments.of(path, open, answer("[2, 2]", "[1, 2, 3]"), "'t': found 3 numbers, expected 4"),
        Arguments.of(path, open, answer("[1, 4]", "[1, 2, 3, 4]"), "found [1, 4], expected [2, 2]"),
        Arguments.of(path, open, "{\"error\": \"out of memory\"}", "the field 'outputs'"));
  }

  private static String answer(String shape, String data) {
    return "{\"outputs\": [{\"name\": \"t\", \"shape\": %s, \"data\": %s}]}".formatted(shape, data);
  }

  @ParameterizedTest
  @MethodSource("answers")
  void answersAgainstTheContract(String path, String description, String answer, String message)
      throws IOException {
    Function<Request, Response> answers =
        request -> Response.of(200, request.asks() ? answer : description);
    try (TestServer server = new TestServer(answers)) {
      RemoteClassifier remote = open(server.url(path));
      refused(message, () -> remote.logits(Tensor.of(new float[2], 2, 1)));
      assertThat(remote.queries()).isEqualTo(2);
    }
  }

  @Test
  void anAnswerThatDoesNotEnd() throws IOException {
    openRefused("/m", Response.of(200, " ".repeat(1 << 21)), "too long: found more than 1048576");
  }

  @Test
  void nobodyIsThere() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    refused("the connection is refused", () -> open(URI.create("http://localhost:" + port + "/m")));
  }

  @Test
  void aServerThatHangsUpOrSaysNothing() throws IOException {
    hostile("http", "", "the connection broke");
    hostile("http", "SSH-2.0 hello\r\n\r\n", "the connection broke");
    hostile("http", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", "the connection broke");
    hostile("https", "HTTP/1.1 400 Bad Request\r\n\r\n", "no secure connection");
  }

  /** A server that writes this and hangs up, as often as it is asked. */
  private static void hostile(String scheme, String text, String message) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread thread =
          new Thread(
              () -> {
                while (!server.isClosed()) {
                  try (Socket socket = server.accept()) {
                    if (socket.getInputStream().read(new byte[4096]) > 0) {
                      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                    }
                  } catch (IOException e) {
                    // Closed by the test, or by a client that has read enough.
                  }
                }
              });
      thread.start();
      URI url = URI.create(scheme + "://localhost:" + server.getLocalPort() + "/m");
      refused(message, () -> open(url));
    }
  }

  @Test
  void aBodyThatNeverComesEndsWithTheTimeout() throws IOException {
    RemoteSettings hasty =
        new RemoteSettings(
            10,
            Double.POSITIVE_INFINITY,
            Duration.ofMillis(300),
            1,
            32,
            List.of(),
            RemoteContract.PLAIN,
            0);
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread thread =
          new Thread(
              () -> {
                try (Socket first = server.accept();
                    Socket second = server.accept()) {
                  String head = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{";
                  second.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                  assertThat(first.getInputStream().readAllBytes()).isNotEmpty();
                  assertThat(second.getInputStream().readAllBytes()).isNotEmpty();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      thread.start();
      URI url = URI.create("http://localhost:" + server.getLocalPort() + "/m");
      refused(
          "no answer in time; check the server, or give a longer --timeout",
          () -> RemoteClassifier.open(url, UNSAID, hasty, new TestTicks()));
    }
  }

  @Test
  void urlsThatAreNone() {
    for (String text :
        List.of("ftp://localhost/m", "http:localhost", "https:///localhost", "localhost:80")) {
      assertThatThrownBy(() -> open(URI.create(text)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expected http(s)://host/path");
    }
    assertThatThrownBy(() -> open(URI.create("http://me:s3cr3t@localhost/m")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("give it as a header")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cr3t"));
    assertThatThrownBy(() -> open(URI.create("http://localhost:99999/m")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("found port 99999");
  }
}
