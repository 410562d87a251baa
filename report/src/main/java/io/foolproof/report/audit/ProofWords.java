package io.foolproof.report.audit;

import io.foolproof.audit.Noun;
import io.foolproof.audit.Proofs;
import io.foolproof.report.Numbers;

/** What the search for proofs of an audit came to, in words. */
final class ProofWords {
  private ProofWords() {}

  static String of(Proofs proofs, Noun noun) {
    if (!proofs.contradicted().isEmpty()) {
      return "Proofs: nothing counts as proved, since %s fooled all the same."
          .formatted(
              Numbers.count(
                  proofs.contradicted().size(),
                  "proved " + noun.one() + " was",
                  "proved " + noun.many() + " were"));
    }
    Double margin = proofs.margin();
    return "Proofs, %s s for each %s at most: of %s, %s proved, each certificate checked%s; %s fooled on the way, %s neither. %s"
        .formatted(
            Numbers.decimal(proofs.seconds()),
            noun.one(),
            Numbers.count(
                proofs.tried(),
                "correctly classified " + noun.one(),
                "correctly classified " + noun.many()),
            Numbers.count(proofs.proved()),
            margin == null ? "" : " (smallest margin " + Numbers.distance(margin) + ")",
            Numbers.count(proofs.fooled()),
            Numbers.count(proofs.unknown()),
            proofs.proved() == 0
                ? ""
                : "%s of the proved, drawn at random, attacked all the same: none was fooled."
                    .formatted(Numbers.count(proofs.controls())))
        .strip();
  }
}
