package io.foolproof.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Noun;
import io.foolproof.audit.Searched;
import io.foolproof.audit.Verdict;
import io.foolproof.data.GeneratedDigits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SearchWordsTest {
  private static final Noun IMAGE = Noun.of(ThreatModel.linf(1));
  private static final String BOUND = "at most 47 of the 796 not searched further, 5.9 %";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | 0 | 0 | 0 | The first attacks fooled all images that were correctly classified.
          40 | 40 | 0 | 0 | The first attacks did not fool 40 images: all were attacked thoroughly.
          80 | 50 | 30 | 0 | Of the 80 images that the first attacks did not fool, the 50 with the smallest margins were attacked thoroughly. Of the other 30, the suite standard fooled none.
          900 | 54 | 50 | 2 | Of the 900 images that the first attacks did not fool, the 54 with the smallest margins were attacked thoroughly. Of 50 others drawn at random, the suite standard fooled 2, so it was run on all.
          900 | 54 | 50 | 0 | Of the 900 images that the first attacks did not fool, the 54 with the smallest margins were attacked thoroughly. Of 50 others drawn at random, the suite standard fooled none: it would fool at most 47 of the 796 not searched further, 5.9 % (95 % confidence).
          """)
  void everyOutcomeHasItsSentence(int ranked, int thorough, int checked, int fell, String text) {
    Searched searched = new Searched(ranked, thorough, checked, fell, "the suite standard");
    assertThat(new SearchWords(searched, IMAGE).text()).isEqualTo(text);
  }

  @Test
  void everyReportSaysWhatWasNotSearched() {
    AuditResult plain =
        ExampleAudits.of(
            GeneratedDigits.standard().test(1),
            ThreatModel.untargeted(Norm.LINF, 0.1),
            Verdict.UNKNOWN);
    AuditResult result =
        ExampleAudits.searched(plain, new Searched(900, 54, 50, 0, "the suite standard"));
    assertThat(TerminalSummary.render(result, null, false).replaceAll("\\s+", " ")).contains(BOUND);
    assertThat(HtmlReport.render(result, ExampleAudits.CONTEXT)).contains(BOUND);
    JsonNode json = JsonMapper.shared().readTree(JsonReport.render(result, ExampleAudits.CONTEXT));
    assertThat(json.at("/searched/notSearched").asInt()).isEqualTo(796);
    assertThat(json.at("/searched/atMost").asDouble()).isEqualTo(47 / 796.0);
    assertThat(JsonReport.render(plain, ExampleAudits.CONTEXT))
        .asString()
        .doesNotContain("searched");
  }
}
