@NullMarked
package io.foolproof.audit;

import org.jspecify.annotations.NullMarked;
