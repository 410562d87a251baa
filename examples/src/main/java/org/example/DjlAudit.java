package org.example;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditResult;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.djl.DjlClassifier;
import io.foolproof.model.InputSpec;
import java.io.IOException;
import java.nio.file.Path;

/** Audits a model that the Deep Java Library opens, with whatever engine is on the class path. */
public final class DjlAudit {
  private DjlAudit() {}

  /** Prints what an audit of the model in a file found on 40 of the built-in digits. */
  public static void main(String[] args) throws IOException, MalformedModelException {
    ImageSet images = DataSets.open("digits").first(40);
    try (Model network = Model.newInstance("digits")) {
      network.load(Path.of(args[0]));
      System.out.println("robust accuracy, at most: " + audit(network, images).robustAccuracy());
    }
  }

  private static AuditResult audit(Model network, ImageSet images) {
    try (DjlClassifier model = DjlClassifier.of(network, InputSpec.unit(images.shape()))) {
      return Audit.of(model, images)
          .against(ThreatModel.linf(0.1))
          .with(Suite.BLACK_BOX)
          .queries(200)
          .run();
    }
  }
}
