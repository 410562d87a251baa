package io.foolproof.report.audit;

import io.foolproof.attack.Distances;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import io.foolproof.report.Pictures;
import java.util.ArrayList;
import java.util.List;

/**
 * One adversarial example on the page.
 *
 * @param index the sample's index in its data set
 * @param label its class
 * @param into what the adversarial image is classified as
 * @param confidence the model's probability of {@code label} for the clean image
 * @param confidenceAfter the model's probability of {@code into} for the adversarial image
 * @param attack what found it
 * @param distances in each norm, that of the threat model first
 * @param survivesRounding whether it still fools as an 8-bit image
 * @param scale the change that is shown in full colour in the difference
 */
record WallCard(
    long index,
    String label,
    String into,
    String confidence,
    String confidenceAfter,
    String attack,
    List<Fact> distances,
    boolean survivesRounding,
    String scale,
    Pictures.Picture clean,
    Pictures.Picture adversarial,
    Pictures.Picture difference) {

  /** Two of each of ten classes. */
  static final int MOST = 20;

  static List<WallCard> of(AuditResult result) {
    Pictures pictures = new Pictures(result, Pictures.LARGE);
    ClassNames names = new ClassNames(result.data().classNames());
    return Wall.choose(result, MOST).stream()
        .map(pick -> of(result, pick, pictures, names))
        .toList();
  }

  String cleanAlt() {
    return "image " + index + ", class " + label + ", clean";
  }

  String adversarialAlt() {
    return "image " + index + ", class " + label + ", adversarial, classified as " + into;
  }

  String differenceAlt() {
    return "what was changed in image " + index + ", class " + label;
  }

  private static WallCard of(
      AuditResult result, Wall.Pick pick, Pictures pictures, ClassNames names) {
    float[] clean = result.data().pixels(pick.place());
    float[] adversarial = pick.witness().image();
    Distances distances = pick.witness().distances();
    return new WallCard(
        pick.sample().index(),
        names.of(pick.sample().label()),
        names.of(pick.witness().prediction()),
        Numbers.percent(pick.sample().confidence()),
        Numbers.percent(pick.witness().confidence()),
        pick.witness().attack(),
        distances(distances, result.threat()),
        pick.witness().survivesRounding(),
        Numbers.decimal(distances.linf()),
        pictures.image(clean),
        pictures.image(adversarial),
        pictures.difference(clean, adversarial, distances.linf()));
  }

  private static List<Fact> distances(Distances distances, ThreatModel threat) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact(threat.symbol(), Numbers.decimal(threat.size(distances))));
    for (Norm norm : Norm.ofValues()) {
      if (!norm.symbol().equals(threat.symbol())) {
        facts.add(new Fact(norm.symbol(), Numbers.decimal(distances.in(norm))));
      }
    }
    return facts;
  }
}
