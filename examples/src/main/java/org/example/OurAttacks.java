package org.example;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackProvider;
import java.util.List;

/** Puts our attack into the catalogue; META-INF/services names this class. */
public final class OurAttacks implements AttackProvider {
  @Override
  public List<AttackEntry> attacks() {
    return List.of(
        new AttackEntry(
            new Halving(10),
            "gradient steps, each half as long as the one before",
            "no paper: an example",
            "10 gradients"));
  }
}
