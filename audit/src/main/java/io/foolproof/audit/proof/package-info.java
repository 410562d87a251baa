/** Proofs, each of which was checked before it counts. */
@NullMarked
package io.foolproof.audit.proof;

import org.jspecify.annotations.NullMarked;
