package io.foolproof.attack.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackProvider;
import io.foolproof.attack.Settings;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.example.Theirs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {
  private static final String PREFIX = "org.example.Theirs$";

  @TempDir Path folder;

  /** With a class path that names these providers, on top of what the tests run with. */
  private Catalogue catalogue(String... providers) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.write(services.resolve(AttackProvider.class.getName()), List.of(providers));
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, CatalogueTest.class.getClassLoader())) {
      return Catalogue.load(List.of(Pgd.ENTRY), loader);
    }
  }

  @Test
  void attacksOfOthersComeAfterTheBuiltInOnes() throws IOException {
    List<AttackEntry> entries = catalogue(PREFIX + "Working").entries();
    assertThat(entries).extracting(AttackEntry::name).containsExactly("pgd", "theirs");
    assertThat(entries.get(1).read(Settings.parse("theirs:steps=9", Attacks::parse)))
        .isEqualTo(new Theirs.Idle(9));
  }

  @ParameterizedTest
  @CsvSource({
    "Clashing, 'attack ''pgd'' of org.example.Theirs$Clashing (PLACE) has the name of"
        + " io.foolproof.attack.gradient.Pgd: rename the attack, or take its jar off the class"
        + " path'",
    "Second, 'attack ''theirs'' of org.example.Theirs$Second (PLACE) has the name of"
        + " org.example.Theirs$Idle: rename the attack, or take its jar off the class path'",
    "Suiting, 'attack ''fast'' of org.example.Theirs$Suiting (PLACE) has the name of a suite:"
        + " rename the attack'",
    "Misnamed, 'attack ''their:s'' of org.example.Theirs$Misnamed (PLACE) has a name that cannot"
        + " be used: give lower-case letters, digits and hyphens'",
    "Outdated, 'the attacks of org.example.Theirs$Outdated (PLACE) cannot be loaded:"
        + " io.foolproof.attack.Pgd.old(): repair the jar that provides them, or take it off the"
        + " class path'",
    "Failing, 'attacks on the class path cannot be loaded: io.foolproof.attack.AttackProvider:"
        + " Provider org.example.Theirs$Failing could not be instantiated,"
        + " java.lang.IllegalStateException: no licence: repair the jar that provides them, or"
        + " take it off the class path'",
    "Missing, 'attacks on the class path cannot be loaded: io.foolproof.attack.AttackProvider:"
        + " Provider org.example.Theirs$Missing not found: repair the jar that provides them, or"
        + " take it off the class path'"
  })
  void whatCannotBeUsedIsRefusedInOneLineByWhoeverLooks(String provider, String message)
      throws IOException {
    Catalogue catalogue = catalogue(PREFIX + "Working", PREFIX + provider);
    Path place =
        Path.of(Theirs.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    for (int look = 0; look < 2; look++) {
      assertThatThrownBy(catalogue::entries)
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(message.replace("PLACE", place.getFileName().toString()));
    }
  }
}
