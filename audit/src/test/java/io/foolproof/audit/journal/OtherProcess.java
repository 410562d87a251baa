package io.foolproof.audit.journal;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM of its own that opens a journal. */
public final class OtherProcess {
  private OtherProcess() {}

  /** What a new JVM says when it opens a journal and closes it again. */
  public static String opens(Path file, Map<String, String> identity, boolean fresh)
      throws IOException, InterruptedException {
    Stream<String> java =
        Stream.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            OtherProcess.class.getName(),
            file.toString(),
            String.valueOf(fresh));
    Stream<String> words = identity.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue());
    Process process =
        new ProcessBuilder(Stream.concat(java, words).toList()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.strip();
  }

  /** Opens a journal: the file, whether to begin anew, and the entries of its identity. */
  public static void main(String[] words) {
    Map<String, String> identity =
        Arrays.stream(words)
            .skip(2)
            .map(word -> word.split("=", 2))
            .collect(Collectors.toMap(entry -> entry[0], entry -> entry[1]));
    try (LineJournal<FindingLine> journal =
        LineJournal.open(
            Path.of(words[0]),
            "audit",
            identity,
            FindingLine.class,
            Boolean.parseBoolean(words[1]),
            () -> {})) {
      System.out.println("opened, " + journal.found().size() + " findings");
    } catch (InvalidInputException e) {
      System.out.println(e.getMessage());
    }
  }
}
