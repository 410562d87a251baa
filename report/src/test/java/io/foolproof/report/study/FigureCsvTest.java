package io.foolproof.report.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.study.Timing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureCsvTest {

  private record Inner(int count, String text, int[] levels) {}

  private record Found(
      double value, Timing took, double[] list, double[][] table, List<Inner> inner, Inner one) {}

  private static final Found FOUND =
      new Found(
          0.1,
          new Timing(17),
          new double[] {1, Double.NaN},
          new double[][] {{1, 2}, {3, 4}},
          List.of(new Inner(1, "a, \"b\"", new int[] {7, 8}), new Inner(2, "c", new int[0])),
          new Inner(3, "d", new int[] {9, 10}));

  @Test
  void everyNumberIsARow() {
    assertThat(FigureCsv.render(FOUND).split("\r\n"))
        .containsExactly(
            "name,place,value",
            "value,,0.1",
            "list,0,1.0",
            "list,1,NaN",
            "table,0,1.0 2.0",
            "table,1,3.0 4.0",
            "inner.count,0,1",
            "inner.text,0,\"a, \"\"b\"\"\"",
            "inner.levels,0,7 8",
            "inner.count,1,2",
            "inner.text,1,c",
            "inner.levels,1,",
            "one.count,,3",
            "one.text,,d",
            "one.levels,0,9",
            "one.levels,1,10");
  }

  @Test
  void timesAreLeftOut() {
    assertThat(new String(FigureJson.write(FOUND), StandardCharsets.UTF_8))
        .contains("\"value\" : 0.1", "\"list\" : [ 1.0, \"NaN\" ]")
        .doesNotContain("took", "17");
  }
}
