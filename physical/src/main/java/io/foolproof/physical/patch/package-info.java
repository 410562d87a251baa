/** Adversarial patches: values, where they are put, how they are made and measured. */
@NullMarked
package io.foolproof.physical.patch;

import org.jspecify.annotations.NullMarked;
