package io.foolproof.defense.bound;

import static java.util.Objects.requireNonNull;

import io.foolproof.defense.bound.BoundGraph.Weighted;
import io.foolproof.defense.bound.BoundStep.Kind;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Intervals of the values of a net for some images, and bounds of its margins by them. */
public final class BoundedValues {
  /** A rectifier whose input spans less than this is taken as settled by its upper end. */
  private static final double NARROWEST = 1e-12;

  private final Weighted net;
  private final Map<String, Interval> intervals;

  BoundedValues(Weighted net, Map<String, Interval> intervals) {
    this.net = net;
    this.intervals = intervals;
  }

  /** The interval of the images. */
  public Interval images() {
    return interval(net.graph().entering());
  }

  /** The intervals of what the rectifiers take, in their order. */
  public List<Interval> rectified() {
    return net.graph().steps().stream()
        .filter(step -> step.kind() == Kind.RECTIFIER)
        .map(step -> interval(step.taken(0)))
        .toList();
  }

  private Interval interval(String name) {
    return requireNonNull(intervals.get(name));
  }

  /**
   * The last layer as differences of its rows, so that what the logits of two classes have in
   * common is gone before it is bounded: its margins are z_y - z_k.
   *
   * @param rows [N, K, D]
   * @param constant [N, K]
   */
  private record Margins(Tensor rows, Tensor constant) {}

  private Margins last(Tensor labels) {
    BoundStep last = net.graph().last();
    long width = interval(last.taken(0)).low().size(1);
    Tensor none = Tensor.zeros(net.type(), 1, width);
    Tensor constant = net.apply(last, List.of(none));
    Tensor matrix = net.apply(last, List.of(identity(width))).sub(constant).transpose(0, 1);
    Tensor rows = matrix.indexSelect(0, labels).unsqueeze(1).sub(matrix.unsqueeze(0));
    Tensor own = constant.squeeze(0).indexSelect(0, labels).unsqueeze(1);
    return new Margins(rows, own.sub(constant));
  }

  private Tensor identity(long width) {
    Tensor places = Tensor.arange(width);
    return places.unsqueeze(0).eq(places.unsqueeze(1)).to(net.type());
  }

  /**
   * Lower bounds of the margins z_y - z_k by intervals, with the last layer elided.
   *
   * @param labels y, [N]
   * @return [N, K], 0 for the label itself
   */
  public Tensor margins(Tensor labels) {
    Margins margins = last(labels);
    Interval hidden = interval(net.graph().last().taken(0));
    return product(margins.rows(), hidden.centre())
        .sub(product(margins.rows().abs(), hidden.radius()))
        .add(margins.constant());
  }

  /** [N, K] of [N, K, D] and [N, D]. */
  private static Tensor product(Tensor rows, Tensor values) {
    return rows.matmul(values.unsqueeze(2)).squeeze(2);
  }

  /**
   * Lower bounds of the margins by one pass backwards through a linear relaxation, whose rectifiers
   * are relaxed by the intervals.
   *
   * <p>Zhang, Chen, Xiao, Gowal, Stanforth, Li, Boning, Hsieh: Towards stable and efficient
   * training of verifiably robust neural networks, 2019, arXiv 1906.06316, section 3.2; the lines
   * below rectifiers have the slope 1 where the interval is more above 0 than below, else 0.
   *
   * @param labels y, [N]
   * @return [N, K], 0 for the label itself
   */
  public Tensor linearMargins(Tensor labels) {
    Margins margins = last(labels);
    long images = margins.rows().size(0);
    long classes = margins.rows().size(1);
    Backward pass = new Backward(images, classes, margins);
    List<BoundStep> steps = net.graph().steps();
    for (int i = steps.size() - 2; i >= 0; i--) {
      pass.through(steps.get(i));
    }
    return pass.atImages();
  }

  /** Rows of coefficients, one an image and class, on the way from the margins to the image. */
  private final class Backward {
    private final long classes;
    private final long[] each;
    private final Map<String, Tensor> rows = new HashMap<>();
    private Tensor constant;

    Backward(long images, long classes, Margins margins) {
      this.classes = classes;
      this.each = new long[] {images, classes};
      this.constant = margins.constant();
      long width = margins.rows().size(2);
      rows.put(net.graph().last().taken(0), margins.rows().reshape(images * classes, width));
    }

    void through(BoundStep step) {
      Tensor row = rows.remove(step.output());
      if (row == null) {
        return;
      }
      if (step.kind() == Kind.RECTIFIER) {
        rectifier(step, row);
      } else if (step.isAffine()) {
        affine(step, row);
      } else if (step.kind() == Kind.LINEAR || step.kind() == Kind.DIFFERENCE) {
        give(step.taken(0), row);
        give(step.taken(1), step.kind() == Kind.DIFFERENCE ? row.neg() : row);
      } else {
        throw new IllegalStateException(step.node() + " has no linear bounds");
      }
    }

    private void give(String value, Tensor row) {
      rows.merge(value, row, Tensor::add);
    }

    /** Of an affine step f, row . f(0) is a constant, and its gradient at 0 the rows before it. */
    private void affine(BoundStep step, Tensor row) {
      long[] shape = interval(step.taken(0)).low().shape();
      shape[0] = row.size(0);
      Tensor at = Tensor.zeros(row.dtype(), shape).variable();
      Tensor inner = total(net.apply(step, List.of(at)).mul(row));
      constant = constant.add(inner);
      give(step.taken(0), Gradients.differentiable(inner, at));
    }

    /** Of a rectifier on [l, h]: slope x from below, h / (h - l) (x - l) from above. */
    private void rectifier(BoundStep step, Tensor row) {
      Interval input = interval(step.taken(0));
      Tensor low = input.low().clamp(Double.NEGATIVE_INFINITY, 0);
      Tensor high = input.high().clamp(0, Double.POSITIVE_INFINITY);
      Tensor above = high.div(high.sub(low).clamp(NARROWEST, Double.POSITIVE_INFINITY));
      Tensor below = high.gt(low.neg()).to(row.dtype());
      Tensor positive = row.relu();
      Tensor negative = row.sub(positive);
      constant = constant.sub(total(negative.mul(each(above.mul(low)))));
      give(step.taken(0), positive.mul(each(below)).add(negative.mul(each(above))));
    }

    /** What is known of an image, for each of its classes. */
    private Tensor each(Tensor values) {
      long[] wide = new long[values.rank() + 1];
      System.arraycopy(values.shape(), 0, wide, 1, values.rank());
      wide[0] = values.size(0);
      wide[1] = classes;
      long[] flat = values.shape();
      flat[0] *= classes;
      return values.unsqueeze(1).expand(wide).reshape(flat);
    }

    /** The sum over the values of each row: [N, K]. */
    private Tensor total(Tensor products) {
      return products.flatten(1).sum(false, 1).reshape(Arrays.copyOf(each, 2));
    }

    Tensor atImages() {
      Tensor row = requireNonNull(rows.get(net.graph().entering()));
      Interval images = images();
      Tensor positive = row.relu();
      Tensor least = positive.mul(each(images.low()));
      return constant.add(total(least.add(row.sub(positive).mul(each(images.high())))));
    }
  }
}
