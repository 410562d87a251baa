@NullMarked
package io.foolproof.certify.property;

import org.jspecify.annotations.NullMarked;
