package io.foolproof.cli;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Attacks;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Suite;
import java.io.PrintWriter;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code foolproof attacks}: the catalogue. */
@Command(
    name = "attacks",
    description = "Lists the attacks, with their settings and papers.",
    mixinStandardHelpOptions = true)
final class AttacksCommand implements Runnable {
  @Spec CommandSpec spec;

  AttacksCommand() {}

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    out.println("Suites, for --attacks:");
    for (Suite suite : Suite.values()) {
      out.printf("%-14s %s%n", suite, suite.summary());
    }
    for (Knowledge knowledge : Knowledge.values()) {
      out.printf("%n%s:%n", heading(knowledge));
      Attacks.all().stream()
          .filter(entry -> entry.make().knowledge() == knowledge)
          .forEach(entry -> print(out, entry));
    }
    out.flush();
  }

  private static String heading(Knowledge knowledge) {
    return switch (knowledge) {
      case WHITE_BOX -> "Attacks that need gradients";
      case SCORES -> "Attacks that need the scores of all classes";
      case LABELS -> "Attacks that need the predicted class only";
    };
  }

  private static void print(PrintWriter out, Attacks.Entry entry) {
    Attack attack = entry.make();
    String norms = attack.norms().stream().map(Norm::id).collect(Collectors.joining(", "));
    out.printf("%s%n", attack.settings());
    out.printf("    %s (%s)%n", entry.summary(), norms);
    out.printf("    %s; %s%n", entry.cost(), entry.paper());
  }
}
