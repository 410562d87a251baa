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
              "noise",
              "random points, as a control",
              "no paper: a control",
              settings ->
                  new Noise(
                      settings.choice("kind", Noise.Kind.UNIFORM), settings.integer("draws", 10))),
          new Entry(
              "fgsm",
              "one step along the gradient",
              "Goodfellow et al. 2014, arXiv 1412.6572",
              settings -> new Fgsm()),
          new Entry(
              "rfgsm",
              "one step along the gradient after a random one",
              "Tramer et al. 2017, arXiv 1705.07204",
              settings -> new RFgsm(settings.number("alpha", 0.5))),
          new Entry(
              "bim",
              "small steps along the gradient, from the image",
              "Kurakin et al. 2016, arXiv 1607.02533",
              settings -> new Bim(settings.integer("steps", 10))),
          new Entry(
              "mifgsm",
              "small steps with momentum",
              "Dong et al. 2017, arXiv 1710.06081",
              settings ->
                  new MiFgsm(
                      "mifgsm", settings.integer("steps", 10), settings.number("decay", 1), false)),
          new Entry(
              "nifgsm",
              "small steps with momentum, looking ahead",
              "Lin et al. 2019, arXiv 1908.06281",
              settings ->
                  new MiFgsm(
                      "nifgsm", settings.integer("steps", 10), settings.number("decay", 1), true)),
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
                      true,
                      settings.choice("loss", Loss.CROSS_ENTROPY))),
          new Entry(
              "odi",
              "projected gradient steps from starts with diverse outputs",
              "Tashiro et al. 2020, arXiv 2003.06878",
              settings ->
                  new Odi(
                      settings.integer("start", 2),
                      settings.integer("steps", 20),
                      settings.number("step", 0.1),
                      settings.integer("restarts", 5))),
          new Entry(
              "multitargeted",
              "projected gradient steps towards each of the likeliest other classes",
              "Gowal et al. 2019, arXiv 1910.09338",
              settings ->
                  new MultiTargeted(
                      settings.integer("steps", 40),
                      settings.number("step", 0.1),
                      settings.integer("targets", 9))),
          new Entry(
              "apgd",
              "gradient steps whose size adapts",
              "Croce and Hein 2020, arXiv 2003.01690",
              settings ->
                  new Apgd(
                      settings.integer("steps", 100),
                      settings.integer("restarts", 1),
                      settings.choice("loss", Loss.CROSS_ENTROPY))),
          new Entry(
              "apgd-t",
              "the same towards each of the likeliest other classes",
              "Croce and Hein 2020, arXiv 2003.01690",
              settings ->
                  new ApgdT(
                      settings.integer("steps", 100),
                      settings.integer("targets", 9),
                      settings.integer("restarts", 1))),
          new Entry(
              "square",
              "random square windows; needs scores only",
              "Andriushchenko et al. 2019, arXiv 1912.00049",
              settings ->
                  new Square(settings.integer("queries", 5000), settings.number("share", 0.8))),
          new Entry(
              "nes",
              "estimated gradients; needs scores only",
              "Ilyas et al. 2018, arXiv 1804.08598",
              settings ->
                  new Nes(
                      settings.integer("steps", 40),
                      settings.number("step", 0.1),
                      settings.integer("pairs", 50),
                      settings.number("sigma", 0.01))),
          new Entry(
              "spsa",
              "estimated gradients, steps of Adam; needs scores only",
              "Uesato et al. 2018, arXiv 1802.05666",
              settings ->
                  new Spsa(
                      settings.integer("steps", 40),
                      settings.number("step", 0.1),
                      settings.integer("pairs", 50),
                      settings.number("delta", 0.01))),
          new Entry(
              "simba",
              "one value after another; needs scores only",
              "Guo et al. 2019, arXiv 1905.07121",
              settings ->
                  new SimBa(settings.integer("queries", 5000), settings.number("step", 1))));

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
