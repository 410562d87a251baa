@NullMarked
package io.foolproof.model.operator;

import org.jspecify.annotations.NullMarked;
