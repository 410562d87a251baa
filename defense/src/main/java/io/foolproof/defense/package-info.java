@NullMarked
package io.foolproof.defense;

import org.jspecify.annotations.NullMarked;
