/** Attacks that move pixels instead of changing their values. */
@NullMarked
package io.foolproof.attack.flow;

import org.jspecify.annotations.NullMarked;
