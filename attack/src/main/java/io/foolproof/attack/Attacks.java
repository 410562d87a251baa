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
   * @param cost evaluations a sample at most, with the default settings
   */
  public record Entry(
      String name, String summary, String paper, String cost, Function<Settings, Attack> maker) {

    /** The attack with its default settings. */
    public Attack make() {
      return maker.apply(Settings.parse(name));
    }
  }

  private static final List<Entry> CATALOGUE =
      List.of(
          Noise.ENTRY,
          Fgsm.ENTRY,
          RFgsm.ENTRY,
          Bim.ENTRY,
          MiFgsm.ENTRY,
          MiFgsm.NESTEROV,
          MiFgsm.DIVERSE,
          MiFgsm.TRANSLATED,
          MiFgsm.SCALED,
          MiFgsm.VARIANCE,
          Pgd.ENTRY,
          Odi.ENTRY,
          MultiTargeted.ENTRY,
          Apgd.ENTRY,
          ApgdT.ENTRY,
          Square.ENTRY,
          Nes.ENTRY,
          Spsa.ENTRY,
          SimBa.ENTRY,
          DeepFool.ENTRY,
          NewtonFool.ENTRY,
          Ddn.ENTRY,
          Fmn.ENTRY,
          Fab.ENTRY,
          Fab.TARGETED,
          CarliniWagner.ENTRY,
          Ead.ENTRY,
          Alma.ENTRY,
          Pdpgd.ENTRY,
          SigmaZero.ENTRY,
          Jsma.ENTRY,
          BrendelBethge.ENTRY,
          GenAttack.ENTRY,
          OnePixel.ENTRY,
          Zoo.ENTRY,
          Boundary.ENTRY,
          HopSkipJump.ENTRY,
          GeoDa.ENTRY,
          SignOpt.ENTRY,
          Pointwise.ENTRY,
          Transfer.ENTRY,
          Uap.ENTRY,
          Spatial.ENTRY,
          StAdv.ENTRY);

  private Attacks() {}

  /** All attacks, simplest first. */
  public static List<Entry> all() {
    return CATALOGUE;
  }

  /**
   * Makes an attack from its name and settings, {@code pgd:steps=100:restarts=5}. Any that follows
   * gradients takes the settings of {@link Eot} and {@link Bpda} as well.
   *
   * @throws InvalidInputException when there is no such attack or setting
   */
  public static Attack parse(String text) {
    Settings settings = Settings.parse(text.strip());
    for (Entry entry : CATALOGUE) {
      if (entry.name().equals(settings.attack())) {
        Attack attack = entry.maker().apply(settings);
        // The mean is of draws that each go through the chosen backward pass.
        attack = Bpda.through(Eot.over(attack, settings), settings);
        settings.refuseUnknown();
        return attack;
      }
    }
    String names = CATALOGUE.stream().map(Entry::name).collect(Collectors.joining(", "));
    throw new InvalidInputException(
        "there is no attack '" + settings.attack() + "'; there are " + names);
  }
}
