/** Certificates, as they are written. */
@NullMarked
package io.foolproof.certify.proof;

import org.jspecify.annotations.NullMarked;
