/** Figures that explain. */
@NullMarked
package io.foolproof.report.study;

import org.jspecify.annotations.NullMarked;
