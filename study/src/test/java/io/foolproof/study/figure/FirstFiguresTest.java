package io.foolproof.study.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.geometry.InsideShare;
import io.foolproof.geometry.Space;
import io.foolproof.study.Plans;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.StudyResult;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Workers;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures 1 to 8 on built-in digits, and on images whose answers are known. */
@Tag("slow")
class FirstFiguresTest {
  @TempDir Path folder;
  @TempDir Path other;

  @Test
  void anImageIsItsNumbers() {
    StudyPlan plan = Plans.digits();
    Digit.Found found = Plans.found(plan, folder, Digit.Found.class, 1);
    assertThat(found.numbers()).isEqualTo(784);
    assertThat(found.eightBit()).isTrue();
    byte[] levels = new byte[784];
    plan.training().copyLevels(0, levels, 0);
    for (int p = 0; p < 784; p++) {
      assertThat(found.image().levels()[p]).isEqualTo(levels[p] & 0xff);
    }
    assertThat(found.image().label()).isEqualTo(plan.training().label(0));
  }

  @Test
  void numbersOfImagesAreCountedExactly() {
    Patterns.Found found = Plans.found(Plans.digits(), folder, Patterns.Found.class, 2);
    assertThat(found.levels()).containsExactly(2, 4, 16, 256);
    assertThat(found.digits()).containsExactly(237, 473, 945, 1889);
    assertThat(new BigInteger(found.count())).isEqualTo(BigInteger.ONE.shiftLeft(784));
    assertThat(found.covered()).isEqualTo(9);
    assertThat(found.seen()).hasSize(24);
    for (int k = 1; k <= 24; k++) {
      assertThat(found.seen()[k - 1]).isBetween(1, Math.min(1 << k, found.images()));
      assertThat(k == 1 || found.seen()[k - 1] >= found.seen()[k - 2]).isTrue();
    }
    assertThat(found.seen()[0]).isEqualTo(2);
    assertThat(found.seen()[23]).isGreaterThan(100);
  }

  /** One pixel is either above or below middle grey, the other always black. */
  @Test
  void patternsAreThoseOfPixelsAboveMiddleGrey() {
    int n = StudyPlan.LEAST_TRAINING;
    float[] pixels = new float[2 * n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      pixels[2 * i] = i % 3 == 0 ? 0.6f : 0.4f;
      labels[i] = i % 2;
    }
    ImageSet images =
        ImageSet.ofPixels("grey", new ImageShape(1, 1, 2), pixels, labels, List.of("even", "odd"));
    Patterns.Found found = Plans.found(Plans.of(images), folder, Patterns.Found.class, 2);
    assertThat(found.seen()).containsExactly(2, 2);
    assertThat(found.digits()[0]).isEqualTo(1);
    assertThat(found.count()).isEqualTo("4");
  }

  @Test
  void polynomialsFollowTheCurveInsideAlone() {
    Polynomials.Found found = Plans.found(Plans.digits(), folder, Polynomials.Found.class, 3);
    assertThat(found.fits()).hasDimensions(16, found.x().length);
    assertThat(found.x()[0]).isEqualTo(-2);
    assertThat(found.x()[100]).isZero();
    assertThat(found.curve()[150]).isCloseTo(Math.sin(3), within(1e-12));
    assertThat(found.fits()[7][100]).isCloseTo(0, within(0.1));
    assertThat(found.inside()[7]).isLessThan(found.noise());
    assertThat(found.outside()[15]).isGreaterThan(1000);
  }

  @Test
  void fewPointsManyDimensionsAndManyParametersMakeErrors() {
    FewAndMany.Found found = Plans.found(Plans.digits(), folder, FewAndMany.Found.class, 4);
    double[] outside = found.points().outside();
    assertThat(outside[0]).isGreaterThan(10 * outside[outside.length - 1]);
    double[] inside = found.points().inside();
    // Least squares with p parameters and n samples: about noise sqrt(p / n).
    double expected = found.noise() * Math.sqrt(10.0 / 5120);
    assertThat(inside[inside.length - 1]).isBetween(expected / 1.5, expected * 1.5);
    double[] byDegree = found.parameters().outside();
    assertThat(byDegree[25]).isGreaterThan(1000 * byDegree[9]);
    FewAndMany.Dimensions dimensions = found.dimensions();
    int last = dimensions.dimension().length - 1;
    assertThat(dimensions.inside()[0]).isGreaterThan(dimensions.queries() * 97 / 100);
    assertThat(dimensions.inside()[last]).isZero();
    for (int k = 0; k <= last; k++) {
      double n = dimensions.points();
      double d = dimensions.dimension()[k];
      // Its mean square, for normal points: (1 + 1/n) d / (n - d - 2) + 1/n, in squares of noise.
      double mean = found.noise() * Math.sqrt((1 + 1 / n) * d / (n - d - 2) + 1 / n);
      assertThat(dimensions.error()[k]).as("%s dimensions", d).isBetween(0.6 * mean, 1.2 * mean);
    }
  }

