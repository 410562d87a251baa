/**
 * Classifiers that are computed from images in one step, by an educated guess at what makes two
 * images alike, rather than trained by gradients: few parameters or none.
 */
@NullMarked
package io.foolproof.defense.fitted;

import org.jspecify.annotations.NullMarked;
