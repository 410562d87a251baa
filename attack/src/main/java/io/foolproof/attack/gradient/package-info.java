/** Attacks that follow gradients within epsilon. */
@NullMarked
package io.foolproof.attack.gradient;

import org.jspecify.annotations.NullMarked;
