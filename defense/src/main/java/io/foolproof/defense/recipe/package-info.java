/** Published ways to train, a record a paper. */
@NullMarked
package io.foolproof.defense.recipe;

import org.jspecify.annotations.NullMarked;
