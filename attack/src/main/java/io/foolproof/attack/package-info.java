@NullMarked
package io.foolproof.attack;

import org.jspecify.annotations.NullMarked;
