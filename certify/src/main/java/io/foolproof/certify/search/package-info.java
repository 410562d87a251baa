/** Branch and bound on the signs of the inputs of rectifiers. */
@NullMarked
package io.foolproof.certify.search;

import org.jspecify.annotations.NullMarked;
