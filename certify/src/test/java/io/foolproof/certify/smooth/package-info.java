@NullMarked
package io.foolproof.certify.smooth;

import org.jspecify.annotations.NullMarked;
