package io.foolproof.maven;

import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Audits the model and fails the build where it is worse than the baseline, or than the least
 * robust accuracy that is asked for, or where a sign says that its figure is too high. What an
 * earlier build found about the same model is used again.
 */
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class CheckMojo extends ModelMojo {
  /** The least robust accuracy after all attacks that passes, from 0 to 1, such as 0.5. */
  @Parameter(property = "foolproof.failUnder")
  private @Nullable String failUnder;

  /**
   * By how many samples another model than the baseline's may be worse, where chance would allow
   * more. No limit by default, besides McNemar's test.
   */
  @Parameter(property = "foolproof.slack")
  private @Nullable Integer slack;

  @Override
  List<String> purpose() throws MojoExecutionException {
    List<String> options = new ArrayList<>();
    if (failUnder == null && baseline == null) {
      throw new MojoExecutionException(
          "there is nothing to check the model against: configure <baseline>, such as"
              + " robustness.json, or <failUnder>, such as 0.5");
    }
    if (baseline != null) {
      if (!baseline.isFile()) {
        throw new MojoExecutionException(
            baseline + ": there is no such baseline: write it once with 'mvn foolproof:baseline'");
      }
      options.add("--baseline=" + baseline);
    }
    if (failUnder != null) {
      options.add("--fail-under=" + failUnder);
    }
    if (slack != null) {
      options.add("--slack=" + slack);
    }
    allow.forEach(sign -> options.add("--allow=" + sign));
    return options;
  }
}
