/** What training makes small: a loss a file, written as in its paper. */
@NullMarked
package io.foolproof.defense.loss;

import org.jspecify.annotations.NullMarked;
