/** The sentences that the figures decide. */
@NullMarked
package io.foolproof.study.claim;

import org.jspecify.annotations.NullMarked;
