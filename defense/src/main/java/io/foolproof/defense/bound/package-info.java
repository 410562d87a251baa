/** Bounds of what a net can make of an image within epsilon, for training by them. */
@NullMarked
package io.foolproof.defense.bound;

import org.jspecify.annotations.NullMarked;
