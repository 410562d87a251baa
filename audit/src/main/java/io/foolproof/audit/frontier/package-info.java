/** What several models pay for their robustness, side by side. */
@NullMarked
package io.foolproof.audit.frontier;

import org.jspecify.annotations.NullMarked;
