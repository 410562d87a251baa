package io.foolproof.report.evidence;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.tensor.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images of a pack, in NPZ files of moderate size: {@code adversarial/0000.npz} with {@code images}
 * [N, C, H, W] and {@code indices}, {@code clean/0000.npz} with {@code labels} as well.
 */
final class PackImages {
  /** Values of the images in one file. */
  private static final int VALUES = 1 << 23;

  /** What one file may have, unpacked: its values, and room for all else. */
  private static final long MOST_BYTES = Math.min(Pack.MOST_BYTES, 8L * VALUES);

  private PackImages() {}

  /** Hands over the files of all witnesses, one at a time. */
  static void adversarial(AuditResult result, BiConsumer<String, byte[]> files) {
    List<SampleVerdict> samples = result.samples();
    int[] fooled =
        IntStream.range(0, samples.size()).filter(i -> samples.get(i).witness() != null).toArray();
    ImageSet data = result.data();
    int number = 0;
    for (int[] some : parts(fooled, data.pixels())) {
      float[] images = new float[some.length * data.pixels()];
      for (int i = 0; i < some.length; i++) {
        SampleVerdict.Witness witness = samples.get(some[i]).witness();
        if (witness != null) {
          System.arraycopy(witness.image(), 0, images, i * data.pixels(), data.pixels());
        }
      }
      Map<String, NpyArray> arrays = new LinkedHashMap<>();
      arrays.put("images", NpyArray.ofFloats(images, shape(some.length, data)));
      arrays.put("indices", indices(some, data));
      files.accept(name(Pack.ADVERSARIAL, number++), Npz.bytes(arrays));
    }
  }

  /** Hands over the files of all clean images, one at a time: levels, where they are 8-bit. */
  static void clean(ImageSet data, BiConsumer<String, byte[]> files) {
    int number = 0;
    for (int[] some : parts(IntStream.range(0, data.size()).toArray(), data.pixels())) {
      Map<String, NpyArray> arrays = new LinkedHashMap<>();
      if (data.eightBit()) {
        byte[] levels = new byte[some.length * data.pixels()];
        for (int i = 0; i < some.length; i++) {
          data.copyLevels(some[i], levels, i * data.pixels());
        }
        arrays.put("images", NpyArray.ofBytes(levels, shape(some.length, data)));
      } else {
        float[] pixels = new float[some.length * data.pixels()];
        for (int i = 0; i < some.length; i++) {
          data.copyPixels(some[i], pixels, i * data.pixels());
        }
        arrays.put("images", NpyArray.ofFloats(pixels, shape(some.length, data)));
      }
      int[] labels = IntStream.of(some).map(data::label).toArray();
      arrays.put("labels", NpyArray.ofInts(labels, labels.length));
      arrays.put("indices", indices(some, data));
      files.accept(name(Pack.CLEAN, number++), Npz.bytes(arrays));
    }
  }

  private static String name(String folder, int number) {
    return String.format(Locale.ROOT, "%s%04d.npz", folder, number);
  }

  private static int[] shape(int count, ImageSet data) {
    return new int[] {count, data.channels(), data.height(), data.width()};
  }

  private static NpyArray indices(int[] places, ImageSet data) {
    long[] indices = IntStream.of(places).mapToLong(data::index).toArray();
    return NpyArray.ofLongs(indices, indices.length);
  }

  private static List<int[]> parts(int[] places, int pixels) {
    int most = Math.max(1, VALUES / pixels);
    return IntStream.range(0, (places.length + most - 1) / most)
        .mapToObj(
            k ->
                IntStream.range(k * most, Math.min(places.length, (k + 1) * most))
                    .map(i -> places[i])
                    .toArray())
        .toList();
  }

