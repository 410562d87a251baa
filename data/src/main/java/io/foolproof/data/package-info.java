@NullMarked
package io.foolproof.data;

import org.jspecify.annotations.NullMarked;
