@NullMarked
package io.foolproof.checker;

import org.jspecify.annotations.NullMarked;
