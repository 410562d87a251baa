package io.foolproof.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that audits an ONNX model and fails where attacks leave too little of it, or where a sign
 * says that what they left is too high. The method may have a parameter of type {@link
 * io.foolproof.audit.AuditResult}, for assertions of its own ({@link AuditAssert}).
 *
 * <pre>{@code
 * @AuditTest(model = "src/main/resources/digits.onnx", data = "mnist", epsilon = "0.1",
 *     leavesAtLeast = 0.6)
 * void attacksLeaveEnough(AuditResult result) {
 *   assertThat(result).isNoWorseThan(Path.of("src/test/resources/baseline.json"));
 * }
 * }</pre>
 *
 * <p>Tests of one JVM that ask for the same audit share it. Its journal is kept in {@code
 * target/foolproof}, or the folder that the configuration parameter {@code foolproof.folder} names:
 * of an unchanged model the next run computes nothing anew.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@Tag("foolproof")
@ExtendWith(AuditExtension.class)
public @interface AuditTest {

  /** The model: an ONNX file, relative to the working directory. */
  String model();

  /**
   * The images: {@code digits}, {@code mnist}, {@code fashion-mnist}, a folder with one folder a
   * class, or an .npz, .npy or IDX file.
   */
  String data();

  /** How changes are measured: {@code linf}, {@code l2}, {@code l1} or {@code l0}. */
  String norm() default "linf";

  /** The largest change, of pixels in [0, 1]: a number, or a fraction such as {@code 8/255}. */
  String epsilon();

  /** A suite, or attacks with their settings, as on the command line. */
  String attacks() default "fast";

  /** How many images, drawn evenly over the classes; all where there are fewer. */
  int samples() default 200;

  /** Of all random numbers, the draw of images included. */
  long seed() default 0;

  /**
   * The smallest fraction of all samples that attacks must leave; what they leave proves nothing.
   */
  double leavesAtLeast() default 0;

  /** Ids of signs that are no reason to fail, such as {@code saturated-loss}. */
  String[] allow() default {};
}
