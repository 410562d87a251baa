package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@code --data} can name. */
public sealed interface DataSource {

  /** What the user may call it. */
  String name();

  /**
   * Whether training, validation and test images are told apart; if not, every split is the whole
   * set.
   */
  boolean hasSplits();

  /**
   * Reads a split.
   *
   * @param reading what the data do not say themselves
   * @throws InvalidInputException if the images cannot be had or used
   */
  ImageSet open(Split split, DataLocations where, Reading reading);

  /**
   * The files that it reads, or the folder; those of a published set may be downloaded first.
   *
   * @throws InvalidInputException if they are not there
   */
  List<Path> files(DataLocations where);

  /** As {@link #open(Split, DataLocations, Reading)}, where the data say everything. */
  default ImageSet open(Split split, DataLocations where) {
    return open(split, where, Reading.PLAIN);
  }

  private static ImageSet named(ImageSet images, Reading reading) {
    reading.requireNoRange(images.name());
    List<String> names = reading.classNames();
    return names == null ? images : images.withAllClasses(names);
  }

  /**
   * Understands a name: {@code digits}, {@code mnist}, {@code fashion-mnist}, a folder of class
   * folders, an {@code .npz} or {@code .npy} file, or an IDX file of images.
   *
   * @throws InvalidInputException if it is none of these
   */
  static DataSource of(String spec) {
    if (isBuiltIn(spec)) {
      return new Digits();
    }
    for (PublishedSet set : PublishedSet.all()) {
      if (spec.equals(set.id())) {
        return new Published(set);
      }
    }
    Path path = existing(spec);
    if (Files.isDirectory(path)) {
      return new Folder(path);
    }
    String file = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (file.endsWith(".npz")) {
      return new NpzFile(path);
    }
    if (file.endsWith(".csv")) {
      throw new InvalidInputException(
          path
              + ": a CSV file is a table of features, and here images are expected; 'foolproof audit' and 'foolproof attack' take tables (--label NAME)");
    }
    return file.endsWith(".npy") ? new NpyFile(path) : new IdxFile(path);
  }

  /** Whether this names data that need no file. */
  static boolean isBuiltIn(String spec) {
    return spec.equals(Digits.NAME);
  }

  /** Whether this names a published set, whose files have names of their own. */
  static boolean isPublished(String spec) {
    return PublishedSet.all().stream().anyMatch(set -> spec.equals(set.id()));
  }

