/** The command line: reads arguments, calls the modules, prints. No logic of its own. */
@NullMarked
package io.foolproof.cli;

import org.jspecify.annotations.NullMarked;
