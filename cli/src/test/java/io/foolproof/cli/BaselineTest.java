package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.cli.option.BaselineOptions;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gate that may only get better, from the command line. */
@Tag("slow")
class BaselineTest {
  @TempDir Path folder;

  private List<Object> audit(String out, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of("audit", "--samples", "40", "--attacks", "fgsm", "--epsilon", "0.1", "--out"));
    words.add(folder.resolve(out));
    words.addAll(Arrays.asList(more));
    return words;
  }

  private static InProcess run(List<Object> words) {
    return InProcess.run(words.toArray());
  }

  /** Every audit leaves its verdicts, which is what --freeze keeps: tests run where CI is set. */
  private Path frozen(String out) throws IOException {
    InProcess audit = run(audit(out, "--allow", "not-converged", "--fail-under", "0"));
    Path file = folder.resolve(out + ".json");
    Files.copy(folder.resolve(out).resolve("verdicts.json"), file);
    assertThat(audit.exitCode()).as(audit.err()).isIn(0, 1);
    return file;
  }

  @Test
  void theSameAuditIsNoWorseThanItself() throws IOException {
    Path before = frozen("one");
    InProcess again = run(audit("two", "--baseline", before));
    assertThat(again.out())
        .contains("Against the baseline: the same model", "newly fooled       0");
    InProcess compared = InProcess.run("compare", before, folder.resolve("two"));
    assertThat(compared.exitCode()).isZero();
    assertThat(compared.out()).contains("difference         +0.0 points");
    InProcess json = InProcess.run("compare", before, folder.resolve("two"), "--format", "json");
    assertThat(json.out()).contains("\"newlyFooled\" : 0", "\"sameModel\" : true", "\"p\" : 1.0");
  }

  /** What is refused is an error where build servers read it, too. */
  @Test
  void aSignThatRefusesToFreezeIsAnError() throws IOException, InterruptedException {
    List<Object> words = audit("refused", "--baseline", folder.resolve("base.json"), "--freeze");
    words.addAll(List.of("--format", "github"));
    Program.Run run =
        Program.run(
            folder,
            Map.of("CI", "", "GITHUB_STEP_SUMMARY", ""),
            words.stream().map(Object::toString).toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.err()).contains("nothing is frozen: ", "--allow not-converged");
    assertThat(run.out()).contains("::error").doesNotContain("::warning");
    assertThat(folder.resolve("base.json")).doesNotExist();
  }

  @Test
  void anotherPlanIsRefusedAndNothingIsSaidAboutIt() throws IOException {
    Path before = frozen("one");
    InProcess other = run(audit("two", "--seed", "1", "--baseline", before));
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("not comparable");
    assertThat(other.err().lines()).hasSize(1);
    assertThat(folder.resolve("two").resolve("journal.jsonl")).doesNotExist();
  }

  @Test
  void whatBuildServersReadIsBesideTheReport() {
    InProcess run =
        run(audit("ci", "--fail-under", "1", "--format", "sarif,junit,gitlab,markdown"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(folder.resolve("ci").resolve("audit.sarif"))
        .content()
        .contains("foolproof/gate", "\"level\" : \"error\"");
    assertThat(folder.resolve("ci").resolve("junit.xml")).content().contains("<failure message=");
    assertThat(folder.resolve("ci").resolve("gl-code-quality-report.json")).isNotEmptyFile();
    assertThat(folder.resolve("ci").resolve("summary.md")).content().contains("Gate failed");
    assertThat(folder.resolve("ci").resolve("github.txt")).doesNotExist();
    InProcess wrong = run(audit("none", "--format", "html"));
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("there is no format 'html'");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void whatCannotBeUsedIsRefusedBeforeTheAuditBegins() throws IOException {
    InProcess none = run(audit("none", "--baseline", folder.resolve("missing.json")));
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("missing.json", "--freeze");
    assertThat(folder.resolve("none")).doesNotExist();
    InProcess slack = run(audit("none", "--slack", "3"));
    assertThat(slack.err()).contains("--slack is about a baseline");
    InProcess format = InProcess.run("compare", "a", "b", "--format", "xml");
    assertThat(format.err()).contains("--format is 'xml': give text or json");
  }

  @Test
  void freezingIsRefusedWhereCiIsSet() {
    BaselineOptions options = new BaselineOptions();
    options.freeze = true;
    assertThatThrownBy(() -> options.check(Map.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("add --baseline FILE");
    options.file = folder.resolve("base.json");
    options.check(Map.of());
    options.check(Map.of("CI", "false"));
    assertThatThrownBy(() -> options.check(Map.of("CI", "true")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--freeze is refused where the variable CI is set");
  }
}
