/** Verdicts that are kept, and what later audits are held against. */
@NullMarked
package io.foolproof.audit.baseline;

import org.jspecify.annotations.NullMarked;
