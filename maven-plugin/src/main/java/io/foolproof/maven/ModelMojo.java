package io.foolproof.maven;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What all goals have: a model, data, a threat model, attacks, and the program that audits. */
abstract class ModelMojo extends AbstractMojo {
  /** Whether to do nothing. */
  @Parameter(property = "foolproof.skip", defaultValue = "false")
  private boolean skip;

  /**
   * The model: an ONNX file, relative to the project's folder, or the address of a model behind a
   * URL.
   */
  @Parameter(property = "foolproof.model", required = true)
  private @Nullable String model;

  /**
   * Labelled images that the model was not trained on: {@code mnist}, {@code fashion-mnist}, {@code
   * digits}, or a file or folder, relative to the project's folder.
   */
  @Parameter(property = "foolproof.data", required = true)
  private @Nullable String data;

  /** The folder that holds MNIST and Fashion-MNIST, where they are not to be downloaded. */
  @Parameter(property = "foolproof.dataDir")
  private @Nullable File dataDir;

  /** How the attacker's change is measured: linf (by default), l2, l1, l0, l0-pixels, or flow. */
  @Parameter(property = "foolproof.norm")
  private @Nullable String norm;

  /** How much the attacker may change, such as 0.1 or 8/255; by default, as the program has it. */
  @Parameter(property = "foolproof.epsilon")
  private @Nullable String epsilon;

  /** A suite, or attacks with their settings, as the command line takes them: fast by default. */
  @Parameter(property = "foolproof.attacks")
  private @Nullable String attacks;

  /** How many images are attacked, drawn evenly over the classes; 0 for all. */
  @Parameter(property = "foolproof.samples", defaultValue = "200")
  private int samples;

  /** What random numbers begin with. */
  @Parameter(property = "foolproof.seed")
  private @Nullable Long seed;

  /**
   * Verdicts of an earlier audit with the same settings, in version control: written by {@code
   * baseline}, compared with by {@code check}.
   */
  @Parameter(property = "foolproof.baseline")
  @Nullable File baseline;

  /** Signs that a figure is too high which are known to be harmless, such as saturated-loss. */
  @Parameter(property = "foolproof.allow")
  List<String> allow = new ArrayList<>();

  /** What build servers read, beside the report: sarif, junit, github, gitlab, markdown. */
  @Parameter(property = "foolproof.formats")
  private List<String> formats = new ArrayList<>();

  /** The folder of the report, and of what later builds use again. */
  @Parameter(
      property = "foolproof.out",
      defaultValue = "${project.build.directory}/foolproof",
      required = true)
  private @Nullable File out;

  /** Whether to discard what an earlier build found about the same model. */
  @Parameter(property = "foolproof.fresh", defaultValue = "false")
  private boolean fresh;

  /**
   * Further options of 'foolproof audit', a word each, such as {@code --levels=256}. Paths are
   * relative to the folder of the topmost project.
   */
  @Parameter private List<String> options = new ArrayList<>();

  /** Options of the Java process that audits, a word each, such as {@code -Xmx4g}. */
  @Parameter private List<String> jvmOptions = new ArrayList<>();

  /** Where native libraries are unpacked, once for all projects. */
  @Parameter(
      property = "foolproof.natives",
      defaultValue = "${settings.localRepository}/.cache/foolproof",
      required = true)
  private @Nullable File natives;

  @Parameter(defaultValue = "${project.basedir}", readonly = true, required = true)
  private @Nullable File basedir;

  /** Which build servers take for the root of the source. */
  @Parameter(
      defaultValue = "${maven.multiModuleProjectDirectory}",
      readonly = true,
      required = true)
  private @Nullable File root;

  @Parameter(defaultValue = "${plugin.artifacts}", readonly = true, required = true)
  private List<Artifact> artifacts = new ArrayList<>();

  /** The options that are this goal's own. */
  abstract List<String> purpose() throws MojoExecutionException;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("The model is not audited: foolproof.skip is set");
      return;
    }
    List<String> arguments = arguments();
    AuditProcess.Ending ending =
        new AuditProcess(
                artifacts.stream().map(Artifact::getFile).filter(Objects::nonNull).toList(),
                given(natives),
                given(root),
                jvmOptions)
            .run(arguments, given(out), getLog());
    switch (ending.code()) {
      case AuditProcess.DONE -> {}
      case AuditProcess.GATE_FAILED ->
          throw new MojoFailureException(
              ending.line() + "; the report: " + new File(given(out), "index.html"));
      default -> throw new MojoExecutionException(ending.line());
    }
  }

  private List<String> arguments() throws MojoExecutionException {
    List<String> words = new ArrayList<>(purpose());
    words.add("--data=" + located(given(data)));
    words.add("--samples=" + samples);
    words.add("--out=" + given(out));
    words.add(fresh ? "--fresh" : "--fresh-if-changed");
    option(words, "--data-dir", dataDir);
    option(words, "--norm", norm);
    option(words, "--epsilon", epsilon);
    option(words, "--attacks", attacks);
    option(words, "--seed", seed);
    option(words, "--format", formats.isEmpty() ? null : String.join(",", formats));
    words.addAll(options);
    words.add(located(given(model)));
    return words;
  }

  private static void option(List<String> words, String name, @Nullable Object value) {
    if (value != null) {
      words.add(name + "=" + value);
    }
  }

  /** A file of the project by its whole path; anything else, such as {@code mnist}, as it is. */
  private String located(String name) {
    File file = new File(name);
    File own = file.isAbsolute() ? file : new File(given(basedir), name);
    boolean isFile = name.endsWith(".onnx") && !name.contains("://");
    return isFile || own.exists() ? own.toString() : name;
  }

  private static <T> T given(@Nullable T value) {
    return Objects.requireNonNull(value, "a required parameter, which Maven sees to");
  }
}
