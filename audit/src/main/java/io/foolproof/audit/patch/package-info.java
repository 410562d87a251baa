/** Studies of adversarial patches: made from some images, measured on others, with a journal. */
@NullMarked
package io.foolproof.audit.patch;

import org.jspecify.annotations.NullMarked;
