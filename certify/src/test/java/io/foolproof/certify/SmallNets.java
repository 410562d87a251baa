package io.foolproof.certify;

import static io.foolproof.model.TestGraph.attribute;

import io.foolproof.model.TestGraph;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Networks for tests. */
public final class SmallNets {
  private SmallNets() {}

  /** W x + b. */
  public static byte[] linear(float[] weights, float[] bias) {
    int m = bias.length;
    int n = weights.length / m;
    return new TestGraph()
        .input("x", "batch", Integer.toString(n))
        .floats("w", weights, m, n)
        .floats("b", bias, m)
        .node("Gemm", List.of("x", "w", "b"), "y", attribute("transB", 1L))
        .output("y", "batch", Integer.toString(m))
        .bytes();
  }

  /** W2 relu(W1 x + b1) + b2. */
  public static byte[] rectified(float[] w1, float[] b1, float[] w2, float[] b2) {
    int n = w1.length / b1.length;
    return new TestGraph()
        .input("x", "batch", Integer.toString(n))
        .floats("w1", w1, b1.length, n)
        .floats("b1", b1, b1.length)
        .floats("w2", w2, b2.length, b1.length)
        .floats("b2", b2, b2.length)
        .node("Gemm", List.of("x", "w1", "b1"), "h", attribute("transB", 1L))
        .node("Relu", List.of("h"), "a")
        .node("Gemm", List.of("a", "w2", "b2"), "y", attribute("transB", 1L))
        .output("y", "batch", Integer.toString(b2.length))
        .bytes();
  }

  /** A random network of dense layers: inputs, widths of hidden layers, outputs. */
  public static byte[] random(String name, int... widths) {
    TestGraph graph = new TestGraph().input("x", "batch", Integer.toString(widths[0]));
    String last = "x";
    for (int i = 1; i < widths.length; i++) {
      String out = i == widths.length - 1 ? "y" : "h" + i;
      graph
          .random(name + "w" + i, 1.5 / Math.sqrt(widths[i - 1]), widths[i], widths[i - 1])
          .random(name + "b" + i, 0.5, widths[i])
          .node(
              "Gemm", List.of(last, name + "w" + i, name + "b" + i), out, attribute("transB", 1L));
      last = out;
      if (i < widths.length - 1) {
        graph.node("Relu", List.of(out), "a" + i);
        last = "a" + i;
      }
    }
    return graph.output("y", "batch", Integer.toString(widths[widths.length - 1])).bytes();
  }

  /**
   * y = tanh(2 s(x0 + 1/2) - s(shared x0 - x1)), with s the logistic function: on [-1, 1] it grows
   * with both inputs, if shared is at most 1.
   */
  public static byte[] curved(float shared) {
    return new TestGraph()
        .input("x", "batch", "2")
        .floats("w", new float[] {1, shared, 0, -1}, 2, 2)
        .floats("b", new float[] {0.5f, 0}, 2)
        .floats("v", new float[] {2, -1}, 2, 1)
        .node("Gemm", List.of("x", "w", "b"), "h")
        .node("Sigmoid", List.of("h"), "s")
        .node("MatMul", List.of("s", "v"), "t")
        .node("Tanh", List.of("t"), "y")
        .output("y", "batch", "1")
        .bytes();
  }

