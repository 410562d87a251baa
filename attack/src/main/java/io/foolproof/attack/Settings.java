package io.foolproof.attack;

import io.foolproof.attack.setting.Named;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.transform.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an attack as they are written on the command line, {@code
 * pgd:steps=100:restarts=5}.
 *
 * <p>An attack is a record, and its components are its settings: their names and order, what their
 * text is read as, and their bounds, which are annotations of {@link io.foolproof.attack.setting}.
 * The defaults are those of a standard record, of which a text changes some components.
 *
 * <pre>
 * &#64;Named("pgd")
 * public record Pgd(
 *     &#64;AtLeast(1) int steps, &#64;Named("step") &#64;Positive double relativeStep, Loss loss)
 *     implements Attack {
 *
 *   public Pgd {
 *     Settings.check(Pgd.class, steps, relativeStep, loss);
 *   }
 * </pre>
 *
 * <p>A setting is an int, a double, a boolean, an enum, whose constants are written as their {@code
 * toString}, a {@link View}, which is written as the name of a preset, or an {@link Attack}, which
 * is written as its name, with its own settings behind the setting's name and a dot: {@code
 * transfer:by=pgd:by.steps=100}. Of a list of attacks, the names are written with a plus between
 * them, and the settings of each behind its name as well: {@code
 * closest:by=apgd+stripes:by.apgd.loss=dlr}; a list of one is written as an attack. A component of
 * any other type is marked {@link io.foolproof.attack.setting.NotASetting}.
 */
public final class Settings {
  private final String attack;
  private final Function<String, Attack> catalogue;
  private final Map<String, String> given = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  /** Settings of records that have no attack among them. */
  public static Settings parse(String text) {
    return parse(
        text,
        name -> {
          throw new IllegalStateException(name + " is read as an attack, which nothing takes here");
        });
  }

  private Settings(String attack, Function<String, Attack> catalogue) {
    this.attack = attack;
    this.catalogue = catalogue;
  }

  /**
   * Splits {@code name:key=value:...}.
   *
   * @param catalogue finds an attack by its name, where a setting names one
   * @throws InvalidInputException when a part is not of this form
   */
  public static Settings parse(String text, Function<String, Attack> catalogue) {
    String[] parts = text.split(":", -1);
    Settings settings = new Settings(parts[0], catalogue);
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 1) {
        throw new InvalidInputException(
            "'" + text + "': '" + parts[i] + "' is not of the form setting=value");
      }
      String key = parts[i].substring(0, equals);
      if (settings.given.put(key, parts[i].substring(equals + 1)) != null) {
        throw new InvalidInputException("'" + text + "': " + key + " is given twice; give it once");
      }
    }
    return settings;
  }

  /** The name of the attack. */
  public String attack() {
    return attack;
  }

  /** Whether the text gives any of a record's settings. */
  public boolean gives(Record standard) {
    return values(standard).keySet().stream().anyMatch(given::containsKey);
  }

  /**
   * A record with the settings that the text gives it.
   *
   * @param standard what it has where the text says nothing
   * @throws InvalidInputException naming the setting whose value cannot be read, or is out of
   *     bounds
   */
  public <R extends Record> R read(R standard) {
    Map<String, Object> values = values(standard);
    known.addAll(values.keySet());
    Map<String, Object> changes = new LinkedHashMap<>();
    values.forEach(
        (key, otherwise) -> {
          if (otherwise instanceof List<?> attacks) {
            changes.put(key, several(key, attacks, handedOn(standard, key)));
            return;
          }
          String text =
              otherwise instanceof Attack attack
                  ? inner(key + ".", given.get(key), attack, handedOn(standard, key))
                  : given.get(key);
          if (text != null) {
            changes.put(key, value(key, text, otherwise));
          }
        });
    return with(standard, changes);
  }

  /**
   * Refuses settings that no record has read.
   *
   * @throws InvalidInputException naming the settings that there are
   */
  public void refuseUnknown() {
    for (String key : given.keySet()) {
      if (!known.contains(key)) {
        throw new InvalidInputException(
            attack
                + " has no setting '"
                + key
                + "'; it has "
                + (known.isEmpty() ? "none" : String.join(", ", known)));
      }
    }
  }

  private Object value(String key, String text, Object otherwise) {
    try {
      if (otherwise instanceof Integer) {
        return Integer.valueOf(text);
      }
      if (otherwise instanceof Double) {
        // Also 8/255, as epsilons are written.
        return ThreatModel.epsilon(text);
      }
    } catch (NumberFormatException | InvalidInputException e) {
      String kind = otherwise instanceof Integer ? "a whole number" : "a number";
      throw new InvalidInputException(
          attack + ": " + key + "=" + text + ": give " + kind + " such as " + otherwise, e);
    }
    if (otherwise instanceof Enum<?> constant) {
      return choice(key, text, (Object[]) constant.getDeclaringClass().getEnumConstants());
    }
    if (otherwise instanceof Boolean) {
      return choice(key, text, true, false);
    }
    if (otherwise instanceof View) {
      return view(key, text);
    }
    return catalogue.apply(text);
  }

  private View view(String key, String text) {
    try {
      return View.parse(text);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(attack + ": " + key + "=" + text + ": " + e.getMessage(), e);
    }
  }

  /** A list of attacks among the settings. */
  private List<?> several(String key, List<?> otherwise, Set<String> handedOn) {
    String text = given.get(key);
    List<Object> attacks = new ArrayList<>();
    if (text == null) {
      for (Object one : otherwise) {
        Attack standard = (Attack) one;
        String changed = inner(prefix(key, standard, otherwise.size()), null, standard, handedOn);
        attacks.add(changed == null ? standard : catalogue.apply(changed));
      }
      return attacks;
    }
    List<String> names = List.of(text.split("\\+", -1));
    for (String name : names) {
      if (name.isBlank()) {
        throw new InvalidInputException(
            attack
                + ": "
                + key
                + "="
                + text
                + ": give the name of an attack, or of several with + between them");
      }
      Attack standard = catalogue.apply(name);
      String changed = inner(prefix(key, standard, names.size()), name, standard, handedOn);
      attacks.add(changed == null ? standard : catalogue.apply(changed));
    }
    return attacks;
  }

  /** What the settings of an attack are written behind, of a list of some length. */
  private static String prefix(String key, Attack attack, int attacks) {
    return key + (attacks == 1 ? "." : "." + attack.name() + ".");
  }

  /**
   * An attack among the settings, as it is written on its own; null where the text does not give
   * it.
   *
   * @param prefix what its own settings are written behind
   * @param named what it is without them; null where the text does not say
   * @param otherwise what it is unless the text names another
   * @param handedOn settings that it is given by the outer attack
   */
  private @Nullable String inner(
      String prefix, @Nullable String named, Attack otherwise, Set<String> handedOn) {
    List<String> own =
        given.keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .filter(name -> !handedOn.contains(name))
            .toList();
    if (own.isEmpty()) {
      return named;
    }
    List<String> parts = new ArrayList<>();
    if (named == null) {
      // The text gives some of its settings; all others stay as they are.
      Set<String> changed = Set.copyOf(own);
      Arrays.stream(otherwise.settings().split(":"))
          .filter(part -> !changed.contains(part.replaceFirst("=.*", "")))
          .forEach(parts::add);
    } else {
      parts.add(named);
    }
    for (String name : own) {
      String full = prefix + name;
      known.add(full);
      parts.add(name + "=" + given.get(full));
    }
    return String.join(":", parts);
  }

  private Object choice(String key, String text, Object... all) {
    for (Object one : all) {
      if (one.toString().equals(text)) {
        return one;
      }
    }
    String words = Arrays.stream(all).map(Object::toString).collect(Collectors.joining(", "));
    throw new InvalidInputException(attack + ": " + key + "=" + text + ": give one of " + words);
  }

  /**
   * An attack and all its settings, as they are written on the command line.
   *
   * @param attack a record
   */
  public static String text(Attack attack) {
    return text(attack.name(), record(attack));
  }

  /** A record that is no attack, and all its settings, behind the name it is annotated with. */
  public static String text(Record record) {
    return text(name(record.getClass()), record);
  }

  private static String text(String name, Record record) {
    StringBuilder text = new StringBuilder(name);
    values(record)
        .forEach(
            (key, value) -> {
              text.append(':').append(key).append('=');
              if (value instanceof Attack other) {
                text.append(other.name()).append(own(key + ".", other, handedOn(record, key)));
              } else if (value instanceof List<?> attacks) {
                text.append(texts(key, attacks, handedOn(record, key)));
              } else {
                text.append(value);
              }
            });
    return text.toString();
  }

  /** Attacks among the settings: their names, then the settings of each. */
  private static String texts(String key, List<?> attacks, Set<String> handedOn) {
    StringBuilder names = new StringBuilder();
    StringBuilder own = new StringBuilder();
    for (Object one : attacks) {
      Attack attack = (Attack) one;
      names.append(names.isEmpty() ? "" : "+").append(attack.name());
      own.append(own(prefix(key, attack, attacks.size()), attack, handedOn));
    }
    return names.append(own).toString();
  }

  /** The settings of an attack among the settings, each behind a prefix. */
  private static String own(String prefix, Attack attack, Set<String> handedOn) {
    return Arrays.stream(attack.settings().split(":", -1))
        .skip(1)
        .filter(part -> handedOn.stream().noneMatch(own -> part.startsWith(own + "=")))
        .map(part -> ":" + prefix + part)
        .collect(Collectors.joining());
  }

  /**
   * The name that a class of records, such as attacks, is annotated with.
   *
   * @throws InvalidInputException when it has no such annotation
   */
  public static String name(Class<?> type) {
    String name = RecordSettings.name(type);
    if (name == null) {
      throw new InvalidInputException(
          type.getName() + " has no name: annotate it with @" + Named.class.getSimpleName());
    }
    return name;
  }

  /**
   * Checks the components of a record against their bounds: to be called by its constructor, whose
   * record does not have them yet.
   *
   * @param values one for each component, in their order
   * @throws InvalidInputException naming the setting, its value and its bound
   */
  public static void check(Class<? extends Record> type, Object... values) {
    RecordSettings.of(type).check(values);
  }

  /**
   * The same attack with one setting changed.
   *
   * @param attack a record
   * @param key the setting's name on the command line
   * @throws InvalidInputException when the value is out of bounds
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Called with its own type.
  static <A extends Attack> A with(Object attack, String key, Object value) {
    return (A) with(record(attack), Map.of(key, value));
  }

  @SuppressWarnings("unchecked")
  private static <R extends Record> R with(R record, Map<String, Object> changes) {
    return (R) RecordSettings.of(record.getClass()).with(record, changes);
  }

  private static Set<String> handedOn(Record record, String key) {
    return RecordSettings.of(record.getClass()).handedOn(key);
  }

  private static Map<String, Object> values(Record record) {
    return RecordSettings.of(record.getClass()).values(record);
  }

  private static Record record(Object attack) {
    RecordSettings.of(attack.getClass());
    return (Record) attack;
  }
}
