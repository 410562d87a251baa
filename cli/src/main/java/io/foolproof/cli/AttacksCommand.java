package io.foolproof.cli;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Attacks;
import io.foolproof.attack.Norm;
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
    for (Attacks.Entry entry : Attacks.all()) {
      Attack attack = entry.make();
      String norms = attack.norms().stream().map(Norm::id).collect(Collectors.joining(", "));
      out.printf("%s%n", attack.settings());
      out.printf("    %s (%s)%n    %s%n", entry.summary(), norms, entry.paper());
    }
    out.flush();
  }
}
