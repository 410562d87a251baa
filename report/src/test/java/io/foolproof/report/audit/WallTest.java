package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WallTest {
  /** Seven samples of two pixels: four of class 0, two of class 1, one of class 2. */
  private static final ImageSet DATA =
      ImageSet.ofPixels(
          "dots",
          new ImageShape(1, 1, 2),
          new float[14],
          new int[] {0, 0, 0, 0, 1, 1, 2},
          List.of("a", "b", "c"));

  @Test
  void closestOfEachClassComesFirst() {
    AuditResult result = moved(Norm.LINF, 0.1f, 0.2f, 0.3f, 0.4f, 0.9f, 0.8f, 0.7f);
    assertThat(places(result, 3)).containsExactly(0, 5, 6);
  }

  @Test
  void secondClosestOfEachClassFollowsAndTheWallIsOrderedByClass() {
    AuditResult result = moved(Norm.LINF, 0.4f, 0.3f, 0.2f, 0.1f, 0.9f, 0.8f, 0.7f);
    assertThat(places(result, 5)).containsExactly(3, 2, 5, 4, 6);
    assertThat(places(result, 6)).containsExactly(3, 2, 1, 5, 4, 6);
  }

  @Test
  void withFewerPlacesThanClassesTheClosestClassesAreShown() {
    AuditResult result = moved(Norm.LINF, 0.5f, 0.5f, 0.5f, 0.5f, 0.2f, 0.2f, 0.1f);
    assertThat(places(result, 2)).containsExactly(4, 6);
  }

  @Test
  void closenessIsMeasuredInTheNormOfTheThreat() {
    // Far in one pixel, or half as far in two: closer in L2, closer in L-inf.
    List<SampleVerdict> samples = unfooled();
    samples.set(0, witness(0, 0.5f, 0));
    samples.set(1, witness(1, 0.4f, 0.4f));
    assertThat(places(result(Norm.L2, samples), 1)).containsExactly(0);
    assertThat(places(result(Norm.LINF, samples), 1)).containsExactly(1);
  }

  @Test
  void euclideanDistanceDecidesAmongEquals() {
    List<SampleVerdict> samples = unfooled();
    samples.set(0, witness(0, 0.3f, 0.3f));
    samples.set(1, witness(1, 0.3f, 0.1f));
    assertThat(places(result(Norm.LINF, samples), 1)).containsExactly(1);
  }

  @Test
  void nothingFooledGivesAnEmptyWall() {
    assertThat(places(result(Norm.LINF, unfooled()), 10)).isEmpty();
  }

  private static AuditResult moved(Norm norm, float... distances) {
    List<SampleVerdict> samples = new ArrayList<>();
    for (int place = 0; place < distances.length; place++) {
      samples.add(witness(place, distances[place], 0));
    }
    return result(norm, samples);
  }

  private static List<SampleVerdict> unfooled() {
    List<SampleVerdict> samples = new ArrayList<>();
    for (int place = 0; place < DATA.size(); place++) {
      samples.add(ExampleAudits.plain(DATA, place, Verdict.UNKNOWN));
    }
    return samples;
  }

  private static SampleVerdict witness(int place, float... pixels) {
    return ExampleAudits.fooled(DATA, place, "pgd", pixels, (DATA.label(place) + 1) % 3);
  }

  private static AuditResult result(Norm norm, List<SampleVerdict> samples) {
    return ExampleAudits.result("m", DATA, ThreatModel.untargeted(norm, 1), samples);
  }

  private static List<Integer> places(AuditResult result, int most) {
    return Wall.choose(result, most).stream().map(Wall.Pick::place).toList();
  }
}
