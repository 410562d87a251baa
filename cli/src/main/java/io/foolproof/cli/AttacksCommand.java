package io.foolproof.cli;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.attack.suite.Suite;
import java.io.PrintWriter;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code foolproof attacks}: the catalogue. */
@Command
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
          .filter(entry -> entry.standard().knowledge() == knowledge)
          .forEach(entry -> print(out, entry));
    }
    out.printf("%nSettings that any attack with gradients takes besides its own:%n");
    out.printf(
        "eot=20[:eot-angle=DEGREES][:eot-shift=PIXELS][:eot-scale=SHARE]%n"
            + "    the mean over so many draws, of a randomised model and of turned, shifted and"
            + " scaled images%n    Athalye et al. 2017, arXiv 1707.07397%n"
            + "bpda=identity|hardtanh|surrogate%n"
            + "    gradients pass through rounding steps as if these were not there, or are those of"
            + " the --surrogate models%n    Athalye et al. 2018, arXiv 1802.00420%n");
    out.flush();
  }

  private static String heading(Knowledge knowledge) {
    return switch (knowledge) {
      case WHITE_BOX -> "Attacks that need gradients";
      case SCORES -> "Attacks that need the scores of all classes";
      case LABELS -> "Attacks that need the predicted class only";
    };
  }

  private static void print(PrintWriter out, AttackEntry entry) {
    Attack attack = entry.standard();
    String norms = attack.norms().stream().map(Norm::id).collect(Collectors.joining(", "));
    out.printf("%s%n", attack.settings());
    out.printf("    %s (%s)%n", entry.summary(), norms);
    out.printf("    %s; %s%n", entry.cost(), entry.paper());
  }
}
