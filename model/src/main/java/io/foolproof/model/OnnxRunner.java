package io.foolproof.model;

import io.foolproof.model.operator.SizeLimits;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * Runs a program on batches of any size, in runs of the sizes that it can take and that change no
 * bit of a sample's result.
 */
record OnnxRunner(OnnxModel model, OnnxSignature signature) {

  /**
   * Rows of logits.
   *
   * @param images [N, shape of an image...]
   * @param parameters in place of the file's initial values; with any, the batch is one run
   * @param streams random numbers for each of some rows; none where none are drawn
   * @return [N, classes], in the type of the images
   */
  Tensor logits(
      OnnxProgram program,
      Tensor images,
      Map<String, Tensor> parameters,
      RunSizes sizes,
      LongFunction<List<RandomStream>> streams) {
    String wanted = signature.scores().logits();
    return evaluate(images, sizes, new Run(this, program, wanted, true, parameters, streams));
  }

  /** Any value of the graph, as the graph has it. */
  Tensor value(
      OnnxProgram program,
      String wanted,
      Tensor images,
      RunSizes sizes,
      LongFunction<List<RandomStream>> streams) {
    return evaluate(images, sizes, new Run(this, program, wanted, false, Map.of(), streams));
  }

  private Tensor evaluate(Tensor images, RunSizes sizes, Run untyped) {
    signature.requireShape(model, images);
    try (Scope scope = Scope.open()) {
      DType type = signature.computationType(images.dtype());
      Run run = type == signature.programType() ? untyped : untyped.as(type);
      Tensor entering = signature.entering(images);
      Tensor result;
      if (signature.batch().kind() == OnnxBatch.Kind.NONE) {
        result = oneByOne(run, entering);
      } else if (run.parameters.isEmpty()) {
        result = batched(run, entering, sizes);
      } else {
        result = run.of(entering, entering.size(0));
      }
      boolean back = run.rows || result.dtype().isFloating();
      return scope.keep(
          back && result.dtype() != images.dtype() ? result.to(images.dtype()) : result);
    }
  }

  /**
   * In runs of one or two sizes: by the size of a batch the engine picks its kernels, which round
   * differently.
   */
  private Tensor batched(Run run, Tensor entering, RunSizes sizes) {
    int most = sizes.largest();
    boolean isOneRun = entering.size(0) <= most;
    List<Tensor> parts = isOneRun ? List.of(entering) : entering.split(most);
    List<Tensor> results = new ArrayList<>();
    for (Tensor some : parts) {
      int size = some.size(0) <= sizes.usual() ? sizes.usual() : most;
      Tensor result = run.of(padded(some, size), size);
      if (result.rank() == 0 || result.size(0) != size) {
        // Not a value per sample, so that its parts could not be joined.
        return run.of(entering, entering.size(0));
      }
      results.add(some.size(0) == size ? result : result.rows(0, some.size(0)));
    }
    return isOneRun ? results.get(0) : Tensor.concat(results, 0);
  }

  /** With zeros behind, up to a size. */
  static Tensor padded(Tensor entering, int size) {
    long[] amounts = new long[2 * entering.rank()];
    amounts[amounts.length - 1] = size - entering.size(0);
    return entering.size(0) == size ? entering : Nn.pad(entering, amounts, Nn.PadMode.CONSTANT, 0);
  }

  /** For graphs without a batch: their one sample, again and again. */
  private Tensor oneByOne(Run run, Tensor entering) {
    if (entering.size(0) == 0) {
      return oneByOne(run, padded(entering, 1)).rows(0, 0);
    }
    List<Tensor> results = new ArrayList<>();
    for (long i = 0; i < entering.size(0); i++) {
      Tensor result = run.of(entering.rows(i, i + 1).squeeze(0), 1);
      results.add(run.rows() ? result.squeeze(0) : result);
    }
    return Tensor.stack(results, 0);
  }

  /**
   * What is computed of what enters the graph.
   *
   * @param rows whether the value is that of the logits, and becomes rows of them
   */
  private record Run(
      OnnxRunner runner,
      OnnxProgram program,
      String wanted,
      boolean rows,
      Map<String, Tensor> parameters,
      LongFunction<List<RandomStream>> streams) {

    /** The same with floating-point numbers of another type. */
    Run as(DType type) {
      return new Run(runner, program.as(type), wanted, rows, parameters, streams);
    }

    /** The value for some samples: rows of logits, or as the graph has it. */
    Tensor of(Tensor entering, long samples) {
      OnnxBatch batch = runner.signature.batch();
      Map<String, Tensor> given = new HashMap<>(parameters);
      given.put(runner.signature.inputName(), batch.filled(entering));
      long made = batch.filled(samples);
      List<RandomStream> drawn = streams.apply(made);
      OnnxProgram drawing = drawn.isEmpty() ? program : program.drawingFrom(drawn);
      Tensor value = drawing.run(given, List.of(wanted), SizeLimits.MOST_ELEMENTS_OF_A_RUN).get(0);
      if (!rows) {
        return value;
      }
      Tensor numbers = value.dtype().isFloating() ? value : value.to(DType.FLOAT32);
      Tensor all = OnnxScores.rows(numbers, made);
      if (all == null) {
        throw runner.signature.notRows(runner.model, samples, value);
      }
      return made == samples ? all : all.rows(0, samples);
    }
  }
}
