package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesCsvTest {
  private static final ImageSet DATA =
      ImageSet.ofPixels(
              "dots",
              new ImageShape(1, 1, 2),
              new float[8],
              new int[] {0, 1, 0, 1},
              List.of("a", "b"))
          .select(new int[] {3, 2, 1});

  @Test
  void oneRowASampleWithItsIndexInTheWholeSet() {
    List<SampleVerdict> samples =
        List.of(
            ExampleAudits.plain(DATA, 0, Verdict.ERROR),
            ExampleAudits.fooled(DATA, 1, "say \"cheese\", twice", new float[] {0.5f, 0.25f}, 1),
            ExampleAudits.plain(DATA, 2, Verdict.MISCLASSIFIED));
    AuditResult result = ExampleAudits.result("m", DATA, ExampleAudits.LINF, samples);
    assertThat(SamplesCsv.render(result))
        .isEqualTo(
            """
            index,label,prediction,status,attack,prediction_after,l0,l1,l2,linf,flow,survives_rounding
            3,1,,error,,,,,,,,
            2,0,0,fooled,"say ""cheese"", twice",1,2,0.75,0.5590169943749475,0.5,,true
            1,1,0,misclassified,,,,,,,,
            """
                .replace("\n", "\r\n"));
  }
}
