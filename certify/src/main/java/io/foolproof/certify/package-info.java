/** Proofs: where failure is impossible, with certificates that another program checks. */
@NullMarked
package io.foolproof.certify;

import org.jspecify.annotations.NullMarked;
