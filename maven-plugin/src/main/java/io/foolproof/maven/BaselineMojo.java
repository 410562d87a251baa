package io.foolproof.maven;

import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Audits the model and writes its verdicts to the baseline, which belongs into version control. Run
 * it by hand: it is refused where the environment variable {@code CI} is set.
 */
@Mojo(name = "baseline", threadSafe = true)
public final class BaselineMojo extends ModelMojo {
  @Override
  List<String> purpose() throws MojoExecutionException {
    if (baseline == null) {
      throw new MojoExecutionException(
          "there is no baseline to write: configure <baseline>, such as robustness.json");
    }
    List<String> options = new ArrayList<>(List.of("--baseline=" + baseline, "--freeze"));
    allow.forEach(sign -> options.add("--allow=" + sign));
    return options;
  }
}
