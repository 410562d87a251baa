/** The story of extrapolation and its failures, in figures: what is told, on which data. */
@NullMarked
package io.foolproof.study;

import org.jspecify.annotations.NullMarked;
