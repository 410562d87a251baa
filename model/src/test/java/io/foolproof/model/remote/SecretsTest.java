package io.foolproof.model.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.model.remote.TestServer.Request;
import io.foolproof.model.remote.TestServer.Response;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a server repeats, no secret is shown. */
class SecretsTest {
  private static final String PASSWORD = "p\"ss/w+rd é%";
  private static final String TOKEN = "tok3n/Abc+17==";
  private static final String KEY = "k3y&in url";
  private static final List<String> HEADERS =
      List.of(
          "Authorization: Basic " + base64("ann:" + PASSWORD), "X-Token: " + TOKEN, "X-Pin: 42");
  private static final String QUERY = "?model=digits&api_key=" + percent(KEY);

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String percent(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String everyByte(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      encoded.append(String.format("%%%02x", b));
    }
    return encoded.toString();
  }

  private static String escaped(String text) {
    return text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
  }

  private static String entities(String text) {
    return text.chars().mapToObj("&#%d;"::formatted).collect(Collectors.joining());
  }

  static Stream<Arguments> repetitions() {
    List<UnaryOperator<String>> ways =
        List.of(
            secret -> secret,
            secret -> secret.toUpperCase(java.util.Locale.ROOT),
            SecretsTest::percent,
            SecretsTest::everyByte,
            secret -> everyByte(everyByte(secret)),
            SecretsTest::base64,
            SecretsTest::escaped,
            SecretsTest::entities);
    return Stream.of(base64("ann:" + PASSWORD), "ann:" + PASSWORD, PASSWORD, TOKEN, KEY)
        .flatMap(secret -> ways.stream().map(way -> Arguments.of(secret, way.apply(secret))));
  }

  private static Secrets secrets(String url) {
    return Secrets.of(URI.create("http://localhost" + url), HEADERS);
  }

  @ParameterizedTest
  @MethodSource("repetitions")
  void noSecretIsLeftHoweverItIsWritten(String secret, String repeated) {
    String shown = secrets("/m" + QUERY).redact("before " + repeated + " after");
    assertThat(shown).contains("***").doesNotContain(secret, repeated);
  }

  @Test
  void wordsThatAreNoSecretsStay() {
    String text = "digits: Basic 100% of 1420 images, a + b = %zz \\u12";
    assertThat(secrets("/m" + QUERY).redact(text)).isEqualTo(text);
    assertThat(secrets("/m").redact("pin 42 of 4242")).isEqualTo("pin *** of 4242");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?s3cr3t",
        "?sig=s3cr3t",
        "?a=1&X-Access-Token=s3cr3t",
        "?a=s3cr3t0123456789abc",
        "?PASSWORD=s3cr3t"
      })
  void queriesThatLookLikeSecrets(String query) {
    String value = query.substring(Math.max(query.lastIndexOf('='), 0) + 1);
    assertThat(secrets("/m" + query).redact("no '" + value + "'")).isEqualTo("no '***'");
  }

  private static RemoteClassifier open(TestServer server, String path) {
    RemoteSettings settings =
        new RemoteSettings(
            100,
            Double.POSITIVE_INFINITY,
            Duration.ofSeconds(20),
            0,
            32,
            HEADERS,
            RemoteContract.BY_PATH,
            0);
    return RemoteClassifier.open(
        server.url(path + QUERY),
        new RemoteModel.Unsaid(new long[0], 0, 1, 0),
        settings,
        new TestTicks());
  }

  private static String quoted(String text) {
    return TestServer.JSON.writeValueAsString(text);
  }

  @ParameterizedTest
  @MethodSource("repetitions")
  void aNameThatRepeatsOneIsHidden(String secret, String repeated) throws IOException {
    String description =
        "{\"name\": %s, \"shape\": [1], \"classes\": 2, \"answers\": \"labels\"}"
            .formatted(quoted("model of " + repeated));
    String labels = "{\"labels\": [%s]}".formatted(quoted(repeated));
    try (TestServer server =
            new TestServer(request -> Response.of(200, request.asks() ? labels : description));
        Scope scope = Scope.open()) {
      RemoteClassifier remote = open(server, "/m");
      assertThat(remote.name() + remote.origin())
          .contains("***")
          .doesNotContain(secret, repeated, percent(KEY));
      assertThatThrownBy(() -> remote.logits(Tensor.of(new float[1], 1, 1)))
          .hasMessageContaining("***")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain(secret, repeated));
    }
  }

  /** Padded so that a text that is cut before it is redacted would end in half of a secret. */
  @ParameterizedTest
  @MethodSource("repetitions")
  void anErrorThatRepeatsOneHidesIt(String secret, String repeated) throws IOException {
    for (int padding : new int[] {0, 150 - Math.min(100, repeated.length() / 2)}) {
      String said = "x".repeat(padding) + " " + repeated;
      String tensors =
          "{\"inputs\": [{\"name\": %s, \"datatype\": \"FP32\", \"shape\": [-1, -1]}], \"outputs\": [{\"name\": %s, \"datatype\": \"FP32\", \"shape\": [-1, 2]}]}"
              .formatted(quoted(said), quoted(said));
      refused("/m", Response.of(401, "{\"error\": " + quoted(said) + "}"), secret, repeated);
      refused("/m", Response.of(500, said), secret, repeated);
      refused("/m", Response.of(200, said), secret, repeated);
      refused("/m", Response.of(200, "{" + quoted(said) + ": 1}"), secret, repeated);
      refused("/v2/models/m", Response.of(200, tensors), secret, repeated);
      String elsewhere =
          "http://ann:b@other.localhost/" + everyByte(repeated) + "?" + percent(secret);
      refused("/m", Response.of(302, "", "Location: " + elsewhere), secret, repeated);
    }
  }

  private static void refused(String path, Response response, String secret, String repeated)
      throws IOException {
    try (TestServer server = new TestServer((Request request) -> response)) {
      assertThatThrownBy(() -> open(server, path))
          .satisfies(
              e ->
                  assertThat(e.getMessage())
                      .doesNotContain(secret, repeated, half(secret), half(repeated)));
    }
  }

  private static String half(String text) {
    return text.substring(0, (text.length() + 1) / 2 + 1);
  }

  @Test
  void modelsAreToldApartByAllOfTheUrlAndTheHeaders() {
    RemoteUrl a = RemoteUrl.of(URI.create("http://localhost/m?model=A"));
    RemoteUrl b = RemoteUrl.of(URI.create("http://localhost/m?model=B"));
    RemoteUrl bare = RemoteUrl.of(URI.create("http://localhost/m"));
    List<String> texts =
        Stream.of(
                new RemoteIdentity(a, List.of()),
                new RemoteIdentity(b, List.of()),
                new RemoteIdentity(bare, List.of()),
                new RemoteIdentity(bare, List.of("X-Model: A")),
                new RemoteIdentity(bare, List.of("X-Model: B")),
                new RemoteIdentity(a, List.of("X-Model: A")))
            .map(RemoteIdentity::text)
            .toList();
    assertThat(texts).doesNotHaveDuplicates();
    assertThat(texts.get(2)).isEqualTo("http://localhost/m");
    assertThat(new RemoteIdentity(a, List.of("A: 1", "b: 2")).text())
        .isEqualTo(new RemoteIdentity(a, List.of("B: 2", "a:  1")).text())
        .doesNotContain("model=A");
  }
}
