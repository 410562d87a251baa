/** Attacks that use other models or other images, and gradients from elsewhere than the model. */
@NullMarked
package io.foolproof.attack.transfer;

import org.jspecify.annotations.NullMarked;
