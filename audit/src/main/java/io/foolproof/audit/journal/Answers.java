package io.foolproof.audit.journal;

import io.foolproof.data.Hashes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a metered model answered: a line for each image that was sent. A search that was cut off is
 * run again from its beginning and gets these answers, so that it goes on where it was without
 * sending anything twice.
 */
public final class Answers implements AutoCloseable {
  /** What its file is called, next to the journal. */
  public static final String FILE = "answers.jsonl";

  private static final int HASH_BYTES = 16;

  private final LineJournal<Answer> lines;
  private final Map<Search, Map<Integer, Answer>> earlier = new HashMap<>();

  /**
   * One answer.
   *
   * @param stage of the audit that the search belongs to
   * @param index of the sample that is searched around
   * @param number of the query in its search, from 0
   * @param image a hash of the image that was sent: {@link #hash}
   * @param logits what came back
   */
  public record Answer(String stage, long index, int number, String image, float[] logits) {
    /** Checks that all of it is there. */
    public Answer {
      Objects.requireNonNull(stage, "an answer is that of a stage");
      Objects.requireNonNull(image, "an answer is that of an image");
      Objects.requireNonNull(logits, "an answer has logits");
    }
  }

  private record Search(String stage, long index) {}

  private Answers(LineJournal<Answer> lines) {
    this.lines = lines;
    // A search that an earlier run began anew has later lines, which count.
    for (Answer answer : lines.found()) {
      earlier
          .computeIfAbsent(new Search(answer.stage, answer.index), unknown -> new HashMap<>())
          .put(answer.number, answer);
    }
  }

  /** Answers that are on no disk. */
  public static Answers inMemory() {
    return new Answers(LineJournal.inMemory());
  }

  /**
   * Opens the answers of an audit, new or begun.
   *
   * @param identity everything that they depend on, by name
   * @param fresh whether to drop what an earlier audit was answered
   * @throws io.foolproof.tensor.InvalidInputException as that of {@link Journal#open}
   */
  public static Answers open(Path file, Map<String, String> identity, boolean fresh) {
    return new Answers(LineJournal.open(file, "audit", identity, Answer.class, fresh, () -> {}));
  }

  /** Names an image in few characters: the beginning of the SHA-256 of its values. */
  public static String hash(float[] image) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(image.length, Float.BYTES));
    bytes.asFloatBuffer().put(image);
    byte[] hash = Hashes.sha256().digest(bytes.array());
    return HexFormat.of().formatHex(Arrays.copyOf(hash, HASH_BYTES));
  }

  /**
   * What earlier runs were answered; null where they were not, or where the search sent another
   * image then.
   */
  public float @Nullable [] known(String stage, long index, int number, String image) {
    Answer answer = ofSearch(stage, index).get(number);
    return answer == null || !answer.image.equals(image) ? null : answer.logits;
  }

  /** How many queries of a search earlier runs were answered. */
  public int count(String stage, long index) {
    return ofSearch(stage, index).size();
  }

  private Map<Integer, Answer> ofSearch(String stage, long index) {
    return earlier.getOrDefault(new Search(stage, index), Map.of());
  }

  /** Adds answers; once this returns, a killed process has not lost them. */
  public synchronized void append(List<Answer> answers) {
    lines.append(answers);
  }

  @Override
  public void close() {
    lines.close();
  }
}
