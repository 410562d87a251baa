package io.foolproof.report.audit;

import io.foolproof.audit.Noun;
import io.foolproof.audit.Searched;
import io.foolproof.report.Numbers;

/** How far a cascade of attacks searched, and what is known of the rest, in words. */
public record SearchWords(Searched searched, Noun noun) {

  /** In one or two sentences. */
  public String text() {
    int others = searched.ranked() - searched.thorough();
    if (searched.ranked() == 0) {
      return "The first attacks fooled all " + noun.many() + " that were correctly classified.";
    }
    String left = Numbers.count(searched.ranked(), noun.one());
    return others == 0
        ? "The first attacks did not fool %s: all were attacked thoroughly.".formatted(left)
        : "Of the %s that the first attacks did not fool, the %s with the smallest margins were attacked thoroughly. "
                .formatted(left, Numbers.count(searched.thorough()))
            + others(others);
  }

  private String others(int others) {
    if (searched.fell() > 0) {
      return "Of %s others drawn at random, %s fooled %s, so it was run on all."
          .formatted(
              Numbers.count(searched.checked()),
              searched.reference(),
              Numbers.count(searched.fell()));
    }
    if (searched.notSearched() == 0) {
      return "Of the other %s, %s fooled none."
          .formatted(Numbers.count(others), searched.reference());
    }
    return "Of %s others drawn at random, %s fooled none: it would fool at most %s of the %s not searched further, %s (95 %% confidence)."
        .formatted(
            Numbers.count(searched.checked()),
            searched.reference(),
            Numbers.count(searched.missedAtMost()),
            Numbers.count(searched.notSearched()),
            Numbers.percent(searched.atMost()));
  }
}
