/** Upper bounds of how much a network can lengthen a change of its input, in L2. */
@NullMarked
package io.foolproof.certify.lipschitz;

import org.jspecify.annotations.NullMarked;
