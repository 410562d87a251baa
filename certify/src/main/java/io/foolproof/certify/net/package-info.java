/** Networks as affine maps, rectifiers and sums, on batches of rows. */
@NullMarked
package io.foolproof.certify.net;

import org.jspecify.annotations.NullMarked;
