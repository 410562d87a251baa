/** What the command line writes to a terminal. */
@NullMarked
package io.foolproof.cli.terminal;

import org.jspecify.annotations.NullMarked;
