package io.foolproof.attack;

import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The catalogue of attacks: one line each. */
public final class Attacks {

  /**
   * An attack in the catalogue.
   *
   * @param name how it is called on the command line
   * @param summary what it does, in a line
   * @param paper authors, year and arXiv number
   */
  public record Entry(String name, String summary, String paper, Function<Settings, Attack> maker) {

    /** The attack with its default settings. */
    public Attack make() {
      return maker.apply(Settings.parse(name));
    }
  }

  private static final List<Entry> CATALOGUE =
      List.of(
          new Entry(
              "fgsm",
              "one step along the gradient",
              "Goodfellow et al. 2014, arXiv 1412.6572",
              settings -> new Fgsm()),
          new Entry(
              "bim",
              "small steps along the gradient, from the image",
              "Kurakin et al. 2016, arXiv 1607.02533",
              settings -> new Bim(settings.integer("steps", 10))),
          new Entry(
              "pgd",
              "projected gradient steps from random starts",
              "Madry et al. 2017, arXiv 1706.06083",
              settings ->
                  new Pgd(
                      "pgd",
                      settings.integer("steps", 40),
                      settings.number("step", 0.1),
                      settings.integer("restarts", 1),
                      true)));

  private Attacks() {}

  /** All attacks, simplest first. */
  public static List<Entry> all() {
    return CATALOGUE;
  }

  /**
   * Makes an attack from its name and settings, {@code pgd:steps=100:restarts=5}.
   *
   * @throws InvalidInputException when there is no such attack or setting
   */
  public static Attack parse(String text) {
    Settings settings = Settings.parse(text.strip());
    for (Entry entry : CATALOGUE) {
      if (entry.name().equals(settings.attack())) {
        Attack attack = entry.maker().apply(settings);
        settings.refuseUnknown();
        return attack;
      }
    }
    String names = CATALOGUE.stream().map(Entry::name).collect(Collectors.joining(", "));
    throw new InvalidInputException(
        "there is no attack '" + settings.attack() + "'; there are " + names);
  }
}
