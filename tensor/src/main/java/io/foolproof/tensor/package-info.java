@NullMarked
package io.foolproof.tensor;

import org.jspecify.annotations.NullMarked;
