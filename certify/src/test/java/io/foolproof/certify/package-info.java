@NullMarked
package io.foolproof.certify;

import org.jspecify.annotations.NullMarked;
