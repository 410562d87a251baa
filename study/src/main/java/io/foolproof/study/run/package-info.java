/** Runs a study, figure after figure, with a journal. */
@NullMarked
package io.foolproof.study.run;

import org.jspecify.annotations.NullMarked;