  /** Small random networks that together have every operator for which there are bounds. */
  public static Map<String, byte[]> ofEveryOperator() {
    Map<String, byte[]> nets = new TreeMap<>();
    nets.put("dense", random("d", 5, 8, 7, 3));
    nets.put(
        "matmul",
        new TestGraph()
            .input("x", "1", "6")
            .random("mw", 0.6, 6, 8)
            .random("mb", 0.5, 8)
            .random("mv", 0.6, 8, 3)
            .floats("half", new float[] {0.5f})
            .floats("two", new float[] {2})
            .floats("three", new float[] {3})
            .node("Sub", List.of("x", "half"), "c")
            .node("Div", List.of("c", "two"), "s")
            .node("MatMul", List.of("s", "mw"), "p")
            .node("Add", List.of("mb", "p"), "h")
            .node("Relu", List.of("h"), "a")
            .node("Mul", List.of("three", "a"), "t")
            .node("Sub", List.of("half", "t"), "n")
            .node("MatMul", List.of("n", "mv"), "y")
            .output("y", "1", "3")
            .bytes());
    nets.put(
        "convolutional",
        new TestGraph()
            .input("x", "batch", "2", "7", "6")
            .random("ck", 0.4, 4, 1, 3, 3)
            .random("cb", 0.3, 4)
            .random("scale", 1, 4)
            .random("shift", 0.5, 4)
            .random("mean", 0.5, 4)
            .floats("variance", new float[] {0.5f, 1, 2, 0.25f}, 4)
            .random("cw", 0.5, 3, 12)
            .integers("shape", 0, -1)
            .node(
                "Conv",
                List.of("x", "ck", "cb"),
                "h",
                attribute("group", 2L),
                attribute("strides", new long[] {2, 1}),
                attribute("pads", new long[] {1, 1, 1, 1}))
            .node("BatchNormalization", List.of("h", "scale", "shift", "mean", "variance"), "n")
            .node("Relu", List.of("n"), "a")
            .node(
                "AveragePool",
                List.of("a"),
                "p",
                attribute("kernel_shape", new long[] {2, 2}),
                attribute("strides", new long[] {2, 2}))
            .node("Identity", List.of("p"), "i")
            .node("Conv", List.of("i", "ck2"), "q", attribute("dilations", new long[] {1, 2}))
            .random("ck2", 0.4, 4, 4, 1, 2)
            .node("Relu", List.of("q"), "b")
            .node("Reshape", List.of("b", "shape"), "f")
            .random("cw8", 0.5, 3, 8)
            .node("Gemm", List.of("f", "cw8"), "y", attribute("transB", 1L))
            .output("y", "batch", "3")
            .bytes());
    nets.put(
        "residual",
        new TestGraph()
            .input("x", "batch", "3", "4", "4")
            .random("rk", 0.4, 3, 3, 3, 3)
            .random("rw", 0.5, 4, 3)
            .node("Conv", List.of("x", "rk"), "h", attribute("pads", new long[] {1, 1, 1, 1}))
            .node("Relu", List.of("h"), "a")
            .node("Conv", List.of("a", "rk"), "g", attribute("pads", new long[] {1, 1, 1, 1}))
            .node("Add", List.of("g", "x"), "s")
            .node("Relu", List.of("s"), "b")
            .node("GlobalAveragePool", List.of("b"), "p")
            .node("Flatten", List.of("p"), "f")
            .node("Gemm", List.of("f", "rw"), "y", attribute("transB", 1L))
            .output("y", "batch", "4")
            .bytes());
    nets.put(
        "pooled",
        new TestGraph()
            .input("x", "batch", "2", "8", "8")
            .random("pk", 0.4, 4, 2, 3, 3)
            .random("pb", 0.3, 4)
            .random("pk2", 0.4, 5, 4, 2, 2)
            .random("pw", 0.5, 3, 20)
            .node("Conv", List.of("x", "pk", "pb"), "h", attribute("pads", new long[] {1, 1, 1, 1}))
            .node("Relu", List.of("h"), "a")
            .node(
                "MaxPool",
                List.of("a"),
                "p",
                attribute("kernel_shape", new long[] {2, 2}),
                attribute("strides", new long[] {2, 2}))
            .node("Conv", List.of("p", "pk2"), "q")
            .node("LeakyRelu", List.of("q"), "b", attribute("alpha", 0.1f))
            .node(
                "MaxPool",
                List.of("b"),
                "r",
                attribute("kernel_shape", new long[] {3, 2}),
                attribute("strides", new long[] {2, 2}),
                attribute("pads", new long[] {1, 1, 1, 1}))
            .node("Flatten", List.of("r"), "f")
            .node("Gemm", List.of("f", "pw"), "y", attribute("transB", 1L))
            .output("y", "batch", "3")
            .bytes());
    nets.put(
        "same",
        new TestGraph()
            .input("x", "batch", "2", "7", "6")
            .random("sk", 0.4, 4, 2, 3, 3)
            .random("sb", 0.3, 1, 4, 1, 1)
            .random("sk2", 0.4, 3, 4, 2, 2)
            .random("sw", 0.5, 3, 3)
            // [4, 4, 3]: one more column on the right
            .node(
                "Conv",
                List.of("x", "sk"),
                "g",
                attribute("auto_pad", "SAME_UPPER"),
                attribute("strides", new long[] {2, 2}))
            .node("Add", List.of("g", "sb"), "h")
            .node("Relu", List.of("h"), "a")
            // [4, 2, 2]: one more column on the left
            .node(
                "MaxPool",
                List.of("a"),
                "p",
                attribute("auto_pad", "SAME_LOWER"),
                attribute("kernel_shape", new long[] {2, 2}),
                attribute("strides", new long[] {2, 2}))
            .node("Conv", List.of("p", "sk2"), "q", attribute("pads", new long[] {0, 1, 1, 0}))
            .node("Relu", List.of("q"), "b")
            .node(
                "AveragePool",
                List.of("b"),
                "m",
                attribute("auto_pad", "VALID"),
                attribute("kernel_shape", new long[] {2, 2}))
            .node("Flatten", List.of("m"), "f")
            .node("Gemm", List.of("f", "sw"), "y", attribute("transB", 1L))
            .output("y", "batch", "3")
            .bytes());
    long[] around = {1, 1, 1, 1};
    long[] two = {2, 2};
    long[] three = {3, 3};
    TestGraph means =
        new TestGraph()
            .input("x", "batch", "2", "7", "6")
            .random("nk", 0.4, 4, 2, 3, 3)
            .random("nb", 0.3, 4)
            .random("nw", 0.3, 3, 212)
            .node("Conv", List.of("x", "nk", "nb"), "h", attribute("pads", around))
            .node("Relu", List.of("h"), "a")
            // [4, 4, 3]: corners have fewer values
            .node(
                "AveragePool",
                List.of("a"),
                "m1",
                attribute("kernel_shape", three),
                attribute("strides", two),
                attribute("pads", around))
            // [4, 3, 3]: the last column reaches behind the image,
            .node(
                "AveragePool",
                List.of("a"),
                "m2",
                attribute("kernel_shape", three),
                attribute("strides", two),
                attribute("ceil_mode", 1L))
            // [4, 4, 4]: or behind its padding
            .node(
                "AveragePool",
                List.of("a"),
                "m3",
                attribute("kernel_shape", three),
                attribute("strides", two),
                attribute("pads", around),
                attribute("ceil_mode", 1L))
            // [4, 4, 4]
            .node(
                "MaxPool",
                List.of("h"),
                "m4",
                attribute("kernel_shape", three),
                attribute("strides", two),
                attribute("pads", around),
                attribute("ceil_mode", 1L));
    for (int i = 1; i <= 4; i++) {
      means.node("Flatten", List.of("m" + i), "f" + i);
    }
    nets.put(
        "rounded up",
        means
            .node("Concat", List.of("f1", "f2", "f3", "f4"), "f", attribute("axis", 1L))
            .node("Gemm", List.of("f", "nw"), "y", attribute("transB", 1L))
            .output("y", "batch", "3")
            .bytes());
    nets.put(
        "curved",
        new TestGraph()
            .input("x", "batch", "2", "5", "4")
            .random("uk", 0.6, 4, 2, 3, 3)
            .random("ub", 0.3, 4)
            .random("uw", 0.5, 7, 24)
            .random("uc", 0.5, 7)
            .random("uv", 0.6, 6, 7)
            .random("uo", 0.6, 3, 6)
            .node("Conv", List.of("x", "uk", "ub"), "h")
            .node("Sigmoid", List.of("h"), "a")
            .node("Flatten", List.of("a"), "f")
            .node("Gemm", List.of("f", "uw", "uc"), "g", attribute("transB", 1L))
            .node("Tanh", List.of("g"), "b")
            .node("Gemm", List.of("b", "uv"), "q", attribute("transB", 1L))
            .node("Relu", List.of("q"), "c")
            .node("Gemm", List.of("c", "uo"), "y", attribute("transB", 1L))
            .output("y", "batch", "3")
            .bytes());
    nets.put(
        "moved",
        new TestGraph()
            .input("x", "batch", "3", "4", "5")
            .random("vk", 0.4, 2, 5, 2, 2)
            .random("vw", 0.4, 3, 48)
            .random("slope", 0.3, 2, 1, 1)
            .integers("around", 0, 0, 1, 1, 0, 0, 0, -1)
            .integers("one", 1)
            .integers("starts", -3, 0)
            .integers("ends", 1000, -1)
            .integers("axes", 1, 3)
            .integers("steps", 2, 1)
            .floats("value", new float[] {0.25f})
            // [1, 5, 3, 4], padded to [1, 5, 4, 4], [1, 2, 3, 3] behind the convolution
            .node("Transpose", List.of("x"), "t", attribute("perm", new long[] {0, 3, 1, 2}))
            .node("Pad", List.of("t", "around", "value"), "u")
            .node("Conv", List.of("u", "vk"), "h")
            .node("PRelu", List.of("h", "slope"), "a")
            .node("Sub", List.of("a", "h"), "s")
            .node("Concat", List.of("a", "s", "h"), "c", attribute("axis", 1L))
            .node("Slice", List.of("u", "starts", "ends", "axes", "steps"), "v")
            .node("Flatten", List.of("c"), "f")
            .node("Flatten", List.of("v"), "g")
            .node("Concat", List.of("f", "g"), "j", attribute("axis", -1L))
            .node("Gemm", List.of("j", "vj"), "y", attribute("transB", 1L))
            .random("vj", 0.3, 3, 78)
            .output("y", "batch", "3")
            .bytes());
    nets.put(
        "clipped",
        new TestGraph()
            .input("x", "batch", "2", "4", "3")
            .random("lk", 0.6, 4, 2, 2, 2)
            .random("lw", 0.8, 5, 8)
            .random("lv", 0.7, 3, 5)
            .floats("low", new float[] {0.3f})
            .floats("high", new float[] {0.7f})
            .floats("none", new float[] {0})
            .floats("six", new float[] {0.6f})
            .floats("least", new float[] {-Float.MAX_VALUE})
            .node("Clip", List.of("x", "low", "high"), "c")
            .node("Conv", List.of("c", "lk"), "h")
            .node("Clip", List.of("h", "none", "six"), "a")
            .node(
                "ReduceMean",
                List.of("a"),
                "m",
                attribute("axes", new long[] {-1, 2}),
                attribute("keepdims", 0L))
            .node("Clip", List.of("h", "least", "six"), "b")
            .node("ReduceMean", List.of("b"), "n", attribute("axes", new long[] {2, 3}))
            .node("Flatten", List.of("n"), "f")
            .node("Concat", List.of("m", "f"), "j", attribute("axis", 1L))
            .node("Gemm", List.of("j", "lw"), "g", attribute("transB", 1L))
            .node("Clip", List.of("g", "low"), "q")
            .node("Gemm", List.of("q", "lv"), "y", attribute("transB", 1L))
            .output("y", "batch", "3")
            .bytes());
    nets.put("exported", exported(17));
    return nets;
  }

