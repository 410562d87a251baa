package io.foolproof.maven;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes of an audit, read and verified once for these jars and this Java, which takes most of
 * a second off each later start (class data sharing). Where it cannot be made, or does not fit,
 * Java does without.
 *
 * @param folder where it is kept, for all projects
 * @param name of this Java and these jars
 * @param part what a process of its own writes, before it is whole
 */
record ClassArchive(Path folder, String name, Path part) {
  private static final String SUFFIX = ".jsa";

  /** What changes where classes come from, or is about archives itself. */
  private static final Predicate<String> CLASHES =
      Pattern.compile("-module|Xshare|Archive|AOT|CDS").asPredicate();

  /** That of these jars, which may not be there yet. */
  static ClassArchive of(Path folder, List<File> libraries) {
    String jars =
        libraries.stream()
            .map(jar -> jar + "|" + jar.length() + "|" + jar.lastModified())
            .collect(Collectors.joining("\n"));
    UUID key =
        UUID.nameUUIDFromBytes((Runtime.version() + "\n" + jars).getBytes(StandardCharsets.UTF_8));
    return new ClassArchive(
        folder, "classes-" + key + SUFFIX, folder.resolve("part-" + UUID.randomUUID() + SUFFIX));
  }

  /**
   * The option that uses it, or has Java write it at its end; none where Java would not start with
   * it.
   *
   * @param libraries folders among them are refused by Java
   * @param others the other options of Java
   */
  List<String> options(List<File> libraries, List<String> others) {
    if (!libraries.stream().allMatch(File::isFile) || others.stream().anyMatch(CLASHES)) {
      return List.of();
    }
    Path whole = folder.resolve(name);
    return List.of(
        Files.exists(whole)
            ? "-XX:SharedArchiveFile=" + whole
            : "-XX:ArchiveClassesAtExit=" + part);
  }

  /** Keeps what was written, in the place of those of other jars or another Java. */
  void keep() throws IOException {
    if (!Files.exists(part)) {
      return;
    }
    try (Stream<Path> all = Files.list(folder)) {
      for (Path former : all.filter(ClassArchive::isWhole).toList()) {
        Files.deleteIfExists(former);
      }
    }
    Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes what a process wrote that did not audit. */
  void drop() throws IOException {
    Files.deleteIfExists(part);
  }

  private static boolean isWhole(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith("classes-") && name.endsWith(SUFFIX);
  }
}
