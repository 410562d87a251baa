package io.foolproof.model.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.model.remote.TestServer.Request;
import io.foolproof.model.remote.TestServer.Response;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteClassifierTest {
  private static final int SAMPLES = 21;

  @TempDir Path folder;
  private Scope scope;
  private Classifier model;
  private Tensor images;

  @BeforeEach
  void serveAModel() throws IOException {
    scope = Scope.open();
    byte[] net =
        new OnnxBuilder("net", new long[] {2, 6, 6}, 3)
            .conv(4, 3)
            .relu()
            .flatten()
            .dense(5)
            .build();
    model = OnnxRuntimeClassifier.load(Files.write(folder.resolve("net.onnx"), net));
    float[] pixels = new float[SAMPLES * 72];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    images = Tensor.of(pixels, SAMPLES, 2, 6, 6);
  }

  @AfterEach
  void close() {
    model.close();
    scope.close();
  }

  private static RemoteSettings batches(int batch, int classes) {
    RemoteSettings s = RemoteSettings.standard();
    return new RemoteSettings(
        s.budget(),
        s.imagesPerSecond(),
        s.timeout(),
        s.retries(),
        batch,
        s.headers(),
        s.contract(),
        classes);
  }

  @Test
  void scoresAreTheModelsToTheLastBit() throws IOException {
    float[] expected = model.logits(images).toFloats();
    try (TestServer plain = new TestServer(TestServer.plain(model, true));
        TestServer open = new TestServer(TestServer.openInference(model, -1, true))) {
      for (RemoteClassifier remote :
          List.of(
              RemoteClassifier.open(plain.url("/digits"), batches(8, 0)),
              RemoteClassifier.open(open.url("/v2/models/net"), batches(8, 0)),
              RemoteClassifier.open(
                  open.url("/a/v2/models/net/versions/2/infer"), batches(8, 0)))) {
        assertThat(remote.name()).isEqualTo("served at localhost");
        assertThat(remote.input()).isEqualTo(model.input());
        assertThat(remote.classes()).isEqualTo(5);
        assertThat(remote.answersScores()).isTrue();
        assertThat(remote.queries()).isZero();
        assertThat(remote.logits(images).toFloats()).containsExactly(expected);
        assertThat(remote.queries()).isEqualTo(SAMPLES);
        assertThat(remote.logits(images.rows(0, 0)).shape()).containsExactly(0, 5);
      }
      assertThat(plain.requests().stream().filter(Request::asks).map(Request::images))
          .containsExactly(8, 8, 5);
      assertThat(open.requests().stream().map(Request::path))
          .containsOnly(
              "/v2/models/net",
              "/v2/models/net/infer",
              "/a/v2/models/net/versions/2",
              "/a/v2/models/net/versions/2/infer");
    }
  }

  @Test
  void labelsBecomeRowsWithASingleOne() throws IOException {
    float[] logits = model.logits(images).toFloats();
    try (TestServer plain = new TestServer(TestServer.plain(model, false));
        TestServer open = new TestServer(TestServer.openInference(model, -1, false))) {
      for (RemoteClassifier remote :
          List.of(
              RemoteClassifier.open(plain.url("/"), batches(8, 0)),
              RemoteClassifier.open(open.url("/v2/models/net"), batches(8, 5)))) {
        assertThat(remote.answersScores()).isFalse();
        float[] rows = remote.logits(images).toFloats();
        for (int i = 0; i < SAMPLES; i++) {
          int best = 0;
          for (int k = 0; k < 5; k++) {
            best = logits[5 * i + k] > logits[5 * i + best] ? k : best;
          }
          for (int k = 0; k < 5; k++) {
            assertThat(rows[5 * i + k]).as("image %d, class %d", i, k).isEqualTo(k == best ? 1 : 0);
          }
        }
      }
      assertThatThrownBy(
              () -> RemoteClassifier.open(open.url("/v2/models/net"), RemoteSettings.standard()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("y INT64[-1]")
          .hasMessageContaining("--classes");
    }
  }

  @Test
  void aModelThatTakesOneImageAtATimeGetsOne() throws IOException {
    try (TestServer open = new TestServer(TestServer.openInference(model, 1, true))) {
      RemoteClassifier remote =
          RemoteClassifier.open(open.url("/v2/models/net"), RemoteSettings.standard());
      assertThat(remote.batch()).isEqualTo(1);
      assertThat(remote.logits(images.rows(0, 3)).toFloats())
          .containsExactly(model.logits(images.rows(0, 3)).toFloats());
      assertThat(open.requests().stream().filter(Request::asks)).hasSize(3);
    }
  }

  @Test
  void aModelWithoutABatchGetsTheBareImage() throws IOException {
    String metadata =
        """
        {"name": "bare", "inputs": [{"name": "x", "datatype": "FP32", "shape": [3]}],
         "outputs": [{"name": "label", "datatype": "INT64", "shape": [1]},
                     {"name": "y", "datatype": "FP64", "shape": [2]}]}
        """;
    Function<Request, Response> answers =
        request -> {
          assertThat(request.body().at("/inputs/0/shape").toString()).isEqualTo("[3]");
          assertThat(request.body().at("/outputs/0/name").toString()).isEqualTo("\"y\"");
          double sum = request.body().at("/inputs/0/data/0").asDouble();
          return Response.of(
              200,
              "{\"outputs\": [{\"name\": \"y\", \"datatype\": \"FP64\", \"shape\": [2], \"data\": [%s, 0.5]}]}"
                  .formatted(sum));
        };
    try (TestServer open =
        new TestServer(
            request -> request.asks() ? answers.apply(request) : Response.of(200, metadata))) {
      RemoteClassifier remote =
          RemoteClassifier.open(open.url("/v2/models/bare"), RemoteSettings.standard());
      Tensor two = Tensor.of(new float[] {0.25f, 0, 0, 0.75f, 0, 0}, 2, 3);
      assertThat(remote.logits(two).toFloats()).containsExactly(0.25f, 0.5f, 0.75f, 0.5f);
    }
  }

  @Test
  void whatTheServerLeavesOpenIsTakenFromTheImages() throws IOException {
    String metadata =
        """
        {"name": "open", "inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 3, -1, -1]}],
         "outputs": [{"name": "y", "datatype": "FP32", "shape": [-1, -1]}]}
        """;
    try (TestServer open = new TestServer(request -> Response.of(200, metadata))) {
      InputSpec images = new InputSpec(new long[] {3, 8, 9}, 0, 255);
      RemoteClassifier remote =
          RemoteClassifier.open(open.url("/v2/models/open"), images, batches(4, 7));
      assertThat(remote.input()).isEqualTo(images);
      assertThat(remote.classes()).isEqualTo(7);
      assertThatThrownBy(() -> RemoteClassifier.open(open.url("/v2/models/open"), batches(4, 7)))
          .hasMessageContaining("x FP32[-1, 3, -1, -1]")
          .hasMessageContaining("say which shape");
    }
  }

  @Test
  void theServersBoxCountsMoreThanTheUsual() throws IOException {
    String description =
        "{\"shape\": [2], \"box\": [-1, 3.5], \"classes\": 2, \"answers\": \"scores\", \"batch\": 6}";
    try (TestServer plain = new TestServer(request -> Response.of(200, description))) {
      RemoteClassifier remote = RemoteClassifier.open(plain.url("/m"), RemoteSettings.standard());
      assertThat(remote.input()).isEqualTo(new InputSpec(new long[] {2}, -1, 3.5));
      assertThat(remote.batch()).isEqualTo(6);
      assertThat(remote.name()).isEqualTo("m at localhost");
    }
  }

  @Test
  void aSampleWithoutAnAnswerIsNanAndTheOthersStand() throws IOException {
    String answer =
        "{\"scores\": [[0.1, 0.9], null, [NaN, 1], [null, 2], [\"NaN\", \"-Infinity\"], [1e300, 3]]}";
    try (TestServer plain =
        new TestServer(
            request ->
                request.asks()
                    ? Response.of(200, answer)
                    : Response.of(
                        200, "{\"shape\": [1], \"classes\": 2, \"answers\": \"scores\"}"))) {
      RemoteClassifier remote = RemoteClassifier.open(plain.url("/"), RemoteSettings.standard());
      float nan = Float.NaN;
      float infinite = Float.POSITIVE_INFINITY;
      assertThat(remote.logits(Tensor.of(new float[6], 6, 1)).toFloats())
          .containsExactly(0.1f, 0.9f, nan, nan, nan, 1, nan, 2, nan, -infinite, infinite, 3);
    }
  }

  @Test
  void aLabelThatIsNoneIsNan() throws IOException {
    try (TestServer plain =
        new TestServer(
            request ->
                Response.of(
                    200,
                    "{\"shape\": [1], \"classes\": 2, \"answers\": \"labels\", \"labels\": [1, null]}"))) {
      RemoteClassifier remote = RemoteClassifier.open(plain.url("/"), RemoteSettings.standard());
      assertThat(remote.logits(Tensor.of(new float[2], 2, 1)).toFloats())
          .containsExactly(0, 1, Float.NaN, Float.NaN);
    }
  }

  @Test
  void imagesThatDoNotFitAreNotSent() throws IOException {
    try (TestServer plain = new TestServer(TestServer.plain(model, true))) {
      RemoteClassifier remote = RemoteClassifier.open(plain.url("/"), RemoteSettings.standard());
      assertThatThrownBy(() -> remote.logits(Tensor.of(new float[12], 1, 12)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("[2, 6, 6]");
      float[] pixels = new float[144];
      pixels[100] = Float.NaN;
      assertThatThrownBy(() -> remote.logits(Tensor.of(pixels, 2, 2, 6, 6)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("image 1 of the batch has a pixel of NaN");
      assertThat(plain.images()).isZero();
      assertThat(remote.queries()).isZero();
    }
  }
}
