/** Minimal-norm attacks: they find the closest adversarial example of each image. */
@NullMarked
package io.foolproof.attack.closest;

import org.jspecify.annotations.NullMarked;
