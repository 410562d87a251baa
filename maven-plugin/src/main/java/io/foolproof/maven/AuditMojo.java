package io.foolproof.maven;

import java.util.List;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Audits the model and writes a report. Fails only where the audit itself fails; {@code check} is a
 * gate.
 */
@Mojo(name = "audit", threadSafe = true)
public final class AuditMojo extends ModelMojo {
  @Override
  List<String> purpose() {
    return List.of();
  }
}
