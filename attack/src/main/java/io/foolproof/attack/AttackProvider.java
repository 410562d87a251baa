package io.foolproof.attack;

import java.util.List;

/**
 * Adds attacks to the catalogue from a jar on the class path, so that the command line, suites of
 * named attacks and {@code Attacks.parse} know them like the built-in ones: {@code --attacks
 * theirs:steps=9}.
 *
 * <p>The jar names the implementation in {@code
 * META-INF/services/io.foolproof.attack.AttackProvider}, one class name a line:
 *
 * <pre>
 * package org.example;
 *
 * public final class OurAttacks implements AttackProvider {
 *   &#64;Override
 *   public List&lt;AttackEntry&gt; attacks() {
 *     return List.of(Theirs.ENTRY);
 *   }
 * }
 * </pre>
 *
 * <p>The contract:
 *
 * <ul>
 *   <li>The implementation is a public class with a public constructor without parameters. It is
 *       made, and asked, once in a JVM, before any attack is looked up; it must not look one up
 *       itself.
 *   <li>Every attack is a record of its settings, as {@link Settings} describes.
 *   <li>A name has lower-case letters, digits and hyphens. It is not that of another attack or of a
 *       suite: nothing built in can be replaced.
 *   <li>An attack has no state that changes what it finds, and may be run by several threads at
 *       once; {@link Attack#run} says what its results may depend on.
 * </ul>
 *
 * <p>Where any of the first three does not hold, or a class cannot be loaded, the catalogue refuses
 * to be used, with a message that names the provider: leaving its attacks out silently would make
 * an audit weaker than it says.
 */
public interface AttackProvider {

  /** What to add to the catalogue, in this order. */
  List<AttackEntry> attacks();
}