  @Test
  void aNetLearnsAndItsErrorsAreKept() {
    StudyPlan plan = Plans.digits();
    Learning.Found found = Plans.found(plan, folder, Learning.Found.class, 5);
    assertThat(found.trainedHere()).isTrue();
    assertThat(found.epochs()).hasSize(2);
    assertThat(found.epochs().get(1).loss()).isLessThan(found.epochs().get(0).loss());
    assertThat(found.loss()).hasSizeBetween(2, 200);
    assertThat(found.weights()).isEqualTo(130_890).isGreaterThan(found.images());
    assertThat(found.correct()).isEqualTo(found.tested() - found.wrong().size());
    assertThat(found.low()).isLessThan((double) found.correct() / found.tested());
    assertThat(found.wrong())
        .isNotEmpty()
        .allMatch(wrong -> wrong.predicted() != wrong.image().label())
        .allMatch(wrong -> wrong.confidence() > 0.1 && wrong.confidence() <= 1);
  }

  @Test
  void trainingImagesAreCornersUnlessTheyAreThereTwice() {
    Boundary.Found found = Plans.found(Plans.digits(), folder, Boundary.Found.class, 6);
    assertThat(found.tested()).isEqualTo(300);
    assertThat(found.inside()).isZero();
    assertThat(found.rejected()).isZero();
    assertThat(found.exceptions()).isEmpty();
    assertThat(found.distances()).hasSize(300);
    assertThat(Arrays.stream(found.distances())).allMatch(distance -> distance > 0.5);
    assertThat(found.log10Fraction()).isCloseTo(3 - 236.0076, within(1e-3));
    // Along a random direction u the cube of d dimensions extends by |u|_1: about sqrt(2 d / pi).
    assertThat(found.cubeWidth()).isCloseTo(Math.sqrt(2 * 784 / Math.PI), within(0.2));
    assertThat(found.width()).isBetween(1.0, found.cubeWidth() / 2);
    StudyPlan twice = Plans.of(random(new ImageShape(1, 2, 2), 0.2));
    Boundary.Found duplicates = Plans.found(twice, other, Boundary.Found.class, 6);
    assertThat(duplicates.inside()).isGreaterThan(100);
    assertThat(duplicates.exceptions()).hasSize(24);
    assertThat(duplicates.exceptions().get(0).distance()).isZero();
  }

  /** Random images of two classes; a fraction of them are repetitions of the first. */
  private static ImageSet random(ImageShape shape, double repeated) {
    RandomStream random = new RandomStream(1, 0, "random images", 0);
    int pixels = shape.channels() * shape.height() * shape.width();
    float[][] images = new float[1200][pixels];
    int[] labels = new int[images.length];
    for (int i = 0; i < images.length; i++) {
      boolean again = i > 0 && random.nextDouble() < repeated;
      for (int p = 0; p < pixels; p++) {
        images[i][p] = again ? images[0][p] : random.nextFloat();
      }
      labels[i] = i % 2;
    }
    return ImageSet.of(images, labels, shape);
  }

  @Test
  void fewerDimensionsHaveMoreInside() {
    StudyPlan plan = Plans.digits();
    InsideByDimension.Found found = Plans.found(plan, folder, InsideByDimension.Found.class, 7);
    assertThat(found.queries()).isEqualTo(200);
    assertThat(found.rows()).extracting(InsideByDimension.Row::dimension).isSorted();
    InsideByDimension.Row last = found.rows().get(found.rows().size() - 1);
    assertThat(last.space()).isEqualTo("pixels");
    assertThat(last.inside()).isZero();
    assertThat(found.rows().get(0).inside()).isGreaterThan(180);
    try (Workers workers = new Workers(2)) {
      for (InsideByDimension.Row row : found.rows()) {
        InsideShare share =
            InsideShare.measure(Space.parse(row.space()), plan.training(), plan.test(), workers);
        assertThat(row.inside()).as(row.space()).isEqualTo(share.inside());
        assertThat(row.dimension()).isEqualTo(share.dimension());
      }
    }
    assertThat(found.enoughFor()).isBetween(20, 40);
  }

  @Test
  void accuracyIsMeasuredByDistance() {
    Generalises.Found found = Plans.found(Plans.digits(), folder, Generalises.Found.class, 8);
    assertThat(found.inside()).isZero();
    assertThat(found.rejected()).isZero();
    assertThat(found.deciles()).hasSize(10).allMatch(decile -> decile.count() == 20);
    int correct = 0;
    for (boolean one : found.correct()) {
      correct += one ? 1 : 0;
    }
    assertThat(found.deciles().stream().mapToInt(Generalises.Decile::correct).sum())
        .isEqualTo(correct);
    assertThat(found.deciles()).extracting(Generalises.Decile::from).isSorted();
    double[] sorted = found.distance().clone();
    Arrays.sort(sorted);
    assertThat(found.deciles().get(9).to()).isEqualTo(sorted[199]);
    for (int i = 0; i < 200; i++) {
      assertThat(found.distance()[i]).isLessThanOrEqualTo(found.neighbour()[i]);
    }
  }

  @Test
  void imagesOfAnySizeHaveTheseFigures() {
    ImageSet colour = random(new ImageShape(3, 8, 8), 0);
    StudyResult result = Plans.run(Plans.of(colour), folder, 1, 2, 5, 6, 7, 8);
    assertThat(result.figures()).hasSize(6);
    assertThat(result.leftOut()).isEmpty();
    assertThat(result.found(Patterns.Found.class).orElseThrow().seen()).hasSize(24);
  }
}
