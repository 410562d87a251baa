/** The protocol of hull studies: a checked certificate for each query. */
@NullMarked
package io.foolproof.audit.hull;

import org.jspecify.annotations.NullMarked;
