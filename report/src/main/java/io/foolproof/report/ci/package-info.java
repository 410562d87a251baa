/** What an audit found, in the formats that build servers and code hosts read. */
@NullMarked
package io.foolproof.report.ci;

import org.jspecify.annotations.NullMarked;
