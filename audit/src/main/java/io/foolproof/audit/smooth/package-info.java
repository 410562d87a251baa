/** Studies of smoothed classifiers, with a journal. */
@NullMarked
package io.foolproof.audit.smooth;

import org.jspecify.annotations.NullMarked;
