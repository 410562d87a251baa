/** Randomised smoothing: what most draws of noise around an image are classified as. */
@NullMarked
package io.foolproof.certify.smooth;

import org.jspecify.annotations.NullMarked;
