package io.foolproof.attack.setting;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What an attack, or a setting, is called on the command line. A setting without it is called what
 * its record component is called.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
public @interface Named {
  /** Without {@code : , =} and spaces. */
  String value();
}
