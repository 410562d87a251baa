/** Studies of marks on single images: stickers and strokes, with a journal. */
@NullMarked
package io.foolproof.audit.mark;

import org.jspecify.annotations.NullMarked;
