/** Reports of smoothed classifiers. */
@NullMarked
package io.foolproof.report.smooth;

import org.jspecify.annotations.NullMarked;
