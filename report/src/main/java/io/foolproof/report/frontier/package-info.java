/** The page and files of a frontier. */
@NullMarked
package io.foolproof.report.frontier;

import org.jspecify.annotations.NullMarked;
