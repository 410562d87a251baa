package io.foolproof.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.foolproof.model.operator.Node;
import io.foolproof.model.operator.TensorReader;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX file, read and checked: a graph without cycles whose every value comes from somewhere.
 *
 * <p>Whether its operators can be run is another question: see {@link OnnxSummary#unsupported} and
 * {@link OnnxClassifier}.
 */
public final class OnnxModel {
  /** ONNX's numbers of floating-point types: 32, 16 and 64 bits, and bfloat16. */
  private static final Set<Integer> FLOATING = Set.of(1, 10, 11, 16);

  private final OnnxFile file;
  private final List<Node> nodes;
  private final Set<String> initialiserNames;

  /** The bytes of initial values that lie in other files, by name; read once, as the file is. */
  private final Map<String, ByteBuffer> external = new LinkedHashMap<>();

  private final String sha256;

  /** Which of several outputs counts; null where nobody has said it. */
  private final @Nullable String chosenOutput;

  /** Read when first needed: ONNX Runtime has no use for a copy. */
  private @Nullable Map<String, Tensor> initialisers;

  private OnnxModel(OnnxFile file, @Nullable String chosenOutput) {
    this.file = file;
    this.chosenOutput = chosenOutput;
    this.nodes = OnnxNodes.sorted(file.proto().getGraph());
    if (file.proto().getGraph().getSparseInitializerCount() > 0) {
      throw new InvalidInputException("sparse initial values are not supported");
    }
    List<TensorProto> initials = file.proto().getGraph().getInitializerList();
    this.initialiserNames =
        initials.stream().map(TensorProto::getName).collect(Collectors.toUnmodifiableSet());
    initials.forEach(TensorReader::requireSound);
    if (initials.stream().anyMatch(OnnxModel::isExternal)) {
      this.initialisers = readInitialisers();
    }
    this.sha256 = external.isEmpty() ? file.sha256() : file.sha256(external.values());
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException when it cannot be read or is no sound ONNX model
   */
  public static OnnxModel read(Path path) {
    return checked(OnnxFile.read(path));
  }

  /**
   * Reads a model from memory.
   *
   * @param bytes of an ONNX file; copied
   * @param name what to call it in messages
   * @throws InvalidInputException when it is no sound ONNX model
   */
  public static OnnxModel of(byte[] bytes, String name) {
    return checked(OnnxFile.parse(bytes.clone(), name));
  }

  private static OnnxModel checked(OnnxFile file) {
    return naming(file, () -> new OnnxModel(file, null));
  }

  /**
   * The same model, of which this output has the scores of the classes.
   *
   * @throws InvalidInputException when there is no output of this name
   */
  public OnnxModel withOutput(String name) {
    if (outputs().stream().noneMatch(output -> output.name().equals(name))) {
      throw new InvalidInputException(
          "%s: there is no output '%s'; there are %s".formatted(file.name(), name, outputs()));
    }
    return naming(file, () -> new OnnxModel(file, name));
  }

  /** The output that was chosen by name; null where none was. */
  @Nullable String chosenOutput() {
    return chosenOutput;
  }

  private static <T> T naming(OnnxFile file, Supplier<T> work) {
    try {
      return work.get();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file.name() + ": " + e.getMessage(), e);
    }
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  private Map<String, Tensor> readInitialisers() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (TensorProto tensor : graph().getInitializerList()) {
      // Texts name classes: no score is computed from them.
      if (TensorReader.isText(tensor)) {
        continue;
      }
      tensors.put(tensor.getName(), Scope.outlive(TensorReader.read(tensor, this::readExternal)));
    }
    return Collections.unmodifiableMap(tensors);
  }

  private ByteBuffer readExternal(TensorProto tensor, long bytes) {
    ByteBuffer data = file.external(tensor, bytes);
    external.put(tensor.getName(), data.asReadOnlyBuffer());
    return data;
  }

  /** The file it was read from. */
  public String name() {
    return file.name();
  }

  /**
   * The part of the graph that gives a value, which need not be among the file's outputs.
   *
   * @param besides an output to keep; null for none
   */
  GraphProto graphGiving(String value, @Nullable String besides) {
    Set<String> wanted = besides == null ? Set.of(value) : Set.of(value, besides);
    GraphProto needed = OptionalValues.trimmed(NeededNodes.of(graph(), wanted));
    List<ValueInfoProto> kept =
        graph().getOutputList().stream()
            .filter(output -> wanted.contains(output.getName()))
            .toList();
    boolean isOutput = kept.stream().anyMatch(output -> output.getName().equals(value));
    if (isOutput && kept.size() == graph().getOutputCount()) {
      return needed;
    }
    GraphProto.Builder changed = needed.toBuilder().clearOutput();
    if (!isOutput) {
      changed.addOutputBuilder().setName(value);
    }
    return changed.addAllOutput(kept).build();
  }

  /** The bytes of the file with another graph; as they were read where it is the file's own. */
  byte[] bytesWith(GraphProto graph) {
    return graph.equals(graph())
        ? file.bytes()
        : file.proto().toBuilder().setGraph(graph).build().toByteArray();
  }

  /** The initial values whose data lie in other files, with these data, as they were read. */
  Map<TensorProto, ByteBuffer> external() {
    Map<TensorProto, ByteBuffer> found = new LinkedHashMap<>();
    for (TensorProto tensor : graph().getInitializerList()) {
      ByteBuffer data = external.get(tensor.getName());
      if (data != null) {
        found.put(tensor, data.duplicate());
      }
    }
    return found;
  }

  /**
   * Of the file's bytes, in hexadecimal; where initial values lie in other files, of the file's
   * bytes and theirs, in the order of the file.
   */
  public String sha256() {
    return sha256;
  }

  /** What the file's metadata say under a key; null where they say nothing. */
  public @Nullable String metadata(String key) {
    return file.proto().getMetadataPropsList().stream()
        .filter(entry -> entry.getKey().equals(key))
        .map(StringStringEntryProto::getValue)
        .findFirst()
        .orElse(null);
  }

  /** The nodes, each behind those whose values it takes. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The names of the values that the graph computes, in order. */
  public List<String> valueNames() {
    return nodes.stream()
        .flatMap(node -> node.outputs().stream())
        .filter(value -> !value.isEmpty())
        .toList();
  }

  /** The values that the file gives, by name: weights and constants. */
  public synchronized Map<String, Tensor> initialisers() {
    if (initialisers == null) {
      initialisers = naming(file, this::readInitialisers);
    }
    return initialisers;
  }

  /** Whether the initial values are in native memory yet. */
  synchronized boolean hasCopiedWeights() {
    return initialisers != null;
  }

  /** What the graph must be given: its inputs without those that have initial values. */
  public List<OnnxValue> inputs() {
    return graph().getInputList().stream()
        .filter(input -> !initialiserNames.contains(input.getName()))
        .map(OnnxValue::of)
        .toList();
  }

  /** What the graph computes. */
  public List<OnnxValue> outputs() {
    return graph().getOutputList().stream().map(OnnxValue::of).toList();
  }

  /** The version of ONNX's own operator set; 0 where the file names none. */
  public int opset() {
    long version =
        file.proto().getOpsetImportList().stream()
            .filter(set -> OnnxNodes.isDefaultDomain(set.getDomain()))
            .mapToLong(OperatorSetIdProto::getVersion)
            .max()
            .orElse(0);
    return (int) Math.max(0, Math.min(version, Integer.MAX_VALUE));
  }

  /** Operators that cannot be run, by name; empty when all can. */
  public List<String> unsupportedOperators() {
    return OnnxNodes.unsupported(nodes);
  }

  private static long elements(TensorProto tensor) {
    return tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
  }

  /** What the file holds, for people. */
  public OnnxSummary summary() {
    ModelProto proto = file.proto();
    Map<String, Integer> operators = new TreeMap<>();
    nodes.stream()
        .flatMap(OnnxNodes::withInner)
        .forEach(node -> operators.merge(node.type(), 1, Integer::sum));
    long parameters =
        graph().getInitializerList().stream()
            .filter(tensor -> FLOATING.contains(tensor.getDataType()))
            .mapToLong(OnnxModel::elements)
            .sum();
    return new OnnxSummary(
        file.name(),
        inputs(),
        outputs(),
        operators,
        parameters,
        opset(),
        proto.getIrVersion(),
        (proto.getProducerName() + " " + proto.getProducerVersion()).strip(),
        unsupportedOperators(),
        sha256);
  }

  /**
   * The same model with other initial values, as a file that needs no other: the export of what was
   * trained.
   *
   * @param values by name, of the shapes that the file has; others stay as they are
   * @throws InvalidInputException when there is no initial value of such a name and shape
   */
  public byte[] withParameters(Map<String, Tensor> values) {
    values.forEach(this::requireFits);
    GraphProto.Builder graph = graph().toBuilder().clearInitializer();
    for (TensorProto old : graph().getInitializerList()) {
      Tensor value = values.get(old.getName());
      if (value == null && isExternal(old)) {
        value = initialisers().get(old.getName());
      }
      graph.addInitializer(value == null ? old : replaced(old, value));
    }
    return file.proto().toBuilder().setGraph(graph).build().toByteArray();
  }

  /**
   * The same model, as a file, with every batch normalisation folded into the convolution in front
   * of it that alone feeds it: fewer nodes, and the same logits but for rounding.
   */
  public byte[] withFoldedNormalisations() {
    try (Scope scope = Scope.open()) {
      FoldedNormalisations.Folded folded = FoldedNormalisations.of(graph(), initialisers());
      return of(bytesWith(folded.graph()), name()).withParameters(folded.changed());
    }
  }

  /**
   * The same model with notes about it, such as how it was trained, as a file. Notes that the file
   * has already under other names stay.
   *
   * @param notes texts by name
   */
  public byte[] withMetadata(Map<String, String> notes) {
    ModelProto.Builder proto = file.proto().toBuilder().clearMetadataProps();
    Map<String, String> all = new LinkedHashMap<>(metadata());
    all.putAll(notes);
    all.forEach((name, text) -> proto.addMetadataPropsBuilder().setKey(name).setValue(text));
    return proto.build().toByteArray();
  }

  /** The notes in the file, by name. */
  public Map<String, String> metadata() {
    Map<String, String> notes = new LinkedHashMap<>();
    file.proto().getMetadataPropsList().forEach(note -> notes.put(note.getKey(), note.getValue()));
    return Collections.unmodifiableMap(notes);
  }

  /** The file, with all its values in it. */
  public byte[] bytes() {
    return external.isEmpty() ? file.bytes().clone() : withParameters(Map.of());
  }

  private void requireFits(String name, Tensor value) {
    Tensor old = initialisers().get(name);
    if (old == null) {
      throw new InvalidInputException(
          "%s: there is no initial value '%s'; there are %s"
              .formatted(file.name(), name, initialisers().keySet()));
    }
    if (!Arrays.equals(old.shape(), value.shape()) || !value.dtype().isFloating()) {
      throw new InvalidInputException(
          "%s: initial value '%s' is %s, found %s".formatted(file.name(), name, old, value));
    }
  }

  private static TensorProto replaced(TensorProto old, Tensor value) {
    DType dtype = TensorReader.dtype(old.getDataType(), "tensor '" + old.getName() + "'");
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(old.getName())
            .setDataType(old.getDataType())
            .addAllDims(old.getDimsList());
    return tensor.setRawData(ByteString.copyFrom(rawBytes(value, dtype))).build();
  }

  private static ByteBuffer rawBytes(Tensor value, DType dtype) {
    int bytes = Math.multiplyExact(Math.toIntExact(value.elements()), dtype.bytes());
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case FLOAT32 -> buffer.asFloatBuffer().put(value.toFloats());
      case FLOAT64 -> buffer.asDoubleBuffer().put(value.toDoubles());
      default -> throw new InvalidInputException("values of type " + dtype + " cannot be exported");
    }
    return buffer;
  }

  private GraphProto graph() {
    return file.proto().getGraph();
  }
}
