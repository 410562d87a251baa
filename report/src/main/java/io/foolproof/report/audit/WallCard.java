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
 * @param label its right class
 * @param into the class it is taken for
 * @param confidence the model's probability of the right class on the clean image
 * @param confidenceAfter the model's probability of the class it is taken for
 * @param attack what found it
 * @param distances in each norm, that of the threat model first
 * @param survivesRounding whether it still fools as an 8-bit image
 * @param scale the change that has the full colour in the difference
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

  /** How many fit before a reader tires. */
  static final int MOST = 10;

  static List<WallCard> of(AuditResult result) {
    Pictures pictures = new Pictures(result);
    ClassNames names = new ClassNames(result.data().classNames());
    return Wall.choose(result, MOST).stream()
        .map(pick -> of(result, pick, pictures, names))
        .toList();
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
    for (Norm norm : Norm.values()) {
      if (!norm.symbol().equals(threat.symbol())) {
        facts.add(new Fact(norm.symbol(), Numbers.decimal(distances.in(norm))));
      }
    }
    return facts;
  }
}
