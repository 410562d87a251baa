/** Evidence packs: an audit in a file that others can check without trusting who made it. */
@NullMarked
package io.foolproof.report.evidence;

import org.jspecify.annotations.NullMarked;
