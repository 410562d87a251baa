package io.foolproof.attack.suite;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackProvider;
import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The built-in attacks, and after them those that jars on the class path provide.
 *
 * @param found all of them
 * @param problem why they cannot be used; null where they can
 */
record Catalogue(List<AttackEntry> found, @Nullable InvalidInputException problem) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  /**
   * Reads what the class path of a class loader provides. A problem is kept instead of thrown, so
   * that every use of the catalogue reports it, not only the first.
   *
   * @param builtIn what cannot be replaced
   */
  static Catalogue load(List<AttackEntry> builtIn, ClassLoader loader) {
    Map<String, AttackEntry> found = new LinkedHashMap<>();
    builtIn.forEach(entry -> found.put(entry.name(), entry));
    try {
      ServiceLoader.load(AttackProvider.class, loader).forEach(provider -> add(provider, found));
      return new Catalogue(List.copyOf(found.values()), null);
    } catch (InvalidInputException e) {
      return new Catalogue(List.of(), e);
    } catch (ServiceConfigurationError e) {
      return new Catalogue(List.of(), unusable("attacks on the class path", e));
    }
  }

  /**
   * All attacks, the built-in ones first.
   *
   * @throws InvalidInputException when a jar on the class path provides what cannot be used
   */
  List<AttackEntry> entries() {
    if (problem != null) {
      throw new InvalidInputException(String.valueOf(problem.getMessage()), problem);
    }
    return found;
  }

  private static void add(AttackProvider provider, Map<String, AttackEntry> found) {
    String from = provider.getClass().getName() + place(provider.getClass());
    List<AttackEntry> provided;
    try {
      provided = provider.attacks();
      provided.forEach(AttackEntry::name);
    } catch (RuntimeException | LinkageError e) {
      throw unusable("the attacks of " + from, e);
    }
    provided.forEach(entry -> add(entry, from, found));
  }

  private static void add(AttackEntry entry, String from, Map<String, AttackEntry> found) {
    String attack = "attack '" + entry.name() + "' of " + from;
    if (!NAME.matcher(entry.name()).matches()) {
      throw new InvalidInputException(
          attack + " has a name that cannot be used: give lower-case letters, digits and hyphens");
    }
    if (Arrays.stream(Suite.values()).anyMatch(suite -> suite.toString().equals(entry.name()))) {
      throw new InvalidInputException(attack + " has the name of a suite: rename the attack");
    }
    AttackEntry other = found.putIfAbsent(entry.name(), entry);
    if (other != null) {
      throw new InvalidInputException(
          attack
              + " has the name of "
              + other.standard().getClass().getName()
              + ": rename the attack, or take its jar off the class path");
    }
  }

  private static InvalidInputException unusable(String what, Throwable failure) {
    Throwable cause = failure.getCause();
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return new InvalidInputException(
        what
            + " cannot be loaded: "
            + reason
            + (cause == null ? "" : ", " + cause)
            + ": repair the jar that provides them, or take it off the class path",
        failure);
  }

  /** In which jar a class is, as {@code (theirs.jar)}; nothing where that is not known. */
  private static String place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return "";
    }
    Path file = Path.of(source.getLocation().getPath()).getFileName();
    return file == null ? "" : " (" + file + ")";
  }
}
