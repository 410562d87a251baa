/** Models of unknown origin, loaded on trial in a process of their own. */
@NullMarked
package io.foolproof.model.isolation;

import org.jspecify.annotations.NullMarked;
