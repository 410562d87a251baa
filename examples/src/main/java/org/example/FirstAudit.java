package org.example;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Gate;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import java.nio.file.Path;
import java.util.List;

/** Audits {@code digits.onnx} on the first 1,000 test images of MNIST. */
public final class FirstAudit {
  private FirstAudit() {}

  /** Prints what one attack found, and what an audit found. */
  public static void main(String[] args) {
    OnnxClassifier model = OnnxClassifier.load(Path.of("digits.onnx"));
    ImageSet images = DataSets.open("mnist").first(1000);
    ThreatModel threat = ThreatModel.linf(0.1);
    List<AttackResult> found = Pgd.standard().withSteps(20).run(model, images, threat);
    AuditResult result = Audit.of(model, images).against(threat).with(Suite.FAST).run();

    System.out.println("PGD: fooled or misclassified " + count(found) + " of " + images.size());
    System.out.println("correctly classified: " + result.cleanAccuracy());
    System.out.println("robust accuracy, at most: " + result.robustAccuracy());
    result.warnings().forEach(warning -> System.out.println("warning: " + warning.sentence()));

    Gate.Outcome gate = result.gate(0.5, "saturated-loss");
    if (!gate.passed()) {
      System.out.println("gate failed: " + gate.reason());
    }
  }

  private static long count(List<AttackResult> found) {
    return found.stream().filter(one -> one.status() == AttackResult.Status.FOOLED).count();
  }
}
