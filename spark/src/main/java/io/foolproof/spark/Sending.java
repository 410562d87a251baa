package io.foolproof.spark;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.SparkContext;

/** Has Spark bring files to every executor, under their own names. */
final class Sending {
  private final SparkContext context;

  /** For folders, which Spark brings as archives. */
  private final Path archives;

  Sending(SparkContext context, Path archives) {
    this.context = context;
    this.archives = archives;
  }

  void send(List<Path> files) {
    for (Path given : files) {
      Path file = given.toAbsolutePath().normalize();
      if (Files.isDirectory(file)) {
        String name = String.valueOf(file.getFileName());
        context.addArchive(packed(file, archives.resolve(name + ".zip")).toUri() + "#" + name);
      } else {
        context.addFile(file.toUri().toString());
      }
    }
  }

  private static Path packed(Path folder, Path archive) {
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> all = Files.walk(folder)) {
      // Images are compressed as they are.
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be packed for the executors (%s)"
              .formatted(folder, InvalidInputException.reason(e)),
          e);
    }
    return archive;
  }
}
