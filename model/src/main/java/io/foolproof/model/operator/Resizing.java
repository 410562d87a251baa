package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Images of other sizes: Resize, Upsample, GridSample. */
final class Resizing {
  /** Operator set in which Resize took the form it has. */
  private static final int RESIZE_WITH_SIZES = 11;

  private static final String HALF_PIXEL = "half_pixel";
  private static final Set<String> TRANSFORMATIONS =
      Set.of(
          HALF_PIXEL,
          "half_pixel_symmetric",
          "pytorch_half_pixel",
          "align_corners",
          "asymmetric",
          "tf_half_pixel_for_nn",
          "tf_crop_and_resize");

  private Resizing() {}

  static Map<String, Operator.Factory> catalogue() {
    return Map.of(
        "Resize", Resizing::resize,
        "Upsample", Resizing::upsample,
        "GridSample", Resizing::gridSample);
  }

  /** What the attributes of Resize say. */
  private record Settings(
      ResizeAxis.Mode mode,
      String transformation,
      String nearest,
      double cubic,
      boolean excludeOutside,
      double extrapolation,
      boolean antialias,
      long @Nullable [] axes,
      String aspect) {}

  private static Operator resize(Node node, int opset) {
    if (opset < RESIZE_WITH_SIZES) {
      return upsample(node, opset);
    }
    Attributes attributes = node.attributes();
    attributes.allowOnly(
        Set.of(
            "mode",
            "coordinate_transformation_mode",
            "nearest_mode",
            "cubic_coeff_a",
            "exclude_outside",
            "extrapolation_value",
            "antialias",
            "axes",
            "keep_aspect_ratio_policy"));
    Settings settings =
        new Settings(
            ResizeAxis.mode(attributes.text("mode", "nearest")),
            oneOf(attributes, "coordinate_transformation_mode", HALF_PIXEL, TRANSFORMATIONS),
            oneOf(attributes, "nearest_mode", "round_prefer_floor", ResizeAxis.NEAREST),
            attributes.number("cubic_coeff_a", -0.75),
            attributes.flag("exclude_outside", false),
            attributes.number("extrapolation_value", 0),
            attributes.flag("antialias", false),
            attributes.integers("axes"),
            oneOf(
                attributes,
                "keep_aspect_ratio_policy",
                "stretch",
                Set.of("stretch", "not_larger", "not_smaller")));
    if (settings.mode() == ResizeAxis.Mode.NEAREST
        && settings.transformation().equals("half_pixel_symmetric")) {
      // Half-way positions are common there, and runtimes round them differently.
      throw new InvalidInputException(
          "coordinate_transformation_mode half_pixel_symmetric is not supported in the mode nearest");
    }
    return Operator.single(inputs -> resize(inputs, settings));
  }

  private static String oneOf(
      Attributes attributes, String name, String otherwise, Set<String> known) {
    String text = attributes.text(name, otherwise);
    if (!known.contains(text)) {
      throw new InvalidInputException("attribute %s is '%s'".formatted(name, text));
    }
    return text;
  }

