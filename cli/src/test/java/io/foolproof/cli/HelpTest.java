package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
  private static String help(String command) {
    List<Object> words = new ArrayList<>(List.of(command.split(" ")));
    words.add("--help");
    InProcess run = InProcess.run(words.toArray());
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    return run.out();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit",
        "attack",
        "merge",
        "evidence",
        "verify",
        "prove",
        "check",
        "hull",
        "study",
        "train",
        "defend",
        "data",
        "data list",
        "data fetch",
        "data show",
        "inspect",
        "attacks"
      })
  void everyPageFitsIntoATerminalAndHasOneStyle(String command) {
    String page = help(command);
    assertThat(page).startsWith("Usage: foolproof " + command).contains("\nExit codes:\n");
    assertThat(page.lines()).allMatch(line -> line.length() <= 80 && !line.endsWith(" "));
    assertThat(page).doesNotContain("<", "${", "=LIST", "\u001b");
    Matcher placeholder = Pattern.compile("(?m)^  --[a-z-]+ (\\S+)").matcher(page);
    while (placeholder.find()) {
      assertThat(placeholder.group(1)).matches("[A-Z]+(,[A-Z]+)?");
    }
  }

  @Test
  void optionsOfAnAuditAreUnderHeadings() {
    String page = help("audit");
    assertThat(headings(page))
        .containsExactly(
            "Model",
            "Data",
            "Table",
            "Threat model",
            "Attacks",
            "Output",
            "General",
            "Model behind a URL",
            "Exit codes");
    assertThat(section(page, "Model"))
        .contains("  MODEL ", "  --box LOW,HIGH ", "  --surrogate ", "  --view ");
    assertThat(section(page, "Threat model")).contains("  --norm ", "  --epsilon NUMBER ");
    assertThat(section(page, "Attacks")).contains("  --attacks ", "  --queries ", "  --seed ");
    assertThat(section(page, "Output")).contains("  --out ", "  --fail-under ", "  --fresh ");
    assertThat(section(page, "Model behind a URL")).contains("  --query-budget ", "  --header ");
  }

  private static List<String> headings(String page) {
    return page.lines()
        .filter(line -> line.matches("[A-Z].*:"))
        .map(line -> line.substring(0, line.length() - 1))
        .toList();
  }

  private static String section(String page, String heading) {
    String from = page.substring(page.indexOf("\n" + heading + ":\n"));
    int end = from.indexOf("\n\n");
    return end < 0 ? from : from.substring(0, end);
  }

  @ParameterizedTest
  @CsvSource({
    "audit, --attacks, fast",
    "audit, --queries, 5000",
    "audit, --norm, linf",
    "audit, --data, digits",
    "hull, --queries, test",
    "data show, --rows, 10",
    "train, --net, cnn"
  })
  void defaultsAreShown(String command, String option, String expected) {
    assertThat(help(command).replaceAll("\\s+", " "))
        .containsPattern(option + " (?:(?! --).)*?\\(default: " + expected + "\\)");
  }

  @Test
  void theProgramsOwnPageListsItsCommandsAndExitCodes() {
    InProcess run = InProcess.run("--help");
    assertThat(run.exitCode()).isZero();
    for (Subcommand command : Subcommand.values()) {
      assertThat(run.out()).contains("\n  " + command.word() + " ");
    }
    assertThat(run.out()).contains("\n  2    an argument", "\n  130  interrupted");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void theVersionIsThatOfTheProgramEverywhere() {
    String version = InProcess.run("--version").out();
    assertThat(version).startsWith("foolproof ");
    assertThat(InProcess.run("audit", "--version").out()).isEqualTo(version);
  }
}
