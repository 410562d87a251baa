/** Marks on single images that are made by hand: stickers in a mask, and strokes of a pen. */
@NullMarked
package io.foolproof.physical.mark;

import org.jspecify.annotations.NullMarked;
