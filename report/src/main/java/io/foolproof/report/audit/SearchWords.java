package io.foolproof.report.audit;

import io.foolproof.audit.Noun;
import io.foolproof.audit.Searched;
import io.foolproof.report.Numbers;

/** How far a cascade of attacks searched, and what is known of the rest, in words. */
public record SearchWords(Searched searched, Noun noun) {

  /** In one or two sentences. */
  public String text() {
    int others = searched.ranked() - searched.thorough();
    if (others == 0) {
      return searched.ranked() == 0
          ? "The first attacks fooled all " + noun.many() + " that were correctly classified."
          : "All %s that the first attacks did not fool were attacked thoroughly."
              .formatted(Numbers.count(searched.ranked(), noun.one()));
    }
    return "Of the %s that the first attacks did not fool, the %s with the smallest margins were attacked thoroughly. "
            .formatted(
                Numbers.count(searched.ranked(), noun.one()), Numbers.count(searched.thorough()))
        + others(others);
  }

  private String others(int others) {
    if (searched.fell() > 0) {
      return "The suite standard fooled %s of %s others drawn at random, so it was run on all."
          .formatted(Numbers.count(searched.fell()), Numbers.count(searched.checked()));
    }
    if (searched.notSearched() == 0) {
      return "The suite standard was run on the other %s and fooled none."
          .formatted(Numbers.count(others));
    }
    return "The suite standard fooled none of %s others drawn at random: at most %s of the %s not searched further would fall to it (95 %% confidence)."
        .formatted(
            Numbers.count(searched.checked()),
            Numbers.percent(searched.atMost()),
            Numbers.count(searched.notSearched()));
  }
}
