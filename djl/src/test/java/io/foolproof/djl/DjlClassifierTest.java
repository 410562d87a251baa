package io.foolproof.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.model.ReferenceFolder;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the engine for ONNX files, whose answers the classifier of such files gives too. */
class DjlClassifierTest {
  private static final InputSpec DIGIT = InputSpec.unit(1, 28, 28);

  @TempDir Path folder;

  /** Its engine has to be the first that starts ONNX Runtime. */
  @BeforeAll
  static void startTheEngine() {
    assertThat(Engine.getEngine("OnnxRuntime").getEngineName()).isEqualTo("OnnxRuntime");
  }

  private static Path lenet() {
    return ReferenceFolder.require().resolve("models/lenet5_clean.onnx");
  }

  private static Model model(Path file) throws IOException, MalformedModelException {
    Model model = Model.newInstance(String.valueOf(file.getFileName()), "OnnxRuntime");
    model.load(file, null, Map.of("intraOpNumThreads", "1"));
    return model;
  }

  private static ImageSet digits(int count) throws IOException {
    return ImageSet.of(
        ReferenceFolder.digits(count).toArray(float[][]::new),
        ReferenceFolder.labels(count),
        new ImageShape(1, 28, 28));
  }

  private static AuditResult audit(Classifier model, ImageSet images) {
    return Audit.of(model, images)
        .against(ThreatModel.linf(0.25))
        .with(Suite.BLACK_BOX)
        .queries(150)
        .extent(AuditPlan.Extent.VERDICTS)
        .run();
  }

  private static List<Verdict> verdicts(AuditResult result) {
    return result.samples().stream().map(SampleVerdict::verdict).toList();
  }

  @Test
  @Tag("slow")
  void blackBoxAttacksFindWhatTheyFindOnTheOnnxFile() throws IOException, MalformedModelException {
    ImageSet images = digits(40);
    try (Model model = model(lenet());
        DjlClassifier classifier = DjlClassifier.of(model, DIGIT);
        OnnxRuntimeClassifier onnx = OnnxRuntimeClassifier.load(lenet())) {
      AuditResult found = audit(classifier, images);
      assertThat(verdicts(found))
          .isEqualTo(verdicts(audit(onnx, images)))
          .contains(Verdict.FOOLED, Verdict.UNKNOWN);
      assertThat(found.subject().model().notes())
          .singleElement()
          .asString()
          .contains("Deep Java Library", "OnnxRuntime");
    }
  }

  @Test
  void logitsAreThoseOfTheNetwork() throws IOException, MalformedModelException {
    ImageSet images = digits(20);
    Tensor batch = images.tensor(IntStream.range(0, 20).toArray());
    try (Model model = model(lenet());
        DjlClassifier classifier = DjlClassifier.of(model, DIGIT);
        OnnxRuntimeClassifier onnx = OnnxRuntimeClassifier.load(lenet())) {
      assertThat(classifier.classes()).isEqualTo(10);
      assertThat(classifier.drawsAtRandom()).isFalse();
      assertThat(classifier.logits(batch).toFloats())
          .containsExactly(onnx.logits(batch).toFloats(), within(1e-5f));
    }
  }

  /** As zoos have them: probabilities with names, in an order of their own. */
  private static final class Named implements NoBatchifyTranslator<float[], Classifications> {
    @Override
    public NDList processInput(TranslatorContext context, float[] image) {
      return new NDList(context.getNDManager().create(image, new Shape(1, 1, 28, 28)));
    }

    @Override
    public Classifications processOutput(TranslatorContext context, NDList outputs) {
      float[] logits = outputs.singletonOrThrow().toFloatArray();
      double sum = IntStream.range(0, 10).mapToDouble(k -> Math.exp(logits[k])).sum();
      return new Classifications(
          IntStream.range(0, 10).mapToObj(String::valueOf).toList(),
          IntStream.range(0, 10).mapToObj(k -> Math.exp(logits[k]) / sum).toList());
    }
  }

