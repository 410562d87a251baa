package io.foolproof.cli;

import io.foolproof.audit.proof.CheckedProofs;
import io.foolproof.checker.Verdict;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foolproof check}: whether a certificate proves what it says. */
@Command(
    exitCodeList = {
      "0:the certificate proves the specification",
      "2:an argument, or a file that it names, cannot be used",
      "3:the certificate does not hold, or internal error"
    })
final class CheckCommand implements Callable<Integer> {
  @Under(Heading.MODEL)
  @Parameters(index = "0", paramLabel = "MODEL", description = "ONNX file")
  Path model = Path.of("");

  @Under(Heading.DATA)
  @Parameters(index = "1", paramLabel = "SPEC", description = "property in VNN-LIB 1.0, or .gz")
  Path specification = Path.of("");

  @Under(Heading.DATA)
  @Parameters(index = "2", paramLabel = "CERT", description = "certificate, a .proof file")
  Path certificate = Path.of("");

  @Spec CommandSpec spec;

  CheckCommand() {}

  @Override
  public Integer call() {
    Verdict verdict = CheckedProofs.check(model, specification, certificate);
    PrintWriter out = spec.commandLine().getOut();
    if (verdict.proved()) {
      out.println("proved");
      out.println(CheckedProofs.margins(verdict));
      out.printf("%d claims, %d backward passes%n", verdict.claims(), verdict.leaves());
    } else {
      out.println("not proved");
      out.println(verdict.reason());
    }
    out.flush();
    return verdict.proved() ? Foolproof.DONE : Foolproof.FAILED;
  }
}
