/** The report of an audit. */
@NullMarked
package io.foolproof.report.audit;

import org.jspecify.annotations.NullMarked;
