/** Sheets of images to print: where things are on paper, what is in them, and the PDF. */
@NullMarked
package io.foolproof.physical.sheet;

import org.jspecify.annotations.NullMarked;
