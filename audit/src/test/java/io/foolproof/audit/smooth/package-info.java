@NullMarked
package io.foolproof.audit.smooth;

import org.jspecify.annotations.NullMarked;
