/** Options that several commands share. */
@NullMarked
package io.foolproof.cli.option;

import org.jspecify.annotations.NullMarked;
