@NullMarked
package io.foolproof.cli;

import org.jspecify.annotations.NullMarked;
