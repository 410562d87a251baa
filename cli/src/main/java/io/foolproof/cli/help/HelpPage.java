package io.foolproof.cli.help;

import io.foolproof.report.TextWrap;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The whole help of a command: usage, description, commands, and the arguments under their {@link
 * Heading}s.
 *
 * <p>Not with lambdas, nor with the library's own layout: both take longer than everything else
 * that the help needs.
 */
public final class HelpPage implements IHelpSectionRenderer {
  private static final int WIDTH = 80;
  private static final String INDENT = "  ";

  /** The column in which descriptions begin at most. */
  private static final int COLUMN = 26;

  private final Map<String, String> commands;

  /**
   * A page.
   *
   * @param commands descriptions of the program's commands by their names, for its own page
   */
  public HelpPage(Map<String, String> commands) {
    this.commands = commands;
  }

  @Override
  public String render(Help help) {
    CommandSpec spec = help.commandSpec();
    List<String> lines = new ArrayList<>();
    lines.add("Usage: " + usage(spec));
    lines.add("");
    for (String paragraph : spec.usageMessage().description()) {
      lines.addAll(TextWrap.lines(paragraph, WIDTH));
    }
    addSection(lines, "Commands", commandsOf(spec));
    Map<Heading, Map<String, String>> sections = sections(spec);
    int column = 0;
    for (Map<String, String> section : sections.values()) {
      column = Math.max(column, column(section));
    }
    for (Map.Entry<Heading, Map<String, String>> section : sections.entrySet()) {
      addSection(lines, section.getKey().text(), section.getValue(), column);
    }
    addSection(lines, "Exit codes", spec.usageMessage().exitCodeList());
    if (!commandsOf(spec).isEmpty()) {
      lines.add("");
      lines.add("'" + spec.qualifiedName() + " COMMAND --help' lists the options of a command.");
    }
    return joined(lines);
  }

  /** The usage and the commands alone. */
  public String brief(CommandSpec spec) {
    List<String> lines = new ArrayList<>();
    lines.add("Usage: " + usage(spec));
    addSection(lines, "Commands", commandsOf(spec));
    lines.add("");
    lines.add("'" + spec.qualifiedName() + " --help' tells more.");
    return joined(lines);
  }

  private static String joined(List<String> lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private Map<String, String> commandsOf(CommandSpec spec) {
    if (spec.parent() == null) {
      return commands;
    }
    Map<String, String> found = new LinkedHashMap<>();
    for (Map.Entry<String, CommandLine> sub : spec.subcommands().entrySet()) {
      String[] description = sub.getValue().getCommandSpec().usageMessage().description();
      found.put(sub.getKey(), String.join(" ", description));
    }
    return found;
  }

  private String usage(CommandSpec spec) {
    StringBuilder usage = new StringBuilder(spec.qualifiedName());
    if (!commandsOf(spec).isEmpty()) {
      usage.append(" COMMAND");
    }
    for (OptionSpec option : spec.options()) {
      if (option.required()) {
        usage.append(' ').append(option.longestName()).append(' ').append(option.paramLabel());
      }
    }
    usage.append(" [OPTIONS]");
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      boolean needed = parameter.required();
      usage.append(needed ? " " : " [").append(parameter.paramLabel()).append(needed ? "" : "]");
    }
    return usage.toString();
  }

  /** What stands under each heading: descriptions by what is given. */
  private static Map<Heading, Map<String, String>> sections(CommandSpec spec) {
    Map<Heading, Map<String, String>> sections = new EnumMap<>(Heading.class);
    List<ArgSpec> arguments = new ArrayList<>(spec.positionalParameters());
    arguments.addAll(spec.options());
    for (ArgSpec argument : arguments) {
      Heading heading = heading(argument);
      Map<String, String> section = sections.get(heading);
      if (section == null) {
        section = new LinkedHashMap<>();
        sections.put(heading, section);
      }
      section.put(given(argument), description(argument));
    }
    return sections;
  }

  private static Heading heading(ArgSpec argument) {
    if (isGeneral(argument)) {
      return Heading.GENERAL;
    }
    Under under = null;
    if (argument.userObject() instanceof AnnotatedElement declared) {
      under = declared.getAnnotation(Under.class);
    }
    if (under == null && argument.userObject() instanceof Member member) {
      under = member.getDeclaringClass().getAnnotation(Under.class);
    }
    return under == null ? Heading.OPTIONS : under.value();
  }

  private static boolean isGeneral(ArgSpec argument) {
    return argument instanceof OptionSpec option && (option.usageHelp() || option.versionHelp());
  }

  private static String given(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return argument.paramLabel();
    }
    String names = String.join(", ", option.names());
    return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
  }

  private static String description(ArgSpec argument) {
    if (isGeneral(argument)) {
      return ((OptionSpec) argument).usageHelp()
          ? "show this help and exit"
          : "show the version and exit";
    }
    String description = String.join(" ", argument.description());
    String usual = argument.defaultValue();
    return usual == null ? description : description + " (default: " + usual + ")";
  }

  private static void addSection(List<String> lines, String heading, Map<String, String> section) {
    addSection(lines, heading, section, column(section));
  }

  private static void addSection(
      List<String> lines, String heading, Map<String, String> section, int column) {
    if (section.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(heading + ":");
    for (Map.Entry<String, String> entry : section.entrySet()) {
      String name = INDENT + entry.getKey();
      List<String> wrapped = TextWrap.lines(entry.getValue(), WIDTH - column);
      int next = 0;
      if (name.length() < column) {
        lines.add(name + " ".repeat(column - name.length()) + wrapped.get(next++));
      } else {
        lines.add(name);
      }
      while (next < wrapped.size()) {
        lines.add(" ".repeat(column) + wrapped.get(next++));
      }
    }
  }

  /** Where the descriptions of a section begin, with two spaces between. */
  private static int column(Map<String, String> section) {
    int longest = 0;
    for (String name : section.keySet()) {
      longest = Math.max(longest, name.length());
    }
    return Math.min(COLUMN, 2 * INDENT.length() + longest);
  }
}
