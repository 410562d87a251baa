package io.foolproof.attack;

import io.foolproof.attack.setting.Follows;
import io.foolproof.attack.setting.HandsOn;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotASetting;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.transform.View;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of a class of records, derived from its components once. */
final class RecordSettings {
  private static final ClassValue<RecordSettings> DERIVED =
      new ClassValue<>() {
        @Override
        protected RecordSettings computeValue(Class<?> type) {
          return new RecordSettings(type);
        }
      };

  /**
   * A component of the record.
   *
   * @param name what the setting is called; null where the component is no setting
   * @param follows the setting whose value it takes unless it is given one; null for none
   * @param handedOn settings of the attack that it is which are given to it by this record
   */
  private record Component(
      Method accessor,
      @Nullable String name,
      List<Bound> bounds,
      @Nullable String follows,
      Set<String> handedOn) {

    static Component of(RecordComponent declared) {
      Method accessor = declared.getAccessor();
      accessor.setAccessible(true);
      if (declared.isAnnotationPresent(NotASetting.class)) {
        return new Component(accessor, null, List.of(), null, Set.of());
      }
      requireReadable(declared);
      Named named = declared.getAnnotation(Named.class);
      Follows follows = declared.getAnnotation(Follows.class);
      HandsOn handsOn = declared.getAnnotation(HandsOn.class);
      return new Component(
          accessor,
          named == null ? declared.getName() : named.value(),
          Arrays.stream(declared.getAnnotations()).map(Bound::of).filter(Objects::nonNull).toList(),
          follows == null ? null : follows.value(),
          handsOn == null ? Set.of() : Set.of(handsOn.value()));
    }

    private static void requireReadable(RecordComponent declared) {
      Class<?> type = declared.getType();
      boolean readable =
          type == int.class
              || type == double.class
              || type == boolean.class
              || type.isEnum()
              || type == View.class
              || type == Attack.class
              || isListOfAttacks(declared);
      if (!readable) {
        throw new InvalidInputException(
            declared.getDeclaringRecord().getName()
                + ": component '"
                + declared.getName()
                + "' is of type "
                + type.getSimpleName()
                + ", which cannot be a setting: use int, double, boolean, an enum, View, Attack or"
                + " List<Attack>, or mark it @NotASetting");
      }
    }

    private static boolean isListOfAttacks(RecordComponent declared) {
      return declared.getGenericType() instanceof ParameterizedType type
          && type.getRawType() == List.class
          && type.getActualTypeArguments()[0] == Attack.class;
    }

    Object value(Record record) {
      try {
        return accessor.invoke(record);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(accessor + " cannot be called", e);
      }
    }

    void check(@Nullable String attack, Object value) {
      for (Bound bound : bounds) {
        if (!bound.holds().test(((Number) value).doubleValue())) {
          throw new InvalidInputException(
              (attack == null ? "" : attack + ": ")
                  + name
                  + "="
                  + value
                  + ": give "
                  + bound.wanted());
        }
      }
    }
  }

  private final Class<?> type;
  private final List<Component> components;
  private final Constructor<?> constructor;

  private RecordSettings(Class<?> type) {
    if (!type.isRecord()) {
      throw new InvalidInputException(
          type.getName() + " is not a record: declare an attack as a record of its settings");
    }
    this.type = type;
    RecordComponent[] declared = type.getRecordComponents();
    this.components = Arrays.stream(declared).map(Component::of).toList();
    try {
      this.constructor =
          type.getDeclaredConstructor(
              Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(type + " has no canonical constructor", e);
    }
    constructor.setAccessible(true);
  }

  static RecordSettings of(Class<?> type) {
    return DERIVED.get(type);
  }

  /** The name that the class is annotated with; null where it has none. */
  static @Nullable String name(Class<?> type) {
    Named named = type.getAnnotation(Named.class);
    return named == null ? null : named.value();
  }

  /** Names and values of the settings, in the order of the components. */
  Map<String, Object> values(Record record) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Component component : components) {
      if (component.name() != null) {
        values.put(component.name(), component.value(record));
      }
    }
    return Collections.unmodifiableMap(values);
  }

  /** Settings of an attack among the settings that this record gives it. */
  Set<String> handedOn(String name) {
    return components.stream()
        .filter(component -> name.equals(component.name()))
        .findFirst()
        .map(Component::handedOn)
        .orElse(Set.of());
  }

  /**
   * A record with some settings changed. Those that follow another setting, and are as large as it
   * is, remain so.
   */
  Record with(Record record, Map<String, Object> changes) {
    Map<String, Object> before = values(record);
    Map<String, Object> after = new LinkedHashMap<>(before);
    after.putAll(changes);
    List<Object> arguments = new ArrayList<>();
    for (Component component : components) {
      String name = component.name();
      String source = component.follows();
      boolean follows =
          source != null
              && !changes.containsKey(name)
              && Objects.equals(before.get(name), before.get(source));
      arguments.add(name == null ? component.value(record) : after.get(follows ? source : name));
    }
    return make(arguments.toArray());
  }

  private Record make(Object[] arguments) {
    try {
      return (Record) constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidInputException refused) {
        throw refused;
      }
      throw new IllegalStateException(type + " cannot be made", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  /** Checks values against the bounds of the components that they are for. */
  void check(Object[] values) {
    if (values.length != components.size()) {
      throw new IllegalArgumentException(
          type.getName()
              + " has "
              + components.size()
              + " components, but "
              + values.length
              + " values are checked: give one value a component, in their order");
    }
    String attack = name(type);
    for (int i = 0; i < values.length; i++) {
      if (components.get(i).accessor().getName().equals("name")) {
        attack = values[i].toString();
      }
    }
    for (int i = 0; i < values.length; i++) {
      components.get(i).check(attack, values[i]);
    }
  }
}
