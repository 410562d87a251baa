package io.foolproof.cli;

import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.journal.Journal;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.data.Hashes;
import io.foolproof.report.evidence.Evidence;
import io.foolproof.report.evidence.Verification;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code foolproof evidence}: an audit as a file that others can check. */
@Command
final class EvidenceCommand implements Callable<Integer> {
  private static final String REPORT = "report.json";

  @Under(Heading.DATA)
  @Parameters(
      index = "0",
      paramLabel = "REPORT",
      description =
          "folder of an audit's report; run it where the audit ran, with the same model and data")
  Path report = Path.of("");

  @Under(Heading.DATA)
  @Option(
      names = "--proofs",
      paramLabel = "DIR",
      description =
          "also pack the proofs in this folder of 'foolproof prove --data' (default: those of audit"
              + " --prove, if there are any)")
  @Nullable Path proofs;

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "the pack to write, such as pack.zip")
  Path out = Path.of("");

  @Under(Heading.OUTPUT)
  @Option(
      names = "--without-images",
      description =
          "leave the clean images out; who verifies the pack then needs the data set. The"
              + " adversarial images stay, and show nearly the same")
  boolean withoutImages;

  @Spec CommandSpec spec;

  EvidenceCommand() {}

  @Override
  public Integer call() {
    WholeFile file = WholeFile.writable(out);
    if (Files.exists(out) && !Evidence.isPack(out)) {
      throw new InvalidInputException(
          out + ": is there already, and is no pack of evidence: give another name, or remove it");
    }
    String where = report.resolve(REPORT).toString();
    AuditCommand audit = RecordedAudit.of(command(), where);
    Path model = model(audit);
    AuditResult result = audit.again(report);
    Path own = report.resolve(Audit.PROOFS);
    Evidence evidence =
        new Evidence(
            result,
            report,
            audit.models.output(),
            audit.models.preprocessing(),
            !withoutImages,
            proofs == null && Files.isDirectory(own) ? own : proofs);
    file.write(
        partial -> {
          evidence.write(partial);
          requireHolds(Verification.of(partial, model, result::data));
        });
    PrintWriter print = spec.commandLine().getOut();
    print.println("Evidence: " + Printable.of(out.toString()));
    print.println("SHA-256:  " + sha256());
    List<String> verify = new ArrayList<>(List.of("verify", out.toString()));
    if (audit.models.file != null) {
      verify.add(model.toString());
    }
    print.println("Check it with: " + Printable.of(CommandText.of(verify)));
    print.flush();
    return Foolproof.DONE;
  }

  private String sha256() {
    try {
      return Hashes.ofFile(out);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be read (%s)".formatted(out, InvalidInputException.reason(e)), e);
    }
  }

  /** The command line of the audit. */
  private String command() {
    Path file = report.resolve(REPORT);
    if (!Files.exists(file) || !Files.exists(report.resolve(Journal.FILE))) {
      throw new InvalidInputException(
          "%s: has no %s and %s, expected the folder of an audit's report that is finished"
              .formatted(report, REPORT, Journal.FILE));
    }
    try {
      return JsonMapper.shared()
          .readTree(Files.readAllBytes(file))
          .at("/program/command")
          .asString();
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be read (%s)".formatted(file, InvalidInputException.reason(e)), e);
    } catch (JacksonException e) {
      throw new InvalidInputException(file + ": is damaged: run the audit again", e);
    }
  }

  private Path model(AuditCommand audit) {
    if (audit.models.url() != null) {
      throw new InvalidInputException(
          report
              + ": the audit is of a model behind a URL, which nobody can check from a file: no evidence");
    }
    audit.models.check();
    return audit.models.path();
  }

  /** What was packed is checked before it is there: files of the report may have been changed. */
  private static void requireHolds(Verification.Outcome outcome) {
    if (!outcome.holds()) {
      throw new InvalidInputException(
          "the report and the audit do not agree, so that nothing was packed: "
              + outcome.failures().get(0)
              + "; run the audit again");
    }
  }
}
