package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A published data set of the MNIST family: grey 8-bit images in gzipped IDX files, one part to
 * train and one to test.
 *
 * @param id what {@code --data} and the set's folder call it
 * @param base where the files are published; ends in a slash
 * @param classNames the names of the classes, in the order of their labels
 */
public record PublishedSet(String id, URI base, List<String> classNames, Part training, Part test) {

  /** Handwritten digits (LeCun, Cortes and Burges, 1998). */
  public static final PublishedSet MNIST =
      new PublishedSet(
          "mnist",
          URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
          List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
          new Part(
              new RemoteFile(
                  "train-images-idx3-ubyte.gz",
                  9_912_422,
                  "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
              new RemoteFile(
                  "train-labels-idx1-ubyte.gz",
                  28_881,
                  "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
              List.of(5, 0, 4, 1, 9, 2, 1, 3, 1, 4)),
          new Part(
              new RemoteFile(
                  "t10k-images-idx3-ubyte.gz",
                  1_648_877,
                  "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
              new RemoteFile(
                  "t10k-labels-idx1-ubyte.gz",
                  4_542,
                  "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
              List.of(7, 2, 1, 0, 4, 1, 4, 9, 5, 9)));

  /** Pictures of clothes (Xiao, Rasul and Vollgraf, 2017, arXiv:1708.07747). */
  public static final PublishedSet FASHION_MNIST =
      new PublishedSet(
          "fashion-mnist",
          URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
          List.of(
              "T-shirt/top",
              "Trouser",
              "Pullover",
              "Dress",
              "Coat",
              "Sandal",
              "Shirt",
              "Sneaker",
              "Bag",
              "Ankle boot"),
          new Part(
              new RemoteFile(
                  "train-images-idx3-ubyte.gz",
                  26_421_880,
                  "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
              new RemoteFile(
                  "train-labels-idx1-ubyte.gz",
                  29_515,
                  "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
              List.of(9, 0, 0, 3, 0, 2, 7, 2, 5, 5)),
          new Part(
              new RemoteFile(
                  "t10k-images-idx3-ubyte.gz",
                  4_422_102,
                  "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
              new RemoteFile(
                  "t10k-labels-idx1-ubyte.gz",
                  5_148,
                  "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
              List.of(9, 2, 1, 1, 6, 1, 4, 6, 5, 7)));

  public PublishedSet {
    classNames = List.copyOf(classNames);
  }

  /**
   * A file of images and its file of labels.
   *
   * @param firstLabels the first ten labels, by which the set is recognised
   */
  public record Part(RemoteFile images, RemoteFile labels, List<Integer> firstLabels) {
    public Part {
      firstLabels = List.copyOf(firstLabels);
    }
  }

  /** All sets that can be asked for by name. */
  public static List<PublishedSet> all() {
    return List.of(MNIST, FASHION_MNIST);
  }

  /**
   * Finds, or downloads, and reads a split.
   *
   * @throws InvalidInputException if the files are nowhere to be had, or damaged, or another set's
   */
  ImageSet open(Split split, DataLocations where) {
    Part part = split == Split.TEST ? test : training;
    DataLocations.Located files = where.locate(this, part);
    ImageSet images = Idx.read(id, files.images(), files.labels(), classNames);
    requireNotOfAnother(images, files.labels());
    return split == Split.TEST ? images : split.of(images);
  }

  /** The sets share their file names, so a folder may well hold the wrong one. */
  private void requireNotOfAnother(ImageSet images, Path labels) {
    List<Integer> found =
        IntStream.range(0, Math.min(10, images.size())).mapToObj(images::label).toList();
    for (PublishedSet other : all()) {
      boolean same =
          found.equals(other.training.firstLabels()) || found.equals(other.test.firstLabels());
      if (same && !other.id.equals(id)) {
        throw new InvalidInputException(
            "%s: these are the labels of %s, expected those of %s; put the files of each set in a folder of its name"
                .formatted(labels, other.id, id));
      }
    }
  }
}
