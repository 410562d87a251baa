package io.foolproof.attack.suite;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.Settings;
import io.foolproof.attack.closest.Alma;
import io.foolproof.attack.closest.BrendelBethge;
import io.foolproof.attack.closest.CarliniWagner;
import io.foolproof.attack.closest.Ddn;
import io.foolproof.attack.closest.DeepFool;
import io.foolproof.attack.closest.Ead;
import io.foolproof.attack.closest.EpsilonSearch;
import io.foolproof.attack.closest.Fab;
import io.foolproof.attack.closest.FabT;
import io.foolproof.attack.closest.Fmn;
import io.foolproof.attack.closest.Jsma;
import io.foolproof.attack.closest.NewtonFool;
import io.foolproof.attack.closest.Pdpgd;
import io.foolproof.attack.closest.SigmaZero;
import io.foolproof.attack.flow.Spatial;
import io.foolproof.attack.flow.StAdv;
import io.foolproof.attack.gradient.Acg;
import io.foolproof.attack.gradient.Anneal;
import io.foolproof.attack.gradient.Apgd;
import io.foolproof.attack.gradient.ApgdT;
import io.foolproof.attack.gradient.Bim;
import io.foolproof.attack.gradient.Fgsm;
import io.foolproof.attack.gradient.Malt;
import io.foolproof.attack.gradient.MiFgsm;
import io.foolproof.attack.gradient.MultiTargeted;
import io.foolproof.attack.gradient.Odi;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.attack.gradient.RFgsm;
import io.foolproof.attack.gradient.Stripes;
import io.foolproof.attack.query.Boundary;
import io.foolproof.attack.query.GenAttack;
import io.foolproof.attack.query.GeoDa;
import io.foolproof.attack.query.HopSkipJump;
import io.foolproof.attack.query.Nes;
import io.foolproof.attack.query.Noise;
import io.foolproof.attack.query.OnePixel;
import io.foolproof.attack.query.Pointwise;
import io.foolproof.attack.query.SignOpt;
import io.foolproof.attack.query.SimBa;
import io.foolproof.attack.query.SparseRs;
import io.foolproof.attack.query.Spsa;
import io.foolproof.attack.query.Square;
import io.foolproof.attack.query.Zoo;
import io.foolproof.attack.transfer.Bpda;
import io.foolproof.attack.transfer.Eot;
import io.foolproof.attack.transfer.Transfer;
import io.foolproof.attack.transfer.Uap;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Suggestion;
import java.util.List;
import java.util.stream.Stream;

/**
 * The catalogue of attacks: one line for each that is built in, and those that jars on the class
 * path provide ({@link io.foolproof.attack.AttackProvider}).
 */
public final class Attacks {

  private static final List<AttackEntry> BUILT_IN =
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
          Anneal.ENTRY,
          Odi.ENTRY,
          Stripes.ENTRY,
          MultiTargeted.ENTRY,
          Apgd.ENTRY,
          ApgdT.ENTRY,
          Malt.ENTRY,
          Acg.ENTRY,
          Square.ENTRY,
          Nes.ENTRY,
          Spsa.ENTRY,
          SimBa.ENTRY,
          SparseRs.ENTRY,
          DeepFool.ENTRY,
          NewtonFool.ENTRY,
          Ddn.ENTRY,
          Fmn.ENTRY,
          Fab.ENTRY,
          FabT.ENTRY,
          CarliniWagner.ENTRY,
          Ead.ENTRY,
          Alma.ENTRY,
          Pdpgd.ENTRY,
          SigmaZero.ENTRY,
          Jsma.ENTRY,
          BrendelBethge.ENTRY,
          EpsilonSearch.ENTRY,
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

  private static final Catalogue CATALOGUE =
      Catalogue.load(BUILT_IN, Attacks.class.getClassLoader());

  private Attacks() {}

  /** The attacks that are part of Foolproof. */
  static List<AttackEntry> builtIn() {
    return BUILT_IN;
  }

  /**
   * All attacks, the built-in ones first, simplest first.
   *
   * @throws InvalidInputException when a jar on the class path provides what cannot be used
   */
  public static List<AttackEntry> all() {
    return CATALOGUE.entries();
  }

  /**
   * Makes an attack from its name and settings, {@code pgd:steps=100:restarts=5}. Any that follows
   * gradients takes the settings of {@link Eot} and {@link Bpda} as well.
   *
   * @throws InvalidInputException when there is no such attack or setting
   */
  public static Attack parse(String text) {
    return parse(text, List.of());
  }

  /** As {@link #parse(String)}, where the name of a suite could stand as well. */
  static Attack parse(String text, List<String> suites) {
    Settings settings = Settings.parse(text.strip(), Attacks::parse);
    for (AttackEntry entry : all()) {
      if (entry.name().equals(settings.attack())) {
        Attack attack = entry.read(settings);
        // The mean is of draws that each go through the chosen backward pass.
        attack = Bpda.through(Eot.over(attack, settings), settings);
        settings.refuseUnknown();
        return attack;
      }
    }
    List<String> names =
        Stream.concat(all().stream().map(AttackEntry::name), suites.stream()).toList();
    throw new InvalidInputException(
        "there is no attack '"
            + settings.attack()
            + "'"
            + Suggestion.of(settings.attack(), names)
            + " ('foolproof attacks' lists all "
            + all().size()
            + ")");
  }
}
