/** Charts and rows of pictures, as SVG: for pages, for files beside them, and for notebooks. */
@NullMarked
package io.foolproof.report.draw;

import org.jspecify.annotations.NullMarked;
