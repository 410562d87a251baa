/**
 * The protocol: which attacks in which order, a verdict per sample, a journal to resume from, and
 * gates.
 */
@NullMarked
package io.foolproof.audit;

import org.jspecify.annotations.NullMarked;