  /** What exporters write around layers: shapes that are computed, weights that are moved. */
  static byte[] exported(long opset) {
    TestGraph graph =
        new TestGraph()
            .opset(opset)
            .input("x", "batch", "2", "4", "4")
            .random("xk", 0.5, 3, 2, 3, 3)
            .random("xb", 0.3, 3)
            .random("xw", 0.5, 5, 12)
            .random("xc", 0.3, 1, 1, 5)
            .random("xv", 0.5, 3, 5)
            .random("xo", 0.3, 3)
            .floats("none", new float[] {0})
            .floats("infinite", new float[] {Float.POSITIVE_INFINITY})
            .integers("first", 0)
            .integers("rest", -1)
            .texts("unused", List.of("checkers read what they need"))
            .node("Identity", List.of("xb"), "b")
            .node("Conv", List.of("x", "xk", "b"), "h");
    if (opset < 11) {
      graph.node("Clip", List.of("h"), "a", attribute("min", 0f));
    } else {
      graph.node("Clip", List.of("h", "none", "infinite"), "a");
    }
    if (opset >= 12) {
      graph.node("Constant", List.of(), "end", attribute("value_ints", new long[] {-1}));
    }
    graph
        .node("Shape", List.of("a"), "sizes")
        .node("Gather", List.of("sizes", "first"), "count", attribute("axis", 0L))
        .node("Cast", List.of("count"), "whole", attribute("to", 7L))
        .node("Concat", List.of("whole", opset < 12 ? "rest" : "end"), "s", attribute("axis", 0L))
        .node("Reshape", List.of("a", "s"), "f")
        .node("Transpose", List.of("xw"), "t", attribute("perm", new long[] {1, 0}))
        .node("MatMul", List.of("f", "t"), "p")
        // [1, 1, 5], by the bias
        .node("Add", List.of("p", "xc"), "q")
        .node("Cast", List.of("q"), "r", attribute("to", 1L));
    if (opset < 13) {
      graph
          .node("Unsqueeze", List.of("r"), "u", attribute("axes", new long[] {0}))
          .node("Squeeze", List.of("u"), "z", attribute("axes", new long[] {0, 1}));
    } else {
      graph
          .integers("front", 0)
          .integers("fronts", 0, 1)
          .node("Unsqueeze", List.of("r", "front"), "u")
          .node("Squeeze", List.of("u", "fronts"), "z");
    }
    return graph
        .node("Relu", List.of("z"), "e")
        .node("Gemm", List.of("e", "xv", "xo"), "y", attribute("transB", 1L))
        .output("y", "batch", "3")
        .bytes();
  }
}
