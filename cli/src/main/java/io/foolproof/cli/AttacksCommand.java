package io.foolproof.cli;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.attack.suite.Suite;
import io.foolproof.report.TextWrap;
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
      print(out, 15, String.format("%-14s %s", suite, suite.summary()));
    }
    for (Knowledge knowledge : Knowledge.values()) {
      out.printf("%n%s:%n", heading(knowledge));
      Attacks.all().stream()
          .filter(entry -> entry.standard().knowledge() == knowledge)
          .forEach(entry -> print(out, entry));
    }
    out.printf("%nSettings that any attack with gradients takes in addition to its own:%n");
    out.println("eot=20[:eot-angle=DEGREES][:eot-shift=PIXELS][:eot-scale=FRACTION]");
    below(
        out,
        "the mean over 20 draws, of a randomised model and of rotated, shifted and scaled images");
    below(out, "Athalye et al. 2017, arXiv 1707.07397");
    out.println("bpda=identity|hardtanh|surrogate");
    below(
        out,
        "gradients pass through rounding steps unchanged (identity) or as through a hard tanh, or"
            + " are those of the --surrogate models");
    below(out, "Athalye et al. 2018, arXiv 1802.00420");
    out.printf("%nSettings that name attacks:%n");
    out.println("by=pgd[:by.loss=dlr]");
    below(out, "another attack, and settings of its own");
    out.println("by=apgd+stripes[:by.apgd.loss=dlr]");
    below(out, "of closest: several, each of which goes on from what those before it found");
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
    print(out, 2, attack.settings());
    below(out, entry.summary() + (norms.isEmpty() ? "" : " (" + norms + ")"));
    below(out, entry.cost() + "; " + entry.paper());
  }

  private static void below(PrintWriter out, String text) {
    TextWrap.lines(text, TextWrap.COLUMNS - 4).forEach(line -> out.println("    " + line));
  }

  private static void print(PrintWriter out, int indent, String text) {
    TextWrap.hanging(text, TextWrap.COLUMNS, indent).forEach(out::println);
  }
}