  /**
   * The adversarial images of a pack by the index of their sample.
   *
   * @param pixels of one image
   */
  static Map<Long, float[]> adversarial(Pack pack, int pixels) {
    Map<Long, float[]> images = new LinkedHashMap<>();
    for (String name : pack.in(Pack.ADVERSARIAL)) {
      Map<String, NpyArray> arrays = read(pack, name);
      NpyArray values = array(pack, name, arrays, "images", NpyArray.Type.FLOAT32);
      NpyArray indices = array(pack, name, arrays, "indices", NpyArray.Type.INT64);
      requireSize(pack, name, values, indices.size() * (long) pixels);
      for (int i = 0; i < indices.size(); i++) {
        float[] image = new float[pixels];
        for (int j = 0; j < pixels; j++) {
          image[j] = (float) values.real(i * pixels + j);
        }
        if (images.put(indices.integer(i), image) != null) {
          throw pack.unreadable(name, null);
        }
      }
    }
    return images;
  }

  /** The clean images of a pack. */
  static ImageSet clean(Pack pack, PackPlan plan) {
    PackPlan.Data data = plan.data();
    ImageShape shape = new ImageShape(data.channels(), data.height(), data.width());
    int n = data.samples();
    long size = (long) n * shape.pixels();
    if (n < 1 || size > Integer.MAX_VALUE / 4) {
      throw pack.unreadable(Pack.PLAN, null);
    }
    // Only as long as what is there: a plan may promise anything.
    byte[] levels = null;
    float[] pixels = null;
    int[] labels = new int[n];
    int at = 0;
    for (String name : pack.in(Pack.CLEAN)) {
      Map<String, NpyArray> arrays = read(pack, name);
      NpyArray.Type type = data.eightBit() ? NpyArray.Type.UINT8 : NpyArray.Type.FLOAT32;
      NpyArray values = array(pack, name, arrays, "images", type);
      NpyArray some = array(pack, name, arrays, "labels", NpyArray.Type.INT32);
      requireSize(pack, name, values, some.size() * (long) shape.pixels());
      if (at + some.size() > n) {
        throw pack.unreadable(name, null);
      }
      if (data.eightBit() && levels == null) {
        levels = new byte[(int) size];
      } else if (!data.eightBit() && pixels == null) {
        pixels = new float[(int) size];
      }
      copy(values, levels, pixels, at * shape.pixels());
      for (int i = 0; i < some.size(); i++) {
        labels[at++] = (int) some.integer(i);
      }
    }
    if (at != n) {
      throw pack.unreadable(Pack.CLEAN + "0000.npz", null);
    }
    try {
      if (levels != null) {
        return ImageSet.ofLevels(data.name(), shape, levels, labels, data.classNames());
      }
      if (pixels != null) {
        return ImageSet.ofPixels(data.name(), shape, pixels, labels, data.classNames());
      }
    } catch (InvalidInputException e) {
      throw pack.unreadable(Pack.CLEAN + "0000.npz", e);
    }
    throw pack.unreadable(Pack.CLEAN + "0000.npz", null);
  }

  private static void copy(
      NpyArray values, byte @Nullable [] levels, float @Nullable [] pixels, int from) {
    for (int k = 0; k < values.size(); k++) {
      if (levels != null) {
        levels[from + k] = (byte) values.integer(k);
      } else if (pixels != null) {
        pixels[from + k] = (float) values.real(k);
      }
    }
  }

  private static Map<String, NpyArray> read(Pack pack, String name) {
    return Npz.read(pack.bytes(name), pack.where(name), MOST_BYTES);
  }

  private static NpyArray array(
      Pack pack, String name, Map<String, NpyArray> arrays, String wanted, NpyArray.Type type) {
    NpyArray array = arrays.get(wanted);
    if (array == null || array.type() != type) {
      throw pack.unreadable(name, null);
    }
    return array;
  }

  private static void requireSize(Pack pack, String name, NpyArray values, long size) {
    if (values.size() != size) {
      throw pack.unreadable(name, null);
    }
  }
}
