package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.GeneratedDigits;
import io.foolproof.defense.CertifiedAccuracy;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code train --recipe certified} and its like, and what {@code prove} then proves. */
class CertifiedTrainingTest {
  private static final int IMAGES = 12;

  @TempDir Path folder;

  private static int count(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  /** What intervals certify while training, certificates show and the checker agrees to. */
  @Test
  void theCertifiedRateIsProved() {
    Path out = folder.resolve("net.onnx");
    InProcess train =
        InProcess.run(
            "train",
            "--data",
            "digits",
            "--recipe",
            "certified",
            "--net",
            "mlp",
            "--epsilon",
            "0.05",
            "--epochs",
            "2",
            "--out",
            out);
    assertThat(train.exitCode()).isZero();
    assertThat(train.out()).contains("Interval bounds keep the label of", "L-inf, epsilon 0.05");
    assertThat(OnnxModel.read(out).metadata("foolproof.training")).contains("IntervalLoss");
    int certified;
    try (Workers workers = new Workers();
        OnnxClassifier net = OnnxClassifier.load(out)) {
      double rate =
          CertifiedAccuracy.of(
              net, GeneratedDigits.standard().test(IMAGES), 0.05, DType.FLOAT64, workers);
      certified = (int) Math.round(rate * IMAGES);
    }
    // Of a net that is not bounded at all nothing would be shown.
    assertThat(certified).isPositive();
    String proofs = folder.resolve("proofs").toString();
    InProcess prove =
        InProcess.run(
            "prove",
            out,
            "--data",
            "digits",
            "--first",
            IMAGES,
            "--epsilon",
            "0.05",
            "--out",
            proofs,
            "--timeout",
            "20");
    assertThat(prove.exitCode()).isZero();
    assertThat(count(prove.out(), "(\\d+) proved")).isGreaterThanOrEqualTo(certified);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "certified|small|l2|1|give --norm linf",
        "sabr|small|linf,l1|0.1,2|give --norm linf",
        "crown-ibp|threshold|linf|0.1|(Clip): has intervals, but no linear bounds",
        "crown-ibp|cnn|linf|0.1|(MaxPool): has intervals, but no linear bounds",
        "certified|small|linf|1.5|reaches every image of the box",
        "mtl-ibp|small|linf|0.9|reaches every image of the box",
      })
  void whatCannotBeBoundedIsRefusedInALine(
      String recipe, String net, String norms, String epsilons, String why) {
    InProcess train =
        InProcess.run(
            "train",
            "--data",
            "digits",
            "--recipe",
            recipe,
            "--net",
            net,
            "--norm",
            norms,
            "--epsilon",
            epsilons,
            "--out",
            folder.resolve("x.onnx"));
    assertThat(train.exitCode()).isEqualTo(2);
    assertThat(train.err().lines()).hasSize(1).first().asString().contains(why);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void lipschitzBoundsAreShownAndNeverCalledProved() {
    InProcess inspect = InProcess.run("inspect", "--lipschitz");
    assertThat(inspect.exitCode()).isZero();
    assertThat(inspect.out())
        .contains("norm         at most", "lipschitz    at most", "no certificate")
        .doesNotContain("proved");
    InProcess remote = InProcess.run("inspect", "https://example.org/model", "--lipschitz");
    assertThat(remote.exitCode()).isEqualTo(2);
    assertThat(remote.err().lines()).hasSize(1).first().asString().contains("for ONNX files");
  }
}