  @Test
  void aZooModelKeepsItsTranslator()
      throws IOException, MalformedModelException, ModelNotFoundException {
    Criteria<float[], Classifications> criteria =
        Criteria.builder()
            .setTypes(float[].class, Classifications.class)
            .optModelPath(lenet())
            .optEngine("OnnxRuntime")
            .optTranslator(new Named())
            .build();
    Tensor batch = digits(20).tensor(IntStream.range(0, 20).toArray());
    try (ZooModel<float[], Classifications> zoo = criteria.loadModel();
        Model model = model(lenet());
        DjlClassifier named =
            DjlClassifier.of(
                zoo,
                DIGIT,
                image -> image,
                found -> {
                  float[] scores = new float[10];
                  for (int k = 0; k < scores.length; k++) {
                    scores[k] = (float) found.get(String.valueOf(k)).getProbability();
                  }
                  return scores;
                });
        DjlClassifier network = DjlClassifier.of(model, DIGIT)) {
      float[] logs = named.logits(batch).toFloats();
      float[] logits = network.logits(batch).toFloats();
      for (int n = 0; n < 20; n++) {
        // Log-probabilities are logits but for one number an image.
        for (int k = 1; k < 10; k++) {
          assertThat(logs[10 * n + k] - logs[10 * n])
              .isCloseTo(logits[10 * n + k] - logits[10 * n], within(1e-3f));
        }
      }
      assertThat(named.origin().notes()).anyMatch(note -> note.contains("probabilities"));
    }
  }

  @Test
  void whatIsNoClassifierOfSuchImagesIsRefused() throws IOException, MalformedModelException {
    try (Model model = model(lenet())) {
      assertThatThrownBy(() -> DjlClassifier.of(model, InputSpec.unit(3, 28, 28)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("its engine refuses an image")
          .message()
          .hasLineCount(1);
    }
    byte[] one = new OnnxBuilder("one", new long[] {1, 28, 28}, 1).flatten().dense(1).build();
    Path file = Files.write(folder.resolve("one.onnx"), one);
    try (Model model = model(file)) {
      assertThatThrownBy(() -> DjlClassifier.of(model, DIGIT))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              "one: gives (1, 1) for one image, expected one row of a score for each of two or more classes")
          .message()
          .hasLineCount(1);
    }
  }

  /** A second libtorch is never asked for anything. */
  @Test
  void pyTorchIsRefused() {
    refused(new NamedEngine("PyTorch", null), "TorchScriptClassifier.load");
    refused(
        new NamedEngine("OnnxRuntime", new NamedEngine("PyTorch", null)),
        "take ai.djl.pytorch off the class path");
  }

  private static void refused(Engine engine, String advice) {
    NDManager manager = answering(NDManager.class, Map.of("getEngine", engine));
    Model model = answering(Model.class, Map.of("getNDManager", manager, "getName", "resnet18"));
    assertThatThrownBy(() -> DjlClassifier.of(model, DIGIT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("resnet18: ")
        .hasMessageContaining("libtorch would be the second in this process")
        .hasMessageContaining(advice)
        .message()
        .hasLineCount(1);
  }

  /** Answers these methods and no others. */
  private static <T> T answering(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (!answers.containsKey(method.getName())) {
                throw new AssertionError("was asked for " + method.getName());
              }
              return answers.get(method.getName());
            }));
  }

  /** An engine that does nothing. */
  private static final class NamedEngine extends Engine {
    private final String name;
    private final @Nullable Engine helper;

    NamedEngine(String name, @Nullable Engine helper) {
      this.name = name;
      this.helper = helper;
    }

    @Override
    public @Nullable Engine getAlternativeEngine() {
      return helper;
    }

    @Override
    public String getEngineName() {
      return name;
    }

    @Override
    public int getRank() {
      return 0;
    }

    @Override
    public String getVersion() {
      return "0";
    }

    @Override
    public boolean hasCapability(String capability) {
      return false;
    }

    @Override
    public Model newModel(String model, ai.djl.Device device) {
      throw new AssertionError("was asked for a model");
    }

    @Override
    public NDManager newBaseManager() {
      throw new AssertionError("was asked for a manager");
    }

    @Override
    public NDManager newBaseManager(ai.djl.Device device) {
      throw new AssertionError("was asked for a manager");
    }
  }
}
