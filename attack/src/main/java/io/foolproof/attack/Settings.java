package io.foolproof.attack;

import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The settings of an attack as they are written on the command line, {@code
 * pgd:steps=100:restarts=5}, read with the defaults of whoever asks. What nobody asked for is
 * refused.
 */
public final class Settings {
  private final String attack;
  private final Map<String, String> given = new LinkedHashMap<>();
  private final Map<String, String> asked = new LinkedHashMap<>();

  private final Function<String, Attack> catalogue;

  private Settings(String attack, Function<String, Attack> catalogue) {
    this.attack = attack;
    this.catalogue = catalogue;
  }

  /**
   * Splits {@code name:key=value:...}.
   *
   * @param catalogue finds an attack by its name, where a setting names one
   */
  public static Settings parse(String text, Function<String, Attack> catalogue) {
    String[] parts = text.split(":", -1);
    Settings settings = new Settings(parts[0], catalogue);
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 1) {
        throw new InvalidInputException(
            "attack '" + text + "': '" + parts[i] + "' is not of the form setting=value");
      }
      settings.given.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
    }
    return settings;
  }

  public String attack() {
    return attack;
  }

  public int integer(String key, int otherwise) {
    String text = text(key, otherwise);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + text + ": give a whole number such as " + otherwise, e);
    }
  }

  public double number(String key, double otherwise) {
    String text = text(key, otherwise);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + text + ": give a number such as " + otherwise, e);
    }
  }

  /** A constant of an enumeration, by the word it turns into. */
  public <E extends Enum<E>> E choice(String key, E otherwise) {
    String text = text(key, otherwise);
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    for (E constant : all) {
      if (constant.toString().equals(text)) {
        return constant;
      }
    }
    String words = Arrays.stream(all).map(E::toString).collect(Collectors.joining(", "));
    throw new InvalidInputException(attack + ": " + key + "=" + text + ": give one of " + words);
  }

  /** Whether a setting is given. */
  public boolean has(String key) {
    return given.containsKey(key);
  }

  /** Another attack, by its name in the catalogue. */
  public Attack attack(String key, String otherwise) {
    return catalogue.apply(text(key, otherwise));
  }

  private String text(String key, Object otherwise) {
    asked.put(key, otherwise.toString());
    return given.getOrDefault(key, otherwise.toString());
  }

  /** Refuses settings that the attack did not ask for. */
  public void refuseUnknown() {
    for (String key : given.keySet()) {
      if (!asked.containsKey(key)) {
        throw new InvalidInputException(
            attack
                + " has no setting '"
                + key
                + "'; it has "
                + (asked.isEmpty() ? "none" : String.join(", ", asked.keySet())));
      }
    }
  }

  public static void atLeast(String attack, String key, int value, int least) {
    if (value < least) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + value + ": give " + least + " or more");
    }
  }

  public static void notNegative(String attack, String key, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + value + ": give a number that is not negative");
    }
  }

  public static void share(String attack, String key, double value) {
    if (!(value > 0 && value < 1)) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + value + ": give a number between 0 and 1");
    }
  }

  public static void positive(String attack, String key, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + value + ": give a positive number");
    }
  }
}
