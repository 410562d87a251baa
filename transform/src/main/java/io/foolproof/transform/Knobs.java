package io.foolproof.transform;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Suggestion;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Transformations as text, by the components of their records. */
final class Knobs {
  private Knobs() {}

  /** A class's name in small letters, with hyphens between words. */
  static String name(Class<? extends Transformation> type) {
    return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  static String text(Transformation transformation) {
    StringBuilder text = new StringBuilder(transformation.name());
    values(transformation)
        .forEach((knob, value) -> text.append(':').append(knob).append('=').append(value));
    return text.toString();
  }

  /**
   * A transformation with the knobs that a text gives it.
   *
   * @param standard what it has where the text says nothing
   * @param given {@code knob=value}, one for each knob that differs
   */
  static Transformation read(Transformation standard, List<String> given) {
    Map<String, Object> values = values(standard);
    for (String part : given) {
      int equals = part.indexOf('=');
      String knob = equals < 0 ? part : part.substring(0, equals);
      Object otherwise = values.get(knob);
      if (otherwise == null || equals < 0) {
        throw new InvalidInputException(
            "%s has no knob '%s'%s (it has %s); write knob=value"
                .formatted(
                    standard.name(),
                    part,
                    Suggestion.of(knob, values.keySet()),
                    values.isEmpty() ? "none" : String.join(", ", values.keySet())));
      }
      values.put(knob, value(standard.name(), knob, part.substring(equals + 1), otherwise));
    }
    return made(standard.getClass(), values);
  }

  private static Object value(String name, String knob, String text, Object otherwise) {
    String where = "%s: %s=%s: ".formatted(name, knob, text);
    if (otherwise instanceof Range) {
      try {
        return Range.parse(text);
      } catch (InvalidInputException e) {
        throw new InvalidInputException(where + e.getMessage(), e);
      }
    }
    if (otherwise instanceof Integer) {
      try {
        return Integer.valueOf(text);
      } catch (NumberFormatException e) {
        throw new InvalidInputException(where + "give a whole number such as " + otherwise, e);
      }
    }
    Object[] choices = ((Enum<?>) otherwise).getDeclaringClass().getEnumConstants();
    for (Object choice : choices) {
      if (choice.toString().equals(text)) {
        return choice;
      }
    }
    throw new InvalidInputException(
        where
            + "give one of "
            + Arrays.stream(choices).map(Object::toString).collect(Collectors.joining(", ")));
  }

  private static Map<String, Object> values(Transformation transformation) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (RecordComponent component : transformation.getClass().getRecordComponents()) {
      try {
        values.put(component.getName(), component.getAccessor().invoke(transformation));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(component + " cannot be read", e);
      }
    }
    return values;
  }

  private static Transformation made(
      Class<? extends Transformation> type, Map<String, Object> values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values.values().toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidInputException invalid) {
        throw invalid;
      }
      throw new IllegalStateException(type + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }
}
