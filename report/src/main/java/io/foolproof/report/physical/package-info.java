/** The pages and files of what was printed and photographed. */
@NullMarked
package io.foolproof.report.physical;

import org.jspecify.annotations.NullMarked;
