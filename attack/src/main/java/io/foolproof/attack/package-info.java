/**
 * Threat models and attacks: where does a model fail near an image? One file an attack, which reads
 * like its paper; {@link io.foolproof.attack.search.Pursuit} keeps the books for all of them.
 */
@NullMarked
package io.foolproof.attack;

import org.jspecify.annotations.NullMarked;
