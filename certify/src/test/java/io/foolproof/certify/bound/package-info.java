@NullMarked
package io.foolproof.certify.bound;

import org.jspecify.annotations.NullMarked;
