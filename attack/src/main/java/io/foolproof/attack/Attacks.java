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
                      true)),
          new Entry(
              "deepfool",
              "steps onto the nearest linearised boundary",
              "Moosavi-Dezfooli et al. 2015, arXiv 1511.04599",
              settings ->
                  new DeepFool(settings.integer("steps", 50), settings.number("overshoot", 0.02))),
          new Entry(
              "ddn",
              "closest example: gradient direction and norm apart",
              "Rony et al. 2018, arXiv 1811.09600",
              settings -> new Ddn(settings.integer("steps", 1000), settings.number("gamma", 0.05))),
          new Entry(
              "fmn",
              "closest example: a radius that follows the boundary",
              "Pintor et al. 2021, arXiv 2102.12827",
              settings ->
                  new Fmn(
                      settings.integer("steps", 1000),
                      settings.number("alpha", 1),
                      settings.number("gamma", 0.05))),
          new Entry(
              "fab",
              "closest example: alternates between boundary and image",
              "Croce and Hein 2019, arXiv 1907.02044",
              settings ->
                  new Fab(
                      "fab", settings.integer("steps", 100), settings.integer("restarts", 1), 0)),
          new Entry(
              "fabt",
              "closest example: the same, one class after another",
              "Croce and Hein 2020, arXiv 2003.01690",
              settings ->
                  new Fab(
                      "fabt",
                      settings.integer("steps", 100),
                      settings.integer("restarts", 1),
                      settings.integer("targets", 9))),
          new Entry(
              "cw",
              "closest example: distance and margin weighed by a search",
              "Carlini and Wagner 2016, arXiv 1608.04644",
              settings ->
                  new CarliniWagner(
                      settings.integer("searches", 9),
                      settings.integer("steps", 500),
                      settings.number("step", 0.01))),
          new Entry(
              "ead",
              "closest example: as cw, with an elastic net for the distance",
              "Chen et al. 2017, arXiv 1709.04114",
              settings ->
                  new Ead(
                      settings.integer("searches", 9),
                      settings.integer("steps", 500),
                      settings.number("beta", 0.01))),
          new Entry(
              "alma",
              "closest example: an augmented Lagrangian",
              "Rony et al. 2020, arXiv 2011.11857",
              settings -> new Alma(settings.integer("steps", 500))),
          new Entry(
              "pdpgd",
              "closest example: primal-dual proximal gradient descent",
              "Matyasko and Chau 2021, arXiv 2106.01538",
              settings -> new Pdpgd(settings.integer("steps", 500))),
          new Entry(
              "sigmazero",
              "closest example: as few changed values as possible",
              "Cina et al. 2024, arXiv 2402.01879",
              settings -> new SigmaZero(settings.integer("steps", 1000))));

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
