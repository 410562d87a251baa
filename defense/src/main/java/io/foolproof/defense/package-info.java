/** Training: of plain classifiers, and of such that are harder to fool. */
@NullMarked
package io.foolproof.defense;

import org.jspecify.annotations.NullMarked;
