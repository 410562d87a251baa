package io.foolproof.audit.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What one stage of an audit found for one sample: a line of the journal.
 *
 * @param stage which stage, such as {@code clean} or {@code attack 1 pgd:steps=40}
 * @param index the sample's index in its data set
 * @param outcome how the stage ended for it
 * @param prediction the class of the image that the stage ends with; -1 for none
 * @param confidence the model's probability of that class
 * @param forwards how often the sample was evaluated
 * @param backwards how often its gradient was taken
 * @param nanos its share of its batch's time
 * @param survivesRounding whether the witness still fools as an 8-bit image
 * @param image the witness, as little-endian 32-bit floats
 * @param moved how far the attack moved a pixel for the witness, where it moves pixels
 */
public record JournalEntry(
    String stage,
    long index,
    Outcome outcome,
    int prediction,
    double confidence,
    long forwards,
    long backwards,
    long nanos,
    boolean survivesRounding,
    byte @Nullable [] image,
    @Nullable Double moved) {

  public enum Outcome {
    /** Evaluated, or attacked without success. */
    STANDING,
    /** Fooled, with a witness that was replayed. */
    FOOLED,
    /** The attack claimed a success that did not hold when replayed. */
    NOT_REPLAYED,
    /** The model answered with something that is not a number. */
    NOT_A_NUMBER
  }

  public static byte[] bytes(float[] image) {
    ByteBuffer buffer = ByteBuffer.allocate(image.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(image);
    return buffer.array();
  }

  public float[] floats() {
    if (image == null) {
      throw new IllegalStateException("sample " + index + " has no witness in stage " + stage);
    }
    float[] values = new float[image.length / 4];
    ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
