/** The report of a hull study. */
@NullMarked
package io.foolproof.report.hull;

import org.jspecify.annotations.NullMarked;
