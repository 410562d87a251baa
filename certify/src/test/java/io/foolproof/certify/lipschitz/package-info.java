@NullMarked
package io.foolproof.certify.lipschitz;

import org.jspecify.annotations.NullMarked;
