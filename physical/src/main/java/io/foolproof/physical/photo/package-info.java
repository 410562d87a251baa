/** Photographs of printed sheets: markers, perspective, tones, and the images that are read. */
@NullMarked
package io.foolproof.physical.photo;

import org.jspecify.annotations.NullMarked;
