package io.foolproof.attack;

import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The settings of an attack as they are written on the command line, {@code
 * pgd:steps=100:restarts=5}, read with the defaults of whoever asks. What nobody asked for is
 * refused.
 */
final class Settings {
  private final String attack;
  private final Map<String, String> given = new LinkedHashMap<>();
  private final Map<String, String> asked = new LinkedHashMap<>();

  private Settings(String attack) {
    this.attack = attack;
  }

  /** Splits {@code name:key=value:...}. */
  static Settings parse(String text) {
    String[] parts = text.split(":", -1);
    Settings settings = new Settings(parts[0]);
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

  String attack() {
    return attack;
  }

  int integer(String key, int otherwise) {
    String text = text(key, otherwise);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + text + ": give a whole number such as " + otherwise, e);
    }
  }

  double number(String key, double otherwise) {
    String text = text(key, otherwise);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + text + ": give a number such as " + otherwise, e);
    }
  }

  /** A constant of an enumeration, by the word it turns into. */
  <E extends Enum<E>> E choice(String key, E otherwise) {
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
  boolean has(String key) {
    return given.containsKey(key);
  }

  /** Any word. */
  String word(String key, String otherwise) {
    return text(key, otherwise);
  }

  private String text(String key, Object otherwise) {
    asked.put(key, otherwise.toString());
    return given.getOrDefault(key, otherwise.toString());
  }

  /** Refuses settings that the attack did not ask for. */
  void refuseUnknown() {
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

  static void atLeast(String attack, String key, int value, int least) {
    if (value < least) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + value + ": give " + least + " or more");
    }
  }

  static void notNegative(String attack, String key, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + value + ": give a number that is not negative");
    }
  }

  static void share(String attack, String key, double value) {
    if (!(value > 0 && value < 1)) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + value + ": give a number between 0 and 1");
    }
  }

  static void positive(String attack, String key, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new InvalidInputException(
          attack + ": " + key + "=" + value + ": give a positive number");
    }
  }
}
