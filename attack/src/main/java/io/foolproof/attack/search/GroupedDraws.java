package io.foolproof.attack.search;

import io.foolproof.attack.Objective;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The draws of one evaluation of an {@link Expectation}, as many at a time as fill a batch of the
 * model: what they need in memory does not grow with their number.
 */
final class GroupedDraws {
  private final Expectation mean;
  private final List<Group> groups = new ArrayList<>();

  /** Rows that took one more evaluation for their gradient, once for each. */
  private final List<Integer> evaluatedAgain = new ArrayList<>();

  /**
   * Draws that are evaluated together.
   *
   * @param model of a batch that has the images once for each draw, one below the other
   * @param draws how many there are
   */
  private record Group(DifferentiableClassifier model, int draws) {
    Tensor repeated(Tensor rows) {
      return draws == 1 ? rows : Tensor.concat(Collections.nCopies(draws, rows), 0);
    }

    /** The sum over the draws. */
    Tensor summed(Tensor rows) {
      if (draws == 1) {
        return rows;
      }
      long[] shape = rows.shape();
      long[] apart = new long[shape.length + 1];
      apart[0] = draws;
      apart[1] = shape[0] / draws;
      System.arraycopy(shape, 1, apart, 2, shape.length - 1);
      return rows.reshape(apart).sum(false, 0);
    }
  }

  /**
   * Draws that are the same at every use.
   *
   * @param streams one for each image
   */
  GroupedDraws(Expectation mean, List<RandomStream> streams) {
    this.mean = mean;
    int images = Math.max(1, streams.size());
    int together = mean.drawsForEachImage() ? Math.max(1, mean.microBatch() / images) : 1;
    for (int from = 0; from < mean.draws(); from += together) {
      int draws = Math.min(together, mean.draws() - from);
      List<RandomStream> own = new ArrayList<>();
      for (int draw = 0; draw < draws; draw++) {
        streams.forEach(stream -> own.add(stream.spawn()));
      }
      groups.add(new Group(mean.draw(own), draws));
    }
  }

  /** The mean of the logarithms of the probabilities, [N, classes], without a gradient. */
  Tensor logits(Tensor points) {
    Tensor images = points.detach().reshape(mean.input().batchShape(points.size(0)));
    Tensor sum = Tensor.zeros(DType.FLOAT32, images.size(0), mean.classes());
    for (Group group : groups) {
      try (Scope scope = Scope.open()) {
        Tensor answers = group.model.logits(group.repeated(images)).detach();
        sum = scope.replace(sum, sum.add(group.summed(Nn.logSoftmax(answers, 1))));
      }
    }
    return sum.div(mean.draws());
  }

  /**
   * The gradients of functions of {@link #logits}.
   *
   * @param points [N, ...]
   * @param weights the functions' gradients by the logits, each [N, classes]
   * @return each shaped as the points
   */
  List<Tensor> gradients(Tensor points, List<Tensor> weights) {
    return added(
        points,
        weights.size(),
        (group, logits) ->
            weights.stream()
                .map(weight -> Nn.logSoftmax(logits, 1).mul(group.repeated(weight)).sum(false, 1))
                .toList());
  }

  /**
   * How an objective rises at points: the mean of the draws.
   *
   * @param logits as by {@link #logits(Tensor)}
   */
  record Slope(Tensor gradient, double[] values, Tensor logits) {}

  /** Evaluates an objective of each draw, and its gradient, in one pass. */
  Slope slope(Tensor points, Tensor labels, Objective objective) {
    double[] values = new double[(int) points.size(0)];
    float[] logs = new float[values.length * mean.classes()];
    List<Tensor> gradients =
        added(
            points,
            1,
            (group, logits) -> {
              Tensor losses = objective.of(logits, group.repeated(labels));
              double[] each = group.summed(losses.detach()).toDoubles();
              Arrays.setAll(values, i -> values[i] + each[i] / mean.draws());
              float[] log = group.summed(Nn.logSoftmax(logits.detach(), 1)).toFloats();
              for (int i = 0; i < logs.length; i++) {
                logs[i] += log[i] / mean.draws();
              }
              return List.of(losses);
            });
    return new Slope(gradients.get(0), values, Tensor.of(logs, values.length, mean.classes()));
  }

  /** The mean gradients of losses of each group's logits, added group by group. */
  private List<Tensor> added(
      Tensor points, int count, BiFunction<Group, Tensor, List<Tensor>> losses) {
    Tensor[] sums = new Tensor[count];
    Arrays.fill(sums, points.detach().mul(0));
    for (Group group : groups) {
      try (Scope scope = Scope.open()) {
        InputGradient at = new InputGradient(group.model, group.repeated(points.detach()));
        List<Tensor> gradients = at.of(losses.apply(group, at.logits()));
        for (int row : at.evaluatedAgain()) {
          evaluatedAgain.add(row % (int) points.size(0));
        }
        for (int i = 0; i < count; i++) {
          sums[i] = scope.replace(sums[i], sums[i].add(group.summed(gradients.get(i))));
        }
      }
    }
    return Arrays.stream(sums).map(sum -> sum.div(mean.draws())).toList();
  }

  /** The rows that took one more evaluation, once for each. */
  int[] evaluatedAgain() {
    return evaluatedAgain.stream().mapToInt(row -> row).toArray();
  }
}
