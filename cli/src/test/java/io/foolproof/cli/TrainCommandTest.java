package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code train} and {@code fit} say, and refuse. */
class TrainCommandTest {
  private static final int PIXELS = 28 * 28;

  @TempDir Path folder;

  private InProcess train(Path out, Object... more) {
    Object[] all = new Object[5 + more.length];
    System.arraycopy(new Object[] {"train", "--net", "linear", "--out", out}, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return InProcess.run(all);
  }

  /** To be copied as it is: it audits this net, as it was trained. */
  @Test
  void theAuditThatFoolsMoreIsGivenWhole() {
    Path out = folder.resolve("a b.onnx");
    InProcess run =
        train(out, "--recipe", "fast", "--norm", "l2", "--epsilon", "0.5", "--epochs", "1");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("  foolproof audit '" + out + "' --norm l2 --epsilon 0.5 --attacks plus\n")
        .contains("Under PGD (40 steps, L2, epsilon 0.5)");
    assertThat(run.out().lines().filter(line -> !line.contains(out.toString())))
        .allMatch(line -> line.length() <= 80);
  }

  /** A checkpoint gives no right to what somebody else put in the model's place. */
  @Test
  void anotherFileBesideACheckpointStays() throws IOException {
    Path out = folder.resolve("net.onnx");
    Files.writeString(folder.resolve("net.onnx.training.npz"), "of a run that was killed");
    Path other = folder.resolve("other.onnx");
    assertThat(train(other, "--epochs", "1").exitCode()).isZero();
    Files.copy(other, out);
    InProcess refused = train(out, "--epochs", "1", "--seed", "5");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).hasLineCount(1).contains("net.onnx: is there already");
    assertThat(out).hasSameBinaryContentAs(other);
    // This run's own file is no obstacle; the checkpoint, which is none, is.
    assertThat(train(out, "--epochs", "1").err()).contains("is no checkpoint, or a damaged one");
  }

  /** Digits of which each is a class of its own as far as labels below a number tell. */
  private Path set(String name, int trained, int tested) throws IOException {
    ImageSet training = GeneratedDigits.standard().training(400);
    ImageSet test = GeneratedDigits.standard().test(100);
    Path file = folder.resolve(name);
    Npz.write(
        file,
        Map.of(
            "x_train", pixels(training),
            "y_train", labels(training, trained),
            "x_test", pixels(test),
            "y_test", labels(test, tested)));
    return file;
  }

  private static NpyArray pixels(ImageSet images) {
    float[] all = new float[images.size() * PIXELS];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.pixels(i), 0, all, i * PIXELS, PIXELS);
    }
    return NpyArray.ofFloats(all, images.size(), 28, 28);
  }

  private static NpyArray labels(ImageSet images, int classes) {
    int[] all = new int[images.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = images.label(i) % classes;
    }
    return NpyArray.ofInts(all, all.length);
  }

  @Test
  void testImagesOfClassesThatNothingIsLearnedOfAreRefused() throws IOException {
    Path data = set("more.npz", 3, 4);
    Path out = folder.resolve("x.onnx");
    for (InProcess run :
        new InProcess[] {
          train(out, "--data", data), InProcess.run("fit", "lda", "--data", data, "--out", out)
        }) {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .hasLineCount(1)
          .contains("more.npz", "test images have labels up to 3, and training images 0 to 2");
    }
    assertThat(out).doesNotExist();
  }

  /** Digits are taken for their last bit; what is learned of the training labels is of no use. */
  @Test
  void whatDoesNoBetterThanChanceHasNotLearned() throws IOException {
    Path data = set("halves.npz", 2, 2);
    Path good = folder.resolve("good.onnx");
    InProcess fit = InProcess.run("fit", "lda", "--data", data, "--out", good);
    assertThat(fit.exitCode()).as(fit.err()).isZero();
    Map<String, NpyArray> arrays = Npz.read(data);
    int[] others = new int[100];
    for (int i = 0; i < others.length; i++) {
      others[i] = i / 50;
    }
    arrays.put("y_test", NpyArray.ofInts(others, others.length));
    Path unlike = folder.resolve("unlike.npz");
    Npz.write(unlike, arrays);
    Path bad = folder.resolve("bad.onnx");
    for (InProcess run :
        new InProcess[] {
          InProcess.run("fit", "lda", "--data", unlike, "--out", bad),
          train(folder.resolve("worse.onnx"), "--data", unlike, "--epochs", "3", "--batch", "50")
        }) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .contains("has not learned its task")
          .containsPattern("naming the most frequent class every time\\s\\(50.00 %\\)");
    }
  }
}