  private static Tensor resize(Inputs inputs, Settings settings) {
    Tensor x = inputs.get(0);
    long[] axes =
        settings.axes() == null ? Axes.from(0, x.rank()) : Axes.of(settings.axes(), x.rank());
    double[] scales = given(inputs, 2);
    double[] sizes = given(inputs, 3);
    if ((scales == null) == (sizes == null)) {
      throw new InvalidInputException("either scales or sizes are wanted");
    }
    double[] asked = scales == null ? sizes : scales;
    if (asked == null || asked.length != axes.length) {
      throw new InvalidInputException(
          "as many scales or sizes are wanted as axes, %d".formatted(axes.length));
    }
    float[] factors = new float[axes.length];
    long[] results = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      long size = x.size((int) axes[i]);
      factors[i] = (float) (scales == null ? asked[i] / (float) size : asked[i]);
      results[i] = scales == null ? (long) asked[i] : (long) Math.floor(factors[i] * (float) size);
    }
    if (scales == null && !settings.aspect().equals("stretch")) {
      keepAspect(x, axes, factors, results, settings.aspect().equals("not_larger"));
    }
    double[] region =
        settings.transformation().equals("tf_crop_and_resize")
            ? region(inputs, x.rank(), axes)
            : new double[2 * axes.length];
    return resize(x, axes, factors, results, region, settings);
  }

  private static double @Nullable [] given(Inputs inputs, int index) {
    Tensor value = inputs.optional(index);
    return value == null || value.elements() == 0 ? null : value.toDoubles();
  }

  private static void keepAspect(
      Tensor x, long[] axes, float[] factors, long[] results, boolean notLarger) {
    float common = factors[0];
    for (float factor : factors) {
      common = notLarger ? Math.min(common, factor) : Math.max(common, factor);
    }
    for (int i = 0; i < axes.length; i++) {
      factors[i] = common;
      results[i] = (long) Math.floor(common * (float) x.size((int) axes[i]) + 0.5f);
    }
  }

  /** Where the region begins and ends along each axis, as parts of its size. */
  private static double[] region(Inputs inputs, int rank, long[] axes) {
    double[] found = given(inputs, 1);
    if (found == null || (found.length != 2 * axes.length && found.length != 2 * rank)) {
      throw new InvalidInputException("the region roi should have two numbers for each axis");
    }
    if (found.length == 2 * axes.length) {
      return found;
    }
    double[] region = new double[2 * axes.length];
    for (int i = 0; i < axes.length; i++) {
      region[i] = found[(int) axes[i]];
      region[axes.length + i] = found[rank + (int) axes[i]];
    }
    return region;
  }

  private static Tensor resize(
      Tensor x, long[] axes, float[] factors, long[] results, double[] region, Settings settings) {
    if (!x.dtype().isFloating() && settings.mode() != ResizeAxis.Mode.NEAREST) {
      throw new InvalidInputException("integers are resized in the mode nearest only, found " + x);
    }
    long[] shape = x.shape();
    for (int i = 0; i < axes.length; i++) {
      if (!(factors[i] > 0) || shape[(int) axes[i]] == 0) {
        throw new InvalidInputException("%s cannot be scaled by %s".formatted(x, factors[i]));
      }
      shape[(int) axes[i]] = results[i];
    }
    SizeLimits.checkResult(shape);
    Tensor result = x;
    Tensor outside = null;
    for (int i = 0; i < axes.length; i++) {
      int dim = (int) axes[i];
      ResizeAxis axis =
          new ResizeAxis(
              x.size(dim),
              Math.toIntExact(results[i]),
              factors[i],
              settings.transformation(),
              (float) region[i],
              (float) region[axes.length + i]);
      if (axis.isIdentity()) {
        continue;
      }
      SizeLimits.checkTable(results[i]);
      checkAlong(result, dim, results[i]);
      result = interpolated(result, dim, axis, settings);
      if (settings.transformation().equals("tf_crop_and_resize")) {
        boolean[] beyond = axis.beyond();
        Tensor here = broadcast(Tensor.of(beyond, beyond.length), dim, x.rank());
        outside = outside == null ? here : outside.or(here);
      }
    }
    return outside == null
        ? result
        : Tensor.where(outside, Tensor.scalar(settings.extrapolation(), result.dtype()), result);
  }

  /** Of a result that grows along one axis, it may be too large before it shrinks along another. */
  private static void checkAlong(Tensor x, int dim, long size) {
    long[] shape = x.shape();
    shape[dim] = size;
    SizeLimits.checkIntermediate(shape);
  }

  private static Tensor broadcast(Tensor values, int dim, int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[dim] = values.elements();
    return values.reshape(shape);
  }

  private static Tensor interpolated(Tensor x, int dim, ResizeAxis axis, Settings settings) {
    if (settings.mode() == ResizeAxis.Mode.NEAREST) {
      long[] sources = axis.nearest(settings.nearest());
      return x.indexSelect(dim, Tensor.of(sources, sources.length));
    }
    ResizeAxis.Taps taps =
        axis.taps(
            settings.mode() == ResizeAxis.Mode.CUBIC,
            settings.cubic(),
            settings.antialias(),
            settings.excludeOutside());
    SizeLimits.checkIntermediate(
        taps.sources().length, x.elements() / Math.max(1, x.size(dim)), axis.result());
    Tensor sum = null;
    for (int tap = 0; tap < taps.sources().length; tap++) {
      long[] sources = taps.sources()[tap];
      Tensor weight =
          broadcast(Tensor.of(taps.weights()[tap], sources.length).to(x.dtype()), dim, x.rank());
      Tensor part = x.indexSelect(dim, Tensor.of(sources, sources.length)).mul(weight);
      sum = sum == null ? part : sum.add(part);
    }
    if (sum == null) {
      throw new InvalidInputException("nothing to interpolate");
    }
    return sum;
  }

  /** Upsample, and Resize as it was in operator set 10. */
  private static Operator upsample(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(opset < 9 ? Set.of("mode", "scales") : Set.of("mode"));
    String name = attributes.text("mode", "nearest");
    ResizeAxis.Mode mode = ResizeAxis.mode(name.equals("bilinear") ? "linear" : name);
    Settings settings =
        new Settings(
            mode, "asymmetric", ResizeAxis.SIMPLE, -0.75, false, 0, false, null, "stretch");
    float[] fixed = attributes.numbers("scales");
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          double[] scales = fixed == null ? given(inputs, 1) : widened(fixed);
          if (scales == null || scales.length != x.rank()) {
            throw new InvalidInputException("one scale for each axis is wanted");
          }
          float[] factors = new float[scales.length];
          long[] results = new long[scales.length];
          for (int i = 0; i < scales.length; i++) {
            factors[i] = (float) scales[i];
            results[i] = (long) Math.floor(factors[i] * (float) x.size(i));
          }
          double[] region = new double[2 * scales.length];
          return resize(x, Axes.from(0, x.rank()), factors, results, region, settings);
        });
  }

  private static double[] widened(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /** Jaderberg et al., 2015, arXiv 1506.02025. */
  private static Operator gridSample(Node node, int opset) {
    Attributes attributes = node.attributes();
    attributes.allowOnly(Set.of("mode", "padding_mode", "align_corners"));
    Nn.Interpolation mode =
        switch (attributes.text("mode", opset < 20 ? "bilinear" : "linear")) {
          case "bilinear", "linear" -> Nn.Interpolation.LINEAR;
          case "nearest" -> Nn.Interpolation.NEAREST;
          case "bicubic", "cubic" -> Nn.Interpolation.CUBIC;
          default ->
              throw new InvalidInputException(
                  "attribute mode is '" + attributes.text("mode", "") + "'");
        };
    Nn.Outside outside =
        switch (attributes.text("padding_mode", "zeros")) {
          case "zeros" -> Nn.Outside.ZEROS;
          case "border" -> Nn.Outside.BORDER;
          case "reflection" -> Nn.Outside.REFLECTION;
          default ->
              throw new InvalidInputException(
                  "attribute padding_mode is '" + attributes.text("padding_mode", "") + "'");
        };
    boolean corners = attributes.flag("align_corners", false);
    return Operator.single(
        inputs -> {
          Tensor x = inputs.get(0);
          Tensor grid = inputs.get(1);
          boolean fits = x.rank() == grid.rank() && x.rank() - 2 == grid.size(-1);
          if (!fits || x.rank() < 4 || x.rank() > 5) {
            throw new InvalidInputException(
                "images or volumes and a grid of their rank are wanted, found %s and %s"
                    .formatted(x, grid));
          }
          if (x.rank() == 5 && mode == Nn.Interpolation.CUBIC) {
            throw new InvalidInputException("the mode cubic is supported for images only");
          }
          long[] shape = grid.shape();
          shape[shape.length - 1] = x.size(1);
          SizeLimits.checkResult(shape);
          return Nn.gridSample(x, grid.to(x.dtype()), mode, outside, corners);
        });
  }
}
