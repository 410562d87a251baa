package io.foolproof.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs a command in this process, and keeps what it prints. */
record InProcess(int exitCode, String out, String err) {

  static InProcess run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    CommandLine command =
        Foolproof.commandLine(words)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err, true));
    int exitCode = command.execute(words);
    return new InProcess(exitCode, out.toString(), err.toString());
  }
}
