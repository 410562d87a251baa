/** The help that the command line prints. */
@NullMarked
package io.foolproof.cli.help;

import org.jspecify.annotations.NullMarked;
