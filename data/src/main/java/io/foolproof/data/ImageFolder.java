package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder with one subfolder of PNG and JPEG images per class, the subfolder's name being the
 * class's.
 *
 * <p>Classes and the images within a class are in the order of their names, character by character
 * ("10" before "2"). All images must have the same size. An image stored as grey has one channel,
 * any other has three. Images with see-through pixels and with more than 8 bits a channel are
 * refused, not converted. Hidden files, and files that do not end in .png, .jpg or .jpeg, are
 * passed over.
 */
public final class ImageFolder {
  private ImageFolder() {}

  /** An image file and the class it is in. */
  private record Entry(Path file, int label) {}

  /**
   * Reads a folder.
   *
   * @throws InvalidInputException if the folder has no classes, a class has no images, or an image
   *     cannot be used; the message names the first file at fault
   */
  public static ImageSet read(String name, Path folder) {
    List<Path> classes = list(folder, Files::isDirectory);
    if (classes.isEmpty()) {
      throw new InvalidInputException(
          folder + ": has no subfolders; expected one folder of PNG or JPEG images per class");
    }
    List<Entry> entries = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      List<Path> images = list(classes.get(label), ImageFolder::isImage);
      if (images.isEmpty()) {
        throw new InvalidInputException(
            classes.get(label) + ": has no images; expected files that end in .png, .jpg or .jpeg");
      }
      for (Path image : images) {
        entries.add(new Entry(image, label));
      }
    }
    return read(name, entries, classes.stream().map(ImageFolder::fileName).toList());
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
