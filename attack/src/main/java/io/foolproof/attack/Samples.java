package io.foolproof.attack;

import io.foolproof.data.ImageSet;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images to attack, together: a micro-batch.
 *
 * @param images one array of values a sample, in the model's box
 * @param labels their classes
 * @param indices each sample's index in its data set, which names its random numbers
 * @param epsilons the largest change allowed of each sample, where that is less than the threat
 *     model's; only a {@link PerSampleEpsilon} heeds it
 * @param starts points near which an adversarial one is known, to begin with; the images where none
 *     is known
 */
public record Samples(
    float[][] images, int[] labels, long[] indices, double[] epsilons, float[][] starts) {

  /** Checks that there is one of everything for each sample. */
  public Samples {
    if (images.length != labels.length || images.length != indices.length) {
      throw new IllegalArgumentException(
          images.length + " images, " + labels.length + " labels, " + indices.length + " indices");
    }
    if (images.length != epsilons.length || images.length != starts.length) {
      throw new IllegalArgumentException(
          images.length
              + " images, "
              + epsilons.length
              + " epsilons, "
              + starts.length
              + " starts");
    }
  }

  /** Under the threat model's epsilon alone, with nothing known to begin with. */
  public Samples(float[][] images, int[] labels, long[] indices) {
    this(images, labels, indices, unbounded(images.length), images);
  }

  private static double[] unbounded(int count) {
    double[] epsilons = new double[count];
    Arrays.fill(epsilons, Double.POSITIVE_INFINITY);
    return epsilons;
  }

  /** The images at some places of a set, with the indices that they have in their data set. */
  public static Samples of(ImageSet images, int[] places) {
    return new Samples(
        IntStream.of(places).mapToObj(images::pixels).toArray(float[][]::new),
        IntStream.of(places).map(images::label).toArray(),
        IntStream.of(places).mapToLong(images::index).toArray());
  }

  /** One of the samples, alone. */
  public Samples single(int place) {
    return some(new int[] {place});
  }

  /** Some of the samples. */
  public Samples some(int[] places) {
    return within(
        places,
        IntStream.of(places).mapToDouble(i -> epsilons[i]).toArray(),
        IntStream.of(places).mapToObj(i -> starts[i]).toArray(float[][]::new));
  }

  /** The same samples with other images. */
  public Samples with(float[][] others) {
    return new Samples(others, labels, indices);
  }

  /** How many samples there are. */
  public int size() {
    return images.length;
  }

  /**
   * Some of the samples, each within an epsilon of its own.
   *
   * @param members which, by their places here
   * @param epsilons one for each of those
   * @param starts one for each of those; their images where there is nothing to begin with
   */
  public Samples within(int[] members, double[] epsilons, float[][] starts) {
    return new Samples(
        Arrays.stream(members).mapToObj(i -> images[i]).toArray(float[][]::new),
        Arrays.stream(members).map(i -> labels[i]).toArray(),
        Arrays.stream(members).mapToLong(i -> indices[i]).toArray(),
        epsilons,
        starts);
  }

  /** All images as a batch for a model. */
  public Tensor tensor(InputSpec input) {
    return Tensor.ofRows(images, input.batchShape(images.length));
  }

  /** Some of the images as one tensor of this shape. */
  public Tensor imageTensor(int[] members, long... shape) {
    float[][] rows = Arrays.stream(members).mapToObj(i -> images[i]).toArray(float[][]::new);
    return Tensor.ofRows(rows, shape);
  }

  /** Some of the labels: [members]. */
  public Tensor labelTensor(int[] members) {
    return Tensor.ofInts(Arrays.stream(members).map(i -> labels[i]).toArray());
  }

  /** The random numbers of some of the samples, for one try of an attack. */
  public List<RandomStream> streams(int[] members, long seed, String attack, int restart) {
    return Arrays.stream(members)
        .mapToObj(i -> new RandomStream(seed, indices[i], attack, restart))
        .toList();
  }
}
