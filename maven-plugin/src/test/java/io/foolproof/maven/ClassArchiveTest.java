package io.foolproof.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classes that a later audit starts with. */
class ClassArchiveTest {
  @TempDir Path folder;

  @Test
  void whatOneProcessWritesTheNextOneReads() throws IOException {
    List<File> jars = List.of(Files.writeString(folder.resolve("a.jar"), "a").toFile());
    ClassArchive first = ClassArchive.of(folder, jars);
    assertThat(first.options(jars, List.of("-Xmx1g")))
        .containsExactly("-XX:ArchiveClassesAtExit=" + first.part());
    Files.writeString(folder.resolve("classes-of-before.jsa"), "other jars");
    Files.writeString(first.part(), "classes");
    first.keep();
    first.drop();
    ClassArchive next = ClassArchive.of(folder, jars);
    assertThat(next.options(jars, List.of()))
        .containsExactly("-XX:SharedArchiveFile=" + folder.resolve(first.name()));
    assertThat(folder).isDirectoryNotContaining("glob:**/part-*");
    assertThat(folder.resolve("classes-of-before.jsa")).doesNotExist();
  }

  /** With either, Java would end before it starts. */
  @Test
  void foldersAndOptionsAboutModulesDoWithout() throws IOException {
    List<File> jars = List.of(Files.writeString(folder.resolve("a.jar"), "a").toFile());
    ClassArchive archive = ClassArchive.of(folder, jars);
    assertThat(archive.options(List.of(jars.get(0), folder.toFile()), List.of())).isEmpty();
    assertThat(archive.options(jars, List.of("--patch-module=a=b"))).isEmpty();
    assertThat(archive.options(jars, List.of("-Xshare:off"))).isEmpty();
  }
}
