package io.foolproof.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The user's own jars and folders of classes, which a variable names as a class path. */
final class OwnJars {
  static final String VARIABLE = "FOOLPROOF_CLASSPATH";

  /** How a class path names all jars of a folder. */
  private static final Pattern ALL_OF = Pattern.compile("(^|[/\\\\])\\*$");

  private OwnJars() {}

  /**
   * What is wrong with it; Java leaves out what it does not find, and with it the attacks meant.
   */
  static Optional<String> problem(String classPath) {
    return Stream.of(classPath.split(Pattern.quote(File.pathSeparator), -1))
        .filter(part -> !part.isEmpty() && !exists(part))
        .findFirst()
        .map(
            part ->
                "%s names %s, which does not exist: give jars or folders that do"
                    .formatted(VARIABLE, part));
  }

  private static boolean exists(String part) {
    try {
      return Files.exists(Path.of(ALL_OF.matcher(part).replaceFirst("")));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
