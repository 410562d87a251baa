package io.foolproof.spark;

import io.foolproof.audit.journal.Shard;
import io.foolproof.cli.SharedCommand;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import scala.Function2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * The shards that are not done yet, as the tasks of one job; keeps what each finds, and says so.
 */
final class Shards {
  private final SharedCommand command;
  private final int count;
  private final PrintWriter err;
  private final long start = System.nanoTime();
  private int done;
  private @Nullable Found refused;

  Shards(SharedCommand command, int count, PrintWriter err) {
    this.command = command;
    this.count = count;
    this.err = err;
  }

  /**
   * Runs the job.
   *
   * @return what the first shard found that cannot be done; null where all are done
   */
  @Nullable Found run(JavaSparkContext context) {
    List<Shard> missing = command.missing(count);
    if (missing.isEmpty()) {
      return null;
    }
    List<Integer> numbers = missing.stream().map(Shard::number).toList();
    SparkContext spark = context.sc();
    ClassTag<byte[]> type = ClassTag$.MODULE$.apply(byte[].class);
    Seq<Object> all =
        CollectionConverters.asScala(
                java.util.stream.IntStream.range(0, numbers.size())
                    .<Object>mapToObj(i -> i)
                    .toList())
            .toSeq();
    Function2<Object, byte[], BoxedUnit> keeper =
        (place, bytes) -> {
          take(spark, missing.get((Integer) place), Found.of(bytes), missing.size());
          return BoxedUnit.UNIT;
        };
    try {
      spark.runJob(
          context.parallelize(numbers, numbers.size()).rdd(),
          new ShardTask(command, count),
          all,
          keeper,
          type);
    } catch (Exception e) {
      // The job was cancelled.
      if (refused == null) {
        throw e;
      }
    }
    return refused;
  }

  /** On a thread of the scheduler, one result after another. */
  private void take(SparkContext spark, Shard shard, Found found, int missing) {
    if (refused != null) {
      return;
    }
    if (found.exitCode() != 0) {
      refused = found;
      spark.cancelAllJobs();
      return;
    }
    command.keep(shard, found.files());
    done++;
    double left = (System.nanoTime() - start) / 6e10 / done * (missing - done);
    err.printf(
        Locale.ROOT,
        "Shard %s is done, %d to go%s%n",
        shard,
        missing - done,
        done == missing ? "" : ", about %.0f min".formatted(Math.ceil(left)));
    err.flush();
  }
}
