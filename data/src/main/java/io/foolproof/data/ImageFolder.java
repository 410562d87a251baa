package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Suggestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with one subfolder of PNG and JPEG images per class, the subfolder's name being the
 * class's.
 *
 * <p>Folders whose names are whole numbers are classes of these numbers, whichever of them are
 * there. Of any other names there must be as many as the model has classes, in the order of their
 * names, character by character ("class10" before "class2"); or a list of all names says what their
 * order is. Images are in the order of their names. All images must have the same size. An image
 * stored as grey has one channel, any other has three. Images with see-through pixels and with more
 * than 8 bits a channel are refused, not converted. Hidden files, and files that do not end in
 * .png, .jpg or .jpeg, are passed over.
 */
public final class ImageFolder {
  private ImageFolder() {}

  /** An image file and the class it is in. */
  private record Entry(Path file, int label) {}

  /**
   * Reads a folder.
   *
   * @param classNames of all classes, in the order of the model's outputs; null where the names of
   *     the folders say it
   * @throws InvalidInputException if the folder has no classes, a class has no images or no place
   *     among the names, or an image cannot be used; the message names the first file at fault
   */
  public static ImageSet read(String name, Path folder, @Nullable List<String> classNames) {
    List<Path> folders = list(folder, Files::isDirectory);
    if (folders.isEmpty()) {
      throw new InvalidInputException(
          folder + ": has no subfolders; expected one folder of PNG or JPEG images per class");
    }
    List<String> found = folders.stream().map(ImageFolder::fileName).toList();
    boolean numbered = found.stream().allMatch(ImageFolder::isWholeNumber);
    int[] labels = numbered ? numbers(folder, found) : places(folder, found, classNames);
    ImageSet images =
        read(name, entries(folders, labels), Labels.numberedClasses(labels, folder.toString()));
    if (classNames != null) {
      return images.withAllClasses(classNames);
    }
    return numbered ? images : images.withAllClasses(found);
  }

  private static List<Entry> entries(List<Path> folders, int[] labels) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      List<Path> images = list(folders.get(i), ImageFolder::isImage);
      if (images.isEmpty()) {
        throw new InvalidInputException(
            folders.get(i) + ": has no images; expected files that end in .png, .jpg or .jpeg");
      }
      for (Path image : images) {
        entries.add(new Entry(image, labels[i]));
      }
    }
    return entries;
  }

  private static boolean isWholeNumber(String name) {
    return name.matches("[0-9]{1,9}");
  }

  /** The numbers that are the names of folders. */
  private static int[] numbers(Path folder, List<String> found) {
    int[] labels = found.stream().mapToInt(Integer::parseInt).toArray();
    Map<Integer, String> seen = new HashMap<>();
    for (int i = 0; i < labels.length; i++) {
      String other = seen.put(labels[i], found.get(i));
      if (other != null) {
        throw new InvalidInputException(
            "%s: the folders %s and %s are both class %d; expected one folder a class"
                .formatted(folder, other, found.get(i), labels[i]));
      }
    }
    return labels;
  }

  /** Where the names of folders stand among the names of all classes. */
  private static int[] places(Path folder, List<String> found, @Nullable List<String> all) {
    if (all == null) {
      return IntStream.range(0, found.size()).toArray();
    }
    int[] labels = found.stream().mapToInt(all::indexOf).toArray();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw new InvalidInputException(
            "%s: the folder is none of the %d class names%s"
                .formatted(
                    folder.resolve(found.get(i)), all.size(), Suggestion.of(found.get(i), all)));
      }
    }
    return labels;
  }

  private static ImageSet read(String name, List<Entry> entries, List<String> classNames) {
    Path first = entries.get(0).file();
    ImageShape shape = DecodedImage.read(first).shape();
    long total = (long) entries.size() * shape.pixels();
    ExactReader.requireRoom(total, entries.size() + " images like " + first);
    byte[] levels = new byte[(int) total];
    for (int i = 0; i < entries.size(); i++) {
      Path file = entries.get(i).file();
      DecodedImage image = DecodedImage.read(file);
      if (!image.shape().equals(shape)) {
        throw new InvalidInputException(
            "%s: an image of %s (channels x height x width), expected %s as in %s; make all images alike"
                .formatted(file, image.shape(), shape, first));
      }
      image.copyLevels(levels, i * shape.pixels());
    }
    int[] labels = entries.stream().mapToInt(Entry::label).toArray();
    return new ImageSet(name, shape, new PixelStore.Levels(levels), labels, classNames);
  }

  private static List<Path> list(Path folder, Predicate<Path> wanted) {
    return ExactReader.explain(
        folder,
        () -> {
          try (Stream<Path> files = Files.list(folder)) {
            return files
                .filter(file -> !fileName(file).startsWith("."))
                .filter(wanted)
                .sorted((a, b) -> fileName(a).compareTo(fileName(b)))
                .toList();
          }
        });
  }

  private static boolean isImage(Path file) {
    String name = fileName(file).toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file)
        && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
  }

  private static String fileName(Path path) {
    return String.valueOf(path.getFileName());
  }
}
