/** The page of a study: a class for each figure, which turns what was found into what is drawn. */
@NullMarked
package io.foolproof.report.study;

import org.jspecify.annotations.NullMarked;
