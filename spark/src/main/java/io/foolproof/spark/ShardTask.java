package io.foolproof.spark;

import io.foolproof.audit.journal.Shard;
import io.foolproof.cli.Foolproof;
import io.foolproof.cli.SharedCommand;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import scala.Function2;
import scala.collection.Iterator;

/**
 * Works on a shard in an executor, in a folder of its own: another attempt at the same shard, side
 * by side or later, changes nothing.
 *
 * @param shards how many there are
 */
record ShardTask(SharedCommand command, int shards)
    implements Function2<TaskContext, Iterator<Integer>, byte[]>, Serializable {
  /** Where the native binding unpacks its libraries. */
  private static final String NATIVES = "org.bytedeco.javacpp.cachedir";

  /**
   * {@inheritDoc}
   *
   * @param numbers that of the shard
   * @return a {@link Found}
   */
  @Override
  public byte[] apply(TaskContext context, Iterator<Integer> numbers) {
    Path received = Path.of(SparkFiles.getRootDirectory()).toAbsolutePath().normalize();
    setUp(context, received);
    try {
      Path folder = Files.createTempDirectory(received, "shard");
      try {
        return work(new Shard(numbers.next(), shards), received, folder).bytes();
      } finally {
        Folders.remove(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What holds for the whole executor: as many threads as a task has cores, natives of its own, and
   * no advice about a command that the user did not give.
   */
  private static void setUp(TaskContext context, Path received) {
    System.setProperty(Terminal.ADVICE, "false");
    System.setProperty(Workers.COUNT, String.valueOf(context.cpus()));
    boolean isDriver = SparkEnv.get().executorId().equals("driver");
    if (!isDriver && System.getProperty(NATIVES) == null) {
      System.setProperty(NATIVES, received.resolve("natives").toString());
    }
  }

  private Found work(Shard shard, Path received, Path folder) {
    StringWriter said = new StringWriter();
    Writer nowhere =
        new OutputStreamWriter(OutputStream.nullOutputStream(), StandardCharsets.UTF_8);
    int code =
        Foolproof.run(
            new PrintWriter(nowhere),
            new PrintWriter(said, true),
            command.words(shard, received, folder).toArray(String[]::new));
    return new Found(code, said.toString(), code == 0 ? SharedCommand.found(folder) : Map.of());
  }
}