  private static Path existing(String spec) {
    try {
      Path path = Path.of(spec);
      if (!spec.isBlank() && Files.exists(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      // No path at all, so no file either.
    }
    throw new InvalidInputException(
        "data '%s': no such data set, file or folder; expected %s, %s, or a path to a folder, .npz, .npy or IDX file"
            .formatted(
                spec,
                Digits.NAME,
                String.join(", ", PublishedSet.all().stream().map(PublishedSet::id).toList())));
  }

  private static Path beside(Path images, String labelsName) {
    Path labels = images.resolveSibling(labelsName);
    if (!Files.exists(labels)) {
      throw new InvalidInputException(
          "%s: its labels are missing, expected them in %s".formatted(images, labels));
    }
    return labels;
  }

  private static String fileName(Path path) {
    return String.valueOf(path.getFileName());
  }

  /** The built-in digits. */
  record Digits() implements DataSource {
    static final String NAME = "digits";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public List<Path> files(DataLocations where) {
      return List.of();
    }

    @Override
    public boolean hasSplits() {
      return true;
    }

    @Override
    public ImageSet open(Split split, DataLocations where, Reading reading) {
      return named(GeneratedDigits.standard().split(split), reading);
    }
  }

  /** A published set, found or downloaded. */
  record Published(PublishedSet set) implements DataSource {
    @Override
    public String name() {
      return set.id();
    }

    @Override
    public List<Path> files(DataLocations where) {
      return Stream.of(set.test(), set.training())
          .map(part -> where.locate(set, part))
          .flatMap(part -> Stream.of(part.images(), part.labels()))
          .toList();
    }

    @Override
    public boolean hasSplits() {
      return true;
    }

    @Override
    public ImageSet open(Split split, DataLocations where, Reading reading) {
      return named(set.open(split, where), reading);
    }
  }

  /** A {@linkplain ImageFolder folder of images}; all of it, whatever the split. */
  record Folder(Path path) implements DataSource {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public List<Path> files(DataLocations where) {
      return List.of(path);
    }

    @Override
    public boolean hasSplits() {
      return false;
    }

    @Override
    public ImageSet open(Split split, DataLocations where, Reading reading) {
      reading.requireNoRange(name());
      return ImageFolder.read(name(), path, reading.classNames());
    }
  }

  /**
   * Arrays in an {@code .npz} file: {@code images} and {@code labels}, or {@code x} and {@code y};
   * or {@code x_train}, {@code y_train}, {@code x_test}, {@code y_test}, of which the split is
   * taken as it is of MNIST. Shapes and types: see {@link ArrayImages}.
   */
  record NpzFile(Path path) implements DataSource {
    private static final Pair TRAINING = new Pair("x_train", "y_train");
    private static final Pair TEST = new Pair("x_test", "y_test");
    private static final List<Pair> WHOLE =
        List.of(new Pair("images", "labels"), new Pair("x", "y"));

    /** The names of two arrays that belong together. */
    private record Pair(String images, String labels) {
      boolean isIn(Set<String> names) {
        return names.contains(images) && names.contains(labels);
      }
    }

    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public List<Path> files(DataLocations where) {
      return List.of(path);
    }

    @Override
    public boolean hasSplits() {
      return WHOLE.stream().noneMatch(pair -> pair.isIn(arrays()));
    }

    @Override
    public ImageSet open(Split split, DataLocations where, Reading reading) {
      Pair pair = pair(split);
      ImageSet images = read(pair, reading);
      return WHOLE.contains(pair) || split == Split.TEST ? images : split.of(images);
    }

    /**
     * The rows {@code [N, d]} of a split, test or all training data, as a table.
     *
     * @param classNames the names of the classes; null where they have none
     */
    public Table table(Split split, @Nullable List<String> classNames) {
      Pair pair = pair(split);
      return ArrayTable.of(
          name(),
          Npz.read(path, pair.images()),
          path + " (" + pair.images() + ")",
          Npz.read(path, pair.labels()),
          path + " (" + pair.labels() + ")",
          classNames);
    }

    private Pair pair(Split split) {
      Set<String> arrays = arrays();
      for (Pair pair : WHOLE) {
        if (pair.isIn(arrays)) {
          return pair;
        }
      }
      Pair pair = split == Split.TEST ? TEST : TRAINING;
      if (!pair.isIn(arrays)) {
        throw new InvalidInputException(
            "%s: has the arrays %s, expected images and labels, x and y, or %s and %s for the split %s"
                .formatted(path, arrays, pair.images(), pair.labels(), split));
      }
      return pair;
    }

    private Set<String> arrays() {
      return new LinkedHashSet<>(Npz.names(path));
    }

    private ImageSet read(Pair pair, Reading reading) {
      return ArrayImages.of(
          name(),
          Npz.read(path, pair.images()),
          path + " (" + pair.images() + ")",
          Npz.read(path, pair.labels()),
          path + " (" + pair.labels() + ")",
          reading);
    }
  }

  /** Images in {@code NAME.npy} and labels in {@code NAME_labels.npy}; all, whatever the split. */
  record NpyFile(Path path) implements DataSource {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public List<Path> files(DataLocations where) {
      return List.of(path, labels());
    }

    @Override
    public boolean hasSplits() {
      return false;
    }

    @Override
    public ImageSet open(Split split, DataLocations where, Reading reading) {
      Path labels = labels();
      return ArrayImages.of(
          name(), Npy.read(path), name(), Npy.read(labels), labels.toString(), reading);
    }

    private Path labels() {
      return beside(path, fileName(path).replaceFirst("(?i)(\\.npy)$", "_labels$1"));
    }
  }

  /**
   * Images in an IDX file whose name has {@code images-idx3}, and labels in the file beside it
   * whose name has {@code labels-idx1} instead; all, whatever the split.
   */
  record IdxFile(Path path) implements DataSource {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public List<Path> files(DataLocations where) {
      return List.of(path, labels());
    }

    @Override
    public boolean hasSplits() {
      return false;
    }

    @Override
    public ImageSet open(Split split, DataLocations where, Reading reading) {
      return named(Idx.read(name(), path, labels()), reading);
    }

    private Path labels() {
      String images = fileName(path);
      if (!images.contains("images-idx3")) {
        throw new InvalidInputException(
            path
                + ": not a kind of file that is known, expected .npz, .npy, or an IDX file with images-idx3 in its name");
      }
      return beside(path, images.replace("images-idx3", "labels-idx1"));
    }
  }
}
