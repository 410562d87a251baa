/**
 * Attacks that use other models or other images, and views of a model that lead around what hides
 * its gradients.
 */
@NullMarked
package io.foolproof.attack.transfer;

import org.jspecify.annotations.NullMarked;
